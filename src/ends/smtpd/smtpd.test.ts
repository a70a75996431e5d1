import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startRecordingServer, type TestServer } from '../../../testkit/recording-acceptance.ts';
import { SmtpTestClient } from '../../../testkit/smtp-client.ts';
import { Refusal, Temporary } from '../../base/errors.ts';

const codes = (replies: readonly { code: number }[]): number[] => replies.map((reply) => reply.code);
const content = 'Subject: essai\r\n\r\nBonjour.\r\n.\r\nFin.\r\n';

describe('the inbound SMTP server', () => {
  let running: TestServer;
  const secure = () => SmtpTestClient.connectSecurely(running.port, running.clientContext);

  before(async () => {
    running = await startRecordingServer('inbound', { limits: { idleCommands: 30, errors: 4, recipients: 5 } });
  });
  after(() => running.server.stop());
  beforeEach(() => {
    running.acceptance.answers = {};
    running.acceptance.messages.length = 0;
    running.acceptance.aborts.length = 0;
  });

  test('greets at once and names its extensions', async () => {
    const client = await SmtpTestClient.connect(running.port);
    assert.match((await client.reply()).lines[0] ?? '', /^mss\.hopital\.example ESMTP/);
    const clear = await client.command('EHLO client.example');
    // RFC 2920, RFC 1870, RFC 3207, RFC 2034, RFC 6152, RFC 3461, RFC 6531, RFC 3030
    for (const word of [
      'PIPELINING',
      'SIZE 52428800',
      'STARTTLS',
      'ENHANCEDSTATUSCODES',
      '8BITMIME',
      'DSN',
      'SMTPUTF8',
      'CHUNKING',
    ]) {
      assert.ok(clear.lines.includes(word), word);
    }
    assert.ok(!clear.lines.some((line) => line.startsWith('AUTH')));
    await client.quit();
  });

  test('asks for STARTTLS before anything else (RFC 3207 §4)', async () => {
    const client = await SmtpTestClient.connect(running.port);
    await client.reply();
    assert.equal((await client.command('STARTTLS')).code, 503);
    await client.command('EHLO client.example');
    assert.equal((await client.command('MAIL FROM:<a@b.fr>')).code, 530);
    assert.equal((await client.command('RCPT TO:<a@b.fr>')).code, 530);
    client.destroy();
  });

  test('hands the peer and its certificate chain to the domain, leaf first', async () => {
    const client = await secure();
    const peer = running.acceptance.peers.at(-1);
    assert.equal(peer?.remoteAddress, '127.0.0.1');
    assert.equal(peer?.clientName, 'client.example');
    assert.equal(peer?.tls.version, 'TLSv1.3');
    const chain = peer?.certificateChain.map((der) => new X509Certificate(der)) ?? [];
    assert.match(chain[0]?.subject ?? '', /mss\.cabinet\.example/);
    assert.match(chain[1]?.subject ?? '', /ORGANISATIONS/);
    await client.quit();
  });

  test('hands an empty chain to the domain when the peer has no certificate', async () => {
    const client = await SmtpTestClient.connectSecurely(running.port);
    assert.deepEqual(running.acceptance.peers.at(-1)?.certificateChain, []);
    await client.quit();
  });

  test('forgets under TLS what was said before it (RFC 3207 §4.2)', async () => {
    const client = await SmtpTestClient.connect(running.port);
    await client.reply();
    await client.command('EHLO client.example');
    await client.startTls(running.clientContext);
    assert.equal((await client.command('MAIL FROM:<a@b.fr>')).code, 503);
    const ehlo = await client.command('EHLO client.example');
    assert.ok(!ehlo.lines.includes('STARTTLS'));
    assert.equal((await client.command('STARTTLS')).code, 503);
    await client.quit();
  });

  test('receives a message by DATA, byte for byte', async () => {
    const client = await secure();
    const replies = await client.sendMessage({ from: 'a@b.fr', to: ['c@d.fr', 'e@d.fr'], content });
    assert.deepEqual(codes(replies), [250, 250, 250, 354, 250]);
    assert.match(replies.at(-1)?.lines[0] ?? '', /recorded-1/);
    const [message] = running.acceptance.messages;
    assert.equal(message?.content, content);
    assert.equal(message?.envelope.sender, 'a@b.fr');
    assert.deepEqual(
      message?.recipients.map(({ recipient }) => recipient),
      ['c@d.fr', 'e@d.fr'],
    );
    await client.quit();
  });

  test('gathers the replies to pipelined commands (RFC 2920 §3.2)', async () => {
    const client = await secure();
    const before = client.receivedChunks;
    await client.pipeline('NOOP', 'MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'NOOP', 'RSET');
    assert.equal(client.receivedChunks, before + 1);
    await client.quit();
  });

  test('receives many messages on one connection, with RSET between and after', async () => {
    const client = await secure();
    for (let index = 0; index < 40; index += 1) {
      const replies = await client.sendMessage({ from: '', to: ['c@d.fr'], content: `${index}\r\n` });
      assert.equal(replies.at(-1)?.code, 250);
      assert.equal((await client.command('RSET')).code, 250);
    }
    assert.deepEqual(
      running.acceptance.messages.map((message) => message.content),
      Array.from({ length: 40 }, (_, i) => `${i}\r\n`),
    );
    await client.quit();
  });

  test('receives a message by BDAT, in chunks and pipelined (RFC 3030 §2)', async () => {
    const client = await secure();
    await client.pipeline('MAIL FROM:<a@b.fr> BODY=8BITMIME', 'RCPT TO:<c@d.fr>');
    assert.equal((await client.bdat('Subject: a\r')).code, 250);
    assert.equal((await client.bdat('\n\r\n.\r\né')).code, 250);
    assert.equal((await client.bdat('', 'LAST')).code, 250);
    assert.equal(running.acceptance.messages[0]?.content, Buffer.from('Subject: a\r\n\r\n.\r\né').toString('latin1'));
    client.send('MAIL FROM:<>\r\nRCPT TO:<c@d.fr>\r\nBDAT 3 LAST\r\nabcMAIL FROM:<>\r\n');
    assert.deepEqual(
      codes([await client.reply(), await client.reply(), await client.reply(), await client.reply()]),
      [250, 250, 250, 250],
    );
    assert.equal(running.acceptance.messages[1]?.content, 'abc');
    await client.quit();
  });

  test('passes on what MAIL and RCPT ask (RFC 3461 §4, RFC 6531 §3.4)', async () => {
    const client = await secure();
    await client.pipeline(
      'MAIL FROM:<zoé@b.fr> SMTPUTF8 SIZE=10 RET=HDRS ENVID=x1',
      'RCPT TO:<c@d.fr> NOTIFY=SUCCESS ORCPT=rfc822;o@d.fr',
    );
    await client.bdat('x', 'LAST');
    const [message] = running.acceptance.messages;
    assert.deepEqual(message?.envelope, {
      sender: 'zoé@b.fr',
      smtpUtf8: true,
      sizeBytes: 10,
      ret: 'HDRS',
      envelopeId: 'x1',
    });
    assert.deepEqual(message?.recipients[0]?.notify, ['SUCCESS']);
    assert.equal(message?.recipients[0]?.originalRecipient?.address, 'o@d.fr');
    await client.quit();
  });

  test('answers each recipient for itself, in French, with accents only under SMTPUTF8 (RFC 6531 §3.7.4.2)', async () => {
    running.acceptance.answers.recipient = ({ recipient }) =>
      recipient === 'c@d.fr'
        ? { kind: 'accepted' }
        : {
            kind: 'refused',
            reply: {
              code: 550,
              enhanced: '5.7.1',
              text: 'recipient-outside-trust-space',
              values: { domain: 'gmail.com' },
            },
          };
    const client = await secure();
    const ascii = await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<x@gmail.com>', 'RCPT TO:<c@d.fr>', 'RSET');
    assert.deepEqual(codes(ascii), [250, 550, 250, 250]);
    assert.equal(ascii[1]?.enhanced, '5.7.1');
    assert.match(ascii[1]?.lines.join('') ?? '', /gmail\.com n'appartient pas a l'espace de confiance MSSante/);
    const utf8 = await client.pipeline('MAIL FROM:<a@b.fr> SMTPUTF8', 'RCPT TO:<x@gmail.com>');
    assert.match(utf8[1]?.lines.join('') ?? '', /n'appartient pas à l'espace de confiance MSSanté/);
    assert.equal((await client.command('DATA')).code, 554); // RFC 5321 §3.3
    await client.quit();
  });

  test('tells a peer that is not admitted why, at each MAIL', async () => {
    running.acceptance.answers.peer = async () => ({
      kind: 'refused',
      reply: { code: 550, enhanced: '5.7.1', text: 'operator-unknown' },
    });
    const client = await secure();
    const replies = await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
    assert.deepEqual(codes(replies), [550, 503]);
    assert.match(replies[0]?.lines[0] ?? '', /liste blanche/);
    await client.quit();
  });

  test('maps what the domain throws: 451, 554, and 421 with an incident that says nothing', async () => {
    const client = await secure();
    const send = () => client.sendMessage({ from: 'a@b.fr', to: ['c@d.fr'], content });
    running.acceptance.answers.commit = () => Promise.reject(new Temporary('database-away', 'x'));
    const temporary = (await send()).at(-1);
    assert.equal(`${temporary?.code} ${temporary?.enhanced}`, '451 4.3.0');
    running.acceptance.answers.commit = () => Promise.reject(new Refusal('mime-too-deep', 'Imbrication trop profonde'));
    assert.equal((await send()).at(-1)?.code, 554);
    running.acceptance.answers.commit = () => Promise.reject(new Error('internal words'));
    const bug = (await send()).at(-1);
    assert.equal(bug?.code, 421);
    assert.match(bug?.lines[0] ?? '', /^Internal error, incident [0-9a-f-]{36}$/);
    await client.closed();
    assert.equal(running.acceptance.messages.length, 0);
    assert.equal(running.acceptance.openSinks, 0);
  });

  test('says 250 only after the domain has committed', async () => {
    let release = (): void => undefined;
    const committed = new Promise<void>((resolve) => {
      release = resolve;
    });
    running.acceptance.answers.commit = async () => {
      await committed;
      return { kind: 'accepted', reference: 'x' };
    };
    const client = await secure();
    await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'DATA');
    client.send('a\r\n.\r\n');
    const reply = client.reply();
    const first = await Promise.race([
      reply.then(() => 'reply'),
      new Promise((resolve) => setTimeout(resolve, 50, 'silence')),
    ]);
    assert.equal(first, 'silence');
    release();
    assert.equal((await reply).code, 250);
    await client.quit();
  });

  test('holds the sender back while the sink holds back, and keeps little in memory meanwhile', async () => {
    let release = (): void => undefined;
    const written: number[] = [];
    running.acceptance.answers.write = (chunk) => {
      written.push(chunk.length);
      if (written.length > 1) return undefined;
      return new Promise((resolve) => {
        release = resolve;
      });
    };
    const client = await secure();
    await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'DATA');
    const line = `${'x'.repeat(78)}\r\n`;
    client.send(line.repeat(200_000));
    client.send('.\r\n');
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(written.length, 1);
    release();
    assert.equal((await client.reply()).code, 250);
    assert.equal(running.acceptance.messages[0]?.content.length, 200_000 * 80);
    assert.ok(Math.max(...written) <= 256 * 1024);
    await client.quit();
  });

  test('takes as many recipients as the limit and answers 452 to one more (RFC 5321 §4.5.3.1.10)', async () => {
    const client = await secure();
    const recipients = Array.from({ length: 6 }, (_, i) => `RCPT TO:<c${i}@d.fr>`);
    const replies = await client.pipeline('MAIL FROM:<a@b.fr>', ...recipients);
    assert.deepEqual(codes(replies), [250, 250, 250, 250, 250, 250, 452]);
    await client.quit();
  });

  test('refuses an announced size past the limit (RFC 1870 §6.1)', async () => {
    const client = await secure();
    const replies = await client.pipeline('MAIL FROM:<a@b.fr> SIZE=52428801', 'MAIL FROM:<a@b.fr> SIZE=52428800');
    assert.deepEqual(codes(replies), [552, 250]);
    await client.quit();
  });

  test('keeps commands in order and knows the small ones', async () => {
    const client = await secure();
    for (const [line, code] of [
      ['RCPT TO:<a@b.fr>', 503],
      ['DATA', 503],
      ['NOOP whatever', 250], // RFC 5321 §4.1.1.9
      ['VRFY postmaster', 252], // RFC 5321 §3.5.3, §7.3
      ['HELP', 214], // RFC 5321 §4.1.1.8
      ['RSET', 250],
      ['QUIT', 221],
    ] as const) {
      assert.equal((await client.command(line)).code, code, line);
    }
    await client.closed();
  });

  test('declines HELO, AUTH and EXPN, and does not know others (RFC 5321 §4.2.4)', async () => {
    const client = await secure();
    assert.equal((await client.command('HELO client.example')).code, 502);
    assert.equal((await client.command('AUTH PLAIN')).code, 502);
    assert.equal((await client.command('XYZZY')).code, 500);
    client.destroy();
  });

  test('ends a session after too many errors, and after too many commands without a message', async () => {
    const faulty = await secure();
    for (let index = 0; index < 3; index += 1) assert.equal((await faulty.command('XYZZY')).code, 500);
    assert.equal((await faulty.command('XYZZY')).code, 500);
    assert.equal((await faulty.reply()).code, 421);
    await faulty.closed();
    const idle = await secure();
    let count = 0;
    while ((await idle.command('NOOP')).code === 250) count += 1;
    assert.ok(count >= 25 && count <= 30);
    idle.destroy();
  });
});
