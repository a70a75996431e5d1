import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startRecordingServer, type TestServer } from '../../testkit/recording-acceptance.ts';
import { SmtpTestClient } from '../../testkit/smtp-client.ts';

describe('commands slipped in where none may be', () => {
  let running: TestServer;
  const secure = () => SmtpTestClient.connectSecurely(running.port, running.clientContext);
  before(async () => {
    running = await startRecordingServer('inbound');
  });
  after(() => running.server.stop());
  beforeEach(() => {
    running.acceptance.messages.length = 0;
    running.acceptance.aborts.length = 0;
    running.acceptance.peers.length = 0;
  });

  test('octets pipelined after STARTTLS: no handshake, the connection closes (RFC 3207 §6)', async () => {
    for (const injected of ['EHLO evil.example\r\n', 'M', '\r\n']) {
      const client = await SmtpTestClient.connect(running.port);
      await client.reply();
      await client.command('EHLO client.example');
      client.send(`STARTTLS\r\n${injected}`);
      assert.equal((await client.reply()).code, 554);
      await client.closed();
      assert.equal(running.acceptance.peers.length, 0);
    }
  });

  test('octets in the clear after the 220: the handshake fails, nothing of them is obeyed', async () => {
    const client = await SmtpTestClient.connect(running.port);
    await client.reply();
    await client.command('EHLO client.example');
    assert.equal((await client.command('STARTTLS')).code, 220);
    client.send('EHLO evil.example\r\nMAIL FROM:<a@b.fr>\r\n');
    await client.closed();
    assert.equal(running.acceptance.peers.length, 0);
  });

  test('a whole transaction pipelined before TLS is answered 530 line by line and forgotten', async () => {
    const client = await SmtpTestClient.connect(running.port);
    await client.reply();
    client.send('EHLO c.example\r\nMAIL FROM:<a@b.fr>\r\nRCPT TO:<c@d.fr>\r\nDATA\r\n');
    const codes: number[] = [];
    for (let index = 0; index < 4; index += 1) codes.push((await client.reply()).code);
    assert.deepEqual(codes, [250, 530, 530, 530]);
    await client.startTls(running.clientContext);
    assert.equal((await client.command('RCPT TO:<c@d.fr>')).code, 503);
    await client.quit();
  });

  test('content pipelined with DATA is refused before it can be read as commands (RFC 2920 §3.1)', async () => {
    const client = await secure();
    client.send('MAIL FROM:<a@b.fr>\r\nRCPT TO:<c@d.fr>\r\nDATA\r\nSubject: x\r\n\r\nRSET\r\n.\r\n');
    const codes = [(await client.reply()).code, (await client.reply()).code, (await client.reply()).code];
    assert.deepEqual(codes, [250, 250, 554]);
    await client.closed();
    assert.equal(running.acceptance.messages.length, 0);
    assert.equal(running.acceptance.openSinks, 0);
  });

  test('BDAT without MAIL: its octets are read away, never obeyed (RFC 3030 §2)', async () => {
    const client = await secure();
    const evil = 'MAIL FROM:<a@b.fr>\r\nRCPT TO:<c@d.fr>\r\nBDAT 1 LAST\r\nx';
    assert.equal((await client.bdat(evil, 'LAST')).code, 503);
    await client.command('MAIL FROM:<a@b.fr>');
    assert.equal((await client.bdat(evil, 'LAST')).code, 503); // no recipient yet
    assert.equal((await client.command('RSET')).code, 250);
    assert.equal(running.acceptance.messages.length, 0);
    await client.quit();
  });

  test('BDAT without MAIL, in the clear: the same', async () => {
    const client = await SmtpTestClient.connect(running.port);
    await client.reply();
    await client.command('EHLO client.example');
    assert.equal((await client.bdat('EHLO evil.example\r\n')).code, 530);
    assert.equal((await client.command('NOOP')).code, 250);
    client.destroy();
  });

  test('chunks after a refused one are read away until RSET (RFC 3030 §2)', async () => {
    const client = await secure();
    client.send(
      'MAIL FROM:<a@b.fr>\r\nRCPT TO:<c@d.fr>\r\nBDAT 3\r\na\nbBDAT 6\r\nRSET\r\nBDAT 2 LAST\r\n\r\nNOOP\r\n',
    );
    const codes: number[] = [];
    for (let index = 0; index < 6; index += 1) codes.push((await client.reply()).code);
    assert.deepEqual(codes, [250, 250, 554, 503, 503, 250]);
    assert.deepEqual(running.acceptance.aborts, ['content-refused']);
    await client.quit();
  });

  test('DATA or MAIL between two chunks is out of order, and the chunks are still one message (RFC 3030 §2)', async () => {
    const client = await secure();
    await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
    await client.bdat('one ');
    for (const line of ['DATA', 'MAIL FROM:<a@b.fr>', 'RCPT TO:<e@d.fr>']) {
      assert.equal((await client.command(line)).code, 503);
    }
    assert.equal((await client.bdat('two', 'LAST')).code, 250);
    assert.equal(running.acceptance.messages[0]?.content, 'one two');
    assert.equal(running.acceptance.messages[0]?.recipients.length, 1);
    await client.quit();
  });

  test('RSET and EHLO between two chunks forget what came (RFC 5321 §4.1.4)', async () => {
    for (const line of ['RSET', 'EHLO client.example']) {
      const client = await secure();
      await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
      await client.bdat('one ');
      assert.equal((await client.command(line)).code, 250);
      assert.equal(running.acceptance.openSinks, 0);
      assert.equal((await client.bdat('two', 'LAST')).code, 503);
      await client.quit();
    }
    assert.equal(running.acceptance.messages.length, 0);
  });

  test('a chunk size outside the grammar closes the session: nobody knows where it ends', async () => {
    for (const size of ['-1', '1e9', '99999999999999999999', '9 FIRST']) {
      const client = await secure();
      await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
      assert.equal((await client.command(`BDAT ${size}`)).code, 501);
      await client.closed();
    }
  });

  for (const [what, octets] of [
    ['a bare LF', 'NOOP\nMAIL FROM:<a@b.fr>\r\n'],
    ['a bare CR', 'NOOP\rMAIL FROM:<a@b.fr>\r\n'],
    ['a bare LF within an address', 'MAIL FROM:<a@b.fr\n>\r\n'],
  ] as const) {
    test(`${what} in a command closes the session (RFC 5321 §2.3.8)`, async () => {
      const client = await secure();
      client.send(octets);
      const reply = await client.reply();
      assert.equal(`${reply.code} ${reply.enhanced}`, '500 5.5.2');
      await client.closed();
    });
  }

  test('NUL, control characters and broken UTF-8 in a command are refused', async () => {
    const client = await secure();
    for (const line of ['NO\0OP', 'NOOP\t', 'MAIL FROM:<a\u0085@b.fr> SMTPUTF8']) {
      assert.equal((await client.command(line)).code, 500);
    }
    client.send(Buffer.from([0x4d, 0xff, 0x0d, 0x0a]));
    assert.equal((await client.reply()).code, 500);
    await client.quit();
  });

  test('a refusal never repeats control characters of the peer', async () => {
    running.acceptance.answers.recipient = () => ({
      kind: 'refused',
      reply: { code: 550, enhanced: '5.7.1', text: 'recipient-outside-trust-space', values: { domain: 'x\r\n250 ok' } },
    });
    const client = await secure();
    const replies = await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'NOOP');
    assert.deepEqual(
      replies.map((reply) => reply.code),
      [250, 550, 250],
    );
    running.acceptance.answers = {};
    await client.quit();
  });
});
