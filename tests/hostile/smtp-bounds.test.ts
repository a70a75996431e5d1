import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kib, smtpLimits } from '../../src/base/limits.ts';
import type { SmtpdLimits } from '../../src/ends/smtpd/options.ts';
import { startRecordingServer, type TestServer } from '../../testkit/recording-acceptance.ts';
import { SmtpTestClient } from '../../testkit/smtp-client.ts';

async function withServer(
  kind: 'inbound' | 'submission',
  limits: Partial<SmtpdLimits>,
  act: (running: TestServer, secure: () => Promise<SmtpTestClient>) => Promise<void>,
): Promise<void> {
  const running = await startRecordingServer(kind, { limits });
  try {
    await act(running, () => SmtpTestClient.connectSecurely(running.port, running.clientContext));
  } finally {
    await running.server.stop();
  }
  assert.equal(running.acceptance.openSinks, 0);
}

async function begin(client: SmtpTestClient): Promise<void> {
  await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'DATA');
}

describe('bounds of the SMTP server', () => {
  test('a command line of the limit is read, one octet more closes the session, ended or not (RFC 5321 §4.5.3.1.4)', () =>
    withServer('inbound', {}, async (_, secure) => {
      const client = await secure();
      assert.equal((await client.command(`NOOP ${'x'.repeat(smtpLimits.commandLineBytes - 7)}`)).code, 250);
      assert.equal((await client.command(`NOOP ${'x'.repeat(smtpLimits.commandLineBytes - 6)}`)).code, 500);
      await client.closed();
      const endless = await secure();
      endless.send('x'.repeat(smtpLimits.commandLineBytes + 1));
      assert.equal((await endless.reply()).code, 500);
      await endless.closed();
      const inClear = await SmtpTestClient.connect(_.port);
      await inClear.reply();
      inClear.send(Buffer.alloc(1024 * kib, 'x'));
      assert.equal((await inClear.reply()).code, 500);
      await inClear.closed();
    }));

  test('a line of content of the limit is taken, one octet more is refused', () =>
    withServer('inbound', {}, async (running, secure) => {
      const client = await secure();
      for (const [bytes, code] of [
        [smtpLimits.textLineBytes, 250],
        [smtpLimits.textLineBytes + 1, 554],
      ] as const) {
        await begin(client);
        client.send(`${'x'.repeat(bytes - 2)}\r\n.\r\n`);
        assert.equal((await client.reply()).code, code);
      }
      assert.equal(running.acceptance.messages.length, 1);
      await client.quit();
    }));

  test('a message of the limit is taken, one octet more is refused, whatever was announced (RFC 1870 §6.2)', () =>
    withServer('inbound', { messageBytes: 100 * kib, drainBytes: 100 * kib }, async (running, secure) => {
      const client = await secure();
      const content = (bytes: number) =>
        `${'x'.repeat(78)}\r\n`.repeat(Math.floor((bytes - 2) / 80)) + 'x'.repeat((bytes - 2) % 80);
      for (const [bytes, code] of [
        [100 * kib, 250],
        [100 * kib + 1, 552],
        [150 * kib, 552],
      ] as const) {
        await client.pipeline('MAIL FROM:<a@b.fr> SIZE=1', 'RCPT TO:<c@d.fr>', 'DATA');
        client.send(`${content(bytes)}\r\n.\r\n`);
        assert.equal((await client.reply()).code, code, String(bytes));
        await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
        assert.equal((await client.bdat(`${content(bytes)}\r\n`, 'LAST')).code, code, `BDAT ${bytes}`);
      }
      assert.equal(running.acceptance.messages.length, 2);
      assert.deepEqual(new Set(running.acceptance.aborts), new Set(['too-big']));
      await client.quit();
    }));

  test('content that never ends is cut off once the peer could have heard the refusal', () =>
    withServer('inbound', { messageBytes: 100 * kib, drainBytes: 100 * kib }, async (_, secure) => {
      const client = await secure();
      await begin(client);
      client.send(`${'x'.repeat(78)}\r\n`.repeat(4_000));
      assert.equal((await client.reply()).code, 552);
      await client.closed();
      const chunked = await secure();
      await chunked.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
      assert.equal((await chunked.command(`BDAT ${200 * kib + 1}`)).code, 552);
      await chunked.closed();
    }));

  test('as many chunks as the limit make a message, one more does not', () =>
    withServer('inbound', { chunks: 3 }, async (_, secure) => {
      const client = await secure();
      await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
      for (const code of [250, 250]) assert.equal((await client.bdat('')).code, code);
      assert.equal((await client.bdat('x', 'LAST')).code, 250);
      await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
      for (const code of [250, 250, 250, 552]) assert.equal((await client.bdat('')).code, code);
      await client.quit();
    }));

  test('a header of a million fields passes through the end without being held', () =>
    withServer('inbound', {}, async (running, secure) => {
      let largest = 0;
      running.acceptance.answers.write = (chunk) => {
        largest = Math.max(largest, chunk.length);
        return undefined;
      };
      const client = await secure();
      await begin(client);
      client.send('X: y\r\n'.repeat(1_000_000));
      client.send('.\r\n');
      assert.equal((await client.reply()).code, 250);
      assert.ok(largest <= 256 * kib, `${largest} octets in one piece`);
      await client.quit();
    }));

  test('guesses of recipients end with the transaction, refused or not', () =>
    withServer('inbound', { recipients: 50 }, async (running, secure) => {
      running.acceptance.answers.recipient = () => ({
        kind: 'refused',
        reply: { code: 550, enhanced: '5.1.1', text: 'recipient-unknown' },
      });
      const client = await secure();
      await client.command('MAIL FROM:<a@b.fr>');
      const replies = await client.pipeline(...Array.from({ length: 51 }, (_, i) => `RCPT TO:<c${i}@d.fr>`));
      assert.equal(replies.filter((reply) => reply.code === 550).length, 50);
      assert.equal(replies.at(-1)?.code, 452);
      await client.quit();
    }));

  test('a sender that drips content is told so and leaves nothing', () =>
    withServer('inbound', { paceMs: 200, paceBytes: 1_000 }, async (running, secure) => {
      for (const opening of ['DATA', 'BDAT 5000'] as const) {
        const client = await secure();
        await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
        client.send(`${opening}\r\n`);
        if (opening === 'DATA') await client.reply();
        const drip = setInterval(() => client.send('x'), 20);
        const reply = await client.reply();
        clearInterval(drip);
        assert.equal(`${reply.code} ${reply.enhanced}`, '421 4.4.2');
        await client.closed();
      }
      assert.equal(running.acceptance.aborts.length, 2);
    }));

  test('a sender at the minimum rate is served to the end', () =>
    withServer('inbound', { paceMs: 300, paceBytes: 1_000 }, async (_, secure) => {
      const client = await secure();
      await begin(client);
      for (let block = 0; block < 6; block += 1) {
        client.send(`${'x'.repeat(998)}\r\n`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      client.send('.\r\n');
      assert.equal((await client.reply()).code, 250);
      await client.quit();
    }));

  test('our own slowness is not held against the sender', () =>
    withServer('inbound', { paceMs: 100, paceBytes: 1_000_000 }, async (running, secure) => {
      running.acceptance.answers.write = () => new Promise((resolve) => setTimeout(resolve, 150));
      const client = await secure();
      await begin(client);
      client.send('a\r\n');
      setTimeout(() => client.send('.\r\n'), 20);
      assert.equal((await client.reply()).code, 250);
      await client.quit();
    }));

  test('a peer that never reads its replies is not served for ever', () =>
    withServer('inbound', { replyMs: 200, commandMs: 1_000, idleCommands: 1_000_000 }, async (running, secure) => {
      const client = await secure();
      client.pause();
      const help = 'HELP\r\n'.repeat(50_000);
      for (let burst = 0; burst < 40; burst += 1) client.send(help);
      const started = performance.now();
      while (running.server.sessionCount() > 0 && performance.now() - started < 8_000) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.equal(running.server.sessionCount(), 0);
      client.destroy();
    }));

  test('AUTH asks a fixed number of questions, however it is answered', () =>
    withServer('submission', {}, async (running, secure) => {
      for (const answer of ['', '=', 'AA==', 'A'.repeat(smtpLimits.authLineBytes - 2), '!']) {
        const client = await secure();
        let questions = 0;
        let reply = await client.command('AUTH LOGIN');
        while (reply.code === 334) {
          questions += 1;
          reply = await client.command(answer);
        }
        assert.ok(questions <= 2, `${questions} questions`);
        assert.ok(reply.code >= 500, answer.slice(0, 10));
        client.destroy();
      }
      assert.equal(running.acceptance.credentials.length, 0);
    }));

  test('AUTH begun again and again ends the session', () =>
    withServer('submission', {}, async (_, secure) => {
      const client = await secure();
      for (let attempt = 0; attempt < 3; attempt += 1) {
        assert.equal((await client.command('AUTH PLAIN')).code, 334);
        assert.equal((await client.command('*')).code, 501);
      }
      assert.equal((await client.reply()).code, 421);
      await client.closed();
    }));
});
