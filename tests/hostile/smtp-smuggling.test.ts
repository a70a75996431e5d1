import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { present } from '../../src/base/assert.ts';
import { systemClock } from '../../src/base/clock.ts';
import { type OutgoingSession, openSmtpSession } from '../../src/domain/transfer/client/client.ts';
import { parseAddress } from '../../src/formats/address/address.ts';
import { startRecordingServer, type TestServer } from '../../testkit/recording-acceptance.ts';
import { SmtpTestClient } from '../../testkit/smtp-client.ts';

/** The ten malformed ends of data (SMTP smuggling). */
const malformedEnds = [
  '\n.\n',
  '\r.\r',
  '\r.\n',
  '\n.\r',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r\n',
  '\r\n.\r',
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
];
const smuggled = 'MAIL FROM:<chef@b.fr>\r\nRCPT TO:<c@d.fr>\r\nDATA\r\nSubject: faux\r\n\r\nfaux\r\n';

// RFC 5321 §4.1.1.4
describe('malformed ends of data', () => {
  let running: TestServer;
  before(async () => {
    running = await startRecordingServer('inbound');
  });
  after(() => running.server.stop());
  beforeEach(() => {
    running.acceptance.messages.length = 0;
    running.acceptance.aborts.length = 0;
  });

  for (const end of malformedEnds) {
    const name = JSON.stringify(end);

    test(`coming in, ${name} ends no message, and the whole is refused once its true end comes`, async () => {
      const client = await SmtpTestClient.connectSecurely(running.port, running.clientContext);
      for (const isDripped of [false, true]) {
        await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'DATA');
        const content = Buffer.from(`Subject: vrai\r\n\r\nvrai${end}${smuggled}.\r\nNOOP\r\n`);
        if (isDripped) for (const octet of content) client.send(Buffer.of(octet));
        else client.send(content);
        const refused = await client.reply();
        assert.equal(`${refused.code} ${refused.enhanced}`, '554 5.6.0');
        assert.equal((await client.reply()).code, 250); // the NOOP: nothing between was a command
      }
      assert.equal(running.acceptance.messages.length, 0);
      assert.deepEqual(running.acceptance.aborts, ['content-refused', 'content-refused']);
      await client.quit();
    });

    test(`coming in by BDAT, ${name} is refused too (RFC 3030 §2)`, async () => {
      const client = await SmtpTestClient.connectSecurely(running.port, running.clientContext);
      await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
      assert.equal((await client.bdat(`vrai${end}${smuggled}`, 'LAST')).code, 554);
      assert.equal(running.acceptance.messages.length, 0);
      assert.equal((await client.command('NOOP')).code, 250);
      await client.quit();
    });

    test(`going out, ${name} breaks the connection, and the peer takes nothing`, async () => {
      const session = await openTo(running);
      async function* content(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('Subject: vrai\r\n\r\nvrai');
        for (const octet of Buffer.from(end)) yield Buffer.of(octet);
        yield Buffer.from(smuggled);
      }
      const [outcome] = await session.send({
        sender: present(parseAddress('a@b.fr'), 'an address'),
        sizeBytes: 200,
        is8Bit: false,
        needsSmtpUtf8: false,
        recipients: [{ address: present(parseAddress('c@d.fr'), 'an address') }],
        content: content(),
      });
      assert.equal(outcome?.kind, 'content-damaged');
      assert.equal(session.isReusable, false);
      while (running.acceptance.openSinks > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(running.acceptance.messages.length, 0);
      assert.deepEqual(running.acceptance.aborts, ['connection-lost']);
    });
  }

  test('a lone dot inside content travels as content, out and in', async () => {
    const session = await openTo(running);
    const content = Buffer.from('.\r\n..\r\na\r\n.\r\n.b\r\n');
    async function* oneByOne(): AsyncGenerator<Uint8Array> {
      for (const octet of content) yield Buffer.of(octet);
    }
    const [outcome] = await session.send({
      sender: null,
      sizeBytes: content.length,
      is8Bit: false,
      needsSmtpUtf8: false,
      recipients: [{ address: present(parseAddress('c@d.fr'), 'an address') }],
      content: oneByOne(),
    });
    assert.equal(outcome?.kind, 'delivered');
    assert.equal(running.acceptance.messages[0]?.content, content.toString());
    await session.quit();
  });
});

async function openTo(running: TestServer): Promise<OutgoingSession> {
  const opening = await openSmtpSession({
    connect: async () => {
      const socket = connect({ host: '127.0.0.1', port: running.port });
      await once(socket, 'connect');
      return socket;
    },
    clientName: 'mss.cabinet.example',
    secureContext: running.clientContext,
    serverName: 'mss.hopital.example',
    verifyPeer: async () => ({ kind: 'trusted' }),
    clock: systemClock,
  });
  assert.ok(opening.kind === 'open');
  return opening.session;
}
