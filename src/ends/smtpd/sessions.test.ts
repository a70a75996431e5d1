import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startRecordingServer } from '../../../testkit/recording-acceptance.ts';
import { SmtpTestClient } from '../../../testkit/smtp-client.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('sessions of the SMTP server', () => {
  test('are bounded in all and from one address; one that ends makes room', async () => {
    for (const limits of [{ sessions: 2 }, { sessionsPerPeer: 2 }]) {
      const running = await startRecordingServer('inbound', { limits });
      const first = await SmtpTestClient.connect(running.port);
      const second = await SmtpTestClient.connect(running.port);
      assert.equal((await first.reply()).code, 220);
      assert.equal((await second.reply()).code, 220);
      const third = await SmtpTestClient.connect(running.port);
      assert.equal((await third.reply()).code, 421);
      await third.closed();
      await first.quit();
      await pause(20);
      assert.equal(running.server.sessionCount(), 1);
      const fourth = await SmtpTestClient.connect(running.port);
      assert.equal((await fourth.reply()).code, 220);
      await running.server.stop();
    }
  });

  test('end with 421 when the server stops, but a message under way is still taken (RFC 5321 §3.8)', async () => {
    const running = await startRecordingServer('inbound');
    const idle = await SmtpTestClient.connectSecurely(running.port);
    const busy = await SmtpTestClient.connectSecurely(running.port);
    await busy.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'DATA');
    const stopped = running.server.stop();
    assert.equal((await idle.reply()).code, 421);
    busy.send('a\r\n.\r\n');
    assert.equal((await busy.reply()).code, 250);
    assert.equal((await busy.reply()).code, 421);
    await stopped;
    assert.equal(running.acceptance.messages.length, 1);
    await assert.rejects(SmtpTestClient.connect(running.port));
  });

  test('that do not end their message in time are broken when the server stops, and leave nothing', async () => {
    const running = await startRecordingServer('inbound', { limits: { stopMs: 50 } });
    const client = await SmtpTestClient.connectSecurely(running.port);
    await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'DATA');
    client.send('half a mess');
    await pause(20);
    await running.server.stop();
    assert.deepEqual(running.acceptance.aborts, ['connection-lost']);
    assert.equal(running.acceptance.openSinks, 0);
  });

  test('that break disturb no other, and leave nothing (ANS-REF2 ECO.1.2.3)', async () => {
    const running = await startRecordingServer('inbound');
    const other = await SmtpTestClient.connectSecurely(running.port);
    const breaking = [
      async (client: SmtpTestClient) => client.destroy(),
      async (client: SmtpTestClient) => {
        await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'DATA');
        client.send('half');
        client.destroy();
      },
      async (client: SmtpTestClient) => {
        await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
        await client.bdat('half');
        client.destroy();
      },
      async (client: SmtpTestClient) => {
        await client.pipeline('MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>');
        client.send('BDAT 100\r\nhalf');
        client.destroy();
      },
    ];
    for (const act of breaking) await act(await SmtpTestClient.connectSecurely(running.port));
    const inClear = await SmtpTestClient.connect(running.port);
    inClear.send('EHLO x.example\r\n');
    inClear.destroy();
    await pause(50);
    const replies = await other.sendMessage({ from: 'a@b.fr', to: ['c@d.fr'], content: 'a\r\n' });
    assert.equal(replies.at(-1)?.code, 250);
    assert.equal(running.acceptance.openSinks, 0);
    assert.equal(running.acceptance.messages.length, 1);
    assert.equal(running.server.sessionCount(), 1);
    await running.server.stop();
  });

  test('that do not finish a line in time are told so, however they drip (RFC 5321 §4.5.3.2.7)', async () => {
    const running = await startRecordingServer('inbound', { limits: { commandMs: 150 } });
    const client = await SmtpTestClient.connect(running.port);
    await client.reply();
    const drip = setInterval(() => client.send('N'), 30);
    const reply = await client.reply();
    clearInterval(drip);
    assert.equal(`${reply.code} ${reply.enhanced}`, '421 4.4.2');
    await running.server.stop();
  });

  test('that do not finish their handshake in time are closed', async () => {
    const running = await startRecordingServer('inbound', { limits: { handshakeMs: 50 } });
    const client = await SmtpTestClient.connect(running.port);
    await client.reply();
    await client.command('EHLO x.example');
    assert.equal((await client.command('STARTTLS')).code, 220);
    await client.closed();
    await pause(20);
    assert.equal(running.server.sessionCount(), 0);
    await running.server.stop();
  });
});
