import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startRecordingServer, type TestServer } from '../../../testkit/recording-acceptance.ts';
import { SmtpTestClient } from '../../../testkit/smtp-client.ts';
import { smtpLimits } from '../../base/limits.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the submission SMTP server', () => {
  let running: TestServer;
  const secure = () => SmtpTestClient.connectSecurely(running.port);

  before(async () => {
    running = await startRecordingServer('submission');
  });
  after(() => running.server.stop());
  beforeEach(() => {
    running.acceptance.messages.length = 0;
    running.acceptance.credentials.length = 0;
  });

  test('offers AUTH under TLS only (RFC 4954 §4)', async () => {
    const client = await SmtpTestClient.connect(running.port);
    await client.reply();
    assert.ok(!(await client.command('EHLO a.example')).lines.some((line) => line.startsWith('AUTH')));
    assert.equal((await client.authPlain('zoe', 'secret')).code, 530);
    await client.startTls();
    assert.ok((await client.command('EHLO a.example')).lines.includes('AUTH PLAIN LOGIN'));
    assert.equal(running.acceptance.credentials.length, 0);
    await client.quit();
  });

  test('asks people for no certificate, so that no program offers the card of a profession', async () => {
    const client = await SmtpTestClient.connectSecurely(running.port, running.clientContext);
    assert.equal((await client.authPlain('zoe', 'secret')).code, 235);
    assert.deepEqual(running.acceptance.peers.at(-1)?.certificateChain, []);
    await client.quit();
  });

  test('asks for authentication before MAIL (RFC 4954 §6)', async () => {
    const client = await secure();
    assert.equal((await client.command('MAIL FROM:<a@b.fr>')).code, 530);
    await client.quit();
  });

  test('takes PLAIN with an initial response, then a message', async () => {
    const client = await secure();
    assert.equal((await client.authPlain('zoe', 'secret')).code, 235);
    assert.equal((await client.authPlain('zoe', 'secret')).code, 503);
    const replies = await client.sendMessage({ from: 'zoe@b.fr', to: ['c@d.fr'], content: 'a\r\n' });
    assert.equal(replies.at(-1)?.code, 250);
    assert.equal(running.acceptance.messages.length, 1);
    await client.quit();
  });

  test('takes PLAIN in two steps, with an authorization identity (RFC 4616 §2)', async () => {
    const client = await secure();
    assert.equal((await client.command('AUTH PLAIN')).code, 334);
    assert.equal((await client.command(base64('bal@b.fr\0zoe\0secret'))).code, 235);
    assert.equal(running.acceptance.credentials[0]?.authorizationId, 'bal@b.fr');
    await client.quit();
  });

  test('takes LOGIN, with or without the name on the first line', async () => {
    for (const first of ['AUTH LOGIN', `AUTH LOGIN ${base64('zoe')}`]) {
      const client = await secure();
      let reply = await client.command(first);
      if (first === 'AUTH LOGIN') {
        assert.deepEqual(reply, { code: 334, lines: ['VXNlcm5hbWU6'] });
        reply = await client.command(base64('zoe'));
      }
      assert.deepEqual(reply, { code: 334, lines: ['UGFzc3dvcmQ6'] });
      assert.equal((await client.command(base64('secret'))).code, 235);
      await client.quit();
    }
  });

  test('refuses wrong passwords in the same words as unknown names, and closes after three', async () => {
    const client = await secure();
    const wrong = await client.authPlain('zoe', 'wrong');
    const unknown = await client.authPlain('nobody', 'secret');
    assert.deepEqual(wrong, unknown);
    assert.equal(`${wrong.code} ${wrong.enhanced}`, '535 5.7.8');
    assert.equal((await client.authPlain('zoe', 'wrong again')).code, 535);
    assert.equal((await client.reply()).code, 421);
    await client.closed();
  });

  test('a last attempt that succeeds does not close the session', async () => {
    const client = await secure();
    await client.authPlain('zoe', 'wrong');
    await client.authPlain('zoe', 'wrong');
    assert.equal((await client.authPlain('zoe', 'secret')).code, 235);
    assert.equal((await client.command('NOOP')).code, 250);
    await client.quit();
  });

  test('lets the client give up, and refuses what is not base64 or not credentials (RFC 4954 §4)', async () => {
    for (const answer of ['*', '!!!', 'AGEAYg', base64('only one part')]) {
      const client = await secure();
      await client.command('AUTH PLAIN');
      assert.equal((await client.command(answer)).code, 501, answer);
      assert.equal(running.acceptance.credentials.length, 0);
      await client.quit();
    }
  });

  test('does not offer other mechanisms', async () => {
    const client = await secure();
    assert.equal((await client.command('AUTH CRAM-MD5')).code, 504);
    await client.quit();
  });

  test('takes the AUTH parameter of MAIL and does not believe it (RFC 4954 §5)', async () => {
    const client = await secure();
    await client.authPlain('zoe', 'secret');
    assert.equal((await client.command('MAIL FROM:<a@b.fr> AUTH=chef@b.fr')).code, 250);
    await client.quit();
  });

  test('stays authenticated through another EHLO', async () => {
    const client = await secure();
    await client.authPlain('zoe', 'secret');
    await client.command('EHLO again.example');
    assert.equal((await client.command('MAIL FROM:<a@b.fr>')).code, 250);
    await client.quit();
  });

  test('takes an AUTH line of exactly the limit and refuses one octet more', async () => {
    for (const [over, expected] of [
      [0, 501],
      [1, 500],
    ] as const) {
      const client = await secure();
      const line = `AUTH PLAIN ${'A'.repeat(smtpLimits.authLineBytes - 'AUTH PLAIN \r\n'.length + over)}`;
      const reply = await client.command(line);
      assert.equal(reply.code, expected);
      client.destroy();
    }
  });
});
