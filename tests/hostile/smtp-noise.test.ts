import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { createLog } from '../../src/base/log.ts';
import { startRecordingServer, type TestServer } from '../../testkit/recording-acceptance.ts';
import { SmtpTestClient } from '../../testkit/smtp-client.ts';

const fragment = fc.oneof(
  fc.constantFrom(
    'EHLO a.example\r\n',
    'MAIL FROM:<a@b.fr>\r\n',
    'MAIL FROM:<> SIZE=9 BODY=8BITMIME\r\n',
    'RCPT TO:<c@d.fr>\r\n',
    'DATA\r\n',
    'BDAT 5\r\n',
    'BDAT 5 LAST\r\n',
    'BDAT 0 LAST\r\n',
    'RSET\r\n',
    'NOOP\r\n',
    'AUTH PLAIN\r\n',
    'STARTTLS\r\n',
    'QUIT\r\n',
    '.\r\n',
    '\r\n.\r\n',
    'abc\r\n',
    '..\r\n',
    '\n',
    '\r',
    '\0',
    'é',
  ),
  fc.string({ maxLength: 12 }),
);

describe('noise', () => {
  let running: TestServer;
  const faults: string[] = [];
  before(async () => {
    const log = createLog({ level: 'error', write: (line) => faults.push(line) });
    running = await startRecordingServer('inbound', { log, limits: { commandMs: 8_000, paceMs: 8_000 } });
  });
  after(() => running.server.stop());

  test('in any order and in any pieces neither stops the server nor leaves half a message', async () => {
    const other = await SmtpTestClient.connectSecurely(running.port, running.clientContext);
    await fc.assert(
      fc.asyncProperty(fc.array(fragment, { maxLength: 25 }), fc.boolean(), async (fragments, isCut) => {
        const client = await SmtpTestClient.connectSecurely(running.port, running.clientContext);
        client.send('MAIL FROM:<a@b.fr>\r\nRCPT TO:<c@d.fr>\r\n');
        for (const text of fragments) {
          client.send(text);
          if (isCut) await new Promise((resolve) => setImmediate(resolve));
        }
        client.send('\r\n.\r\nQUIT\r\n');
        client.end();
        await client.closed();
        client.destroy();
      }),
      { numRuns: 150 },
    );
    assert.equal((await other.command('NOOP')).code, 250);
    await other.quit();
    while (running.server.sessionCount() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(running.acceptance.openSinks, 0);
    assert.deepEqual(faults, []);
    assert.ok(running.acceptance.messages.length > 0, 'some noise makes a message');
    for (const { content } of running.acceptance.messages) assert.doesNotMatch(content, /\r(?!\n)|(?<!\r)\n|\0/);
  });
});
