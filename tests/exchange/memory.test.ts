import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { kib, mib, smtpLimits } from '../../src/base/limits.ts';
import type { Reply } from '../../src/formats/smtp/reply.ts';
import { SmtpTestClient } from '../../testkit/smtp-client.ts';
import { SmallWorld } from './small-world.ts';

/** What the server of a practice may take of its machine's memory. */
const mostBytes = 300 * mib;
const author = 'claire.vasseur@cabinet.mssante.example';
const reader = 'rachid.meziane@hopital.mssante.example';
const waitMs = 60_000;

/** The most memory that the process has held since it began: the kernel's own count. */
function peakBytes(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1]) * 1024;
}

function message(subject: string, attachmentBytes: number): Buffer {
  const head = [
    `From: ${author}`,
    `To: ${reader}`,
    `Subject: ${subject}`,
    `Message-ID: <${subject}@cabinet.mssante.example>`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Bonjour',
    '--b',
    'Content-Type: application/pdf',
    'Content-Disposition: attachment; filename=scanner.pdf',
    'Content-Transfer-Encoding: base64',
    '',
    '',
  ].join('\r\n');
  const line = `${Buffer.from('0123456789'.repeat(6)).toString('base64').slice(0, 76)}\r\n`;
  const lines = Math.floor(attachmentBytes / line.length);
  return Buffer.from([head, line.repeat(lines), '--b--\r\n'].join(''));
}

/** How many messages an operator has handed over, as its own metrics say. */
async function handedOver(world: SmallWorld, operator: string): Promise<number> {
  const text = await (await fetch(`${world.operator(operator).web}/metrics`)).text();
  return Number(/^hygie_sent_total\{outcome="accepted"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

function accepted(replies: readonly Reply[]): boolean {
  return replies.at(-1)?.code === 250;
}

describe('the memory of a server stays under 300 MB', { skip: process.platform !== 'linux' }, () => {
  let world: SmallWorld;
  const hooks: (() => Promise<void>)[] = [];
  const told: string[] = [];

  before(async () => {
    world = await SmallWorld.start({ after: (hook) => hooks.push(hook) });
  });
  after(async () => {
    for (const hook of hooks) await hook();
  });

  const check = (operator: string, when: string): void => {
    const bytes = peakBytes(world.serverPid(operator));
    told.push(`${operator}, ${when}: ${Math.round(bytes / mib)} MiB`);
    assert.ok(bytes < mostBytes, told.join('; '));
  };

  test('through 1,000 sessions under TLS, each of which brings a message', async (t) => {
    const context = await world.contextOf('cabinet');
    const { port } = world.operator('hopital').smtp;
    const clients: SmtpTestClient[] = [];
    while (clients.length < 1_000) {
      const more = Array.from({ length: 20 }, () => SmtpTestClient.connectSecurely(port, context));
      clients.push(...(await Promise.all(more)));
    }
    check('hopital', '1,000 sessions');
    const sent = clients.map((client, index) =>
      client.sendMessage({ from: author, to: [reader], content: message(`session-${index}`, 1_000) }),
    );
    assert.ok((await Promise.all(sent)).every(accepted));
    check('hopital', 'a message from each');
    for (const client of clients) client.destroy();
    t.diagnostic(told.join('; '));
  });

  test('through a message of 50 MB, in, submitted and out', { timeout: 2 * waitMs }, async (t) => {
    const size = smtpLimits.messageBytes - 64 * kib;
    const peer = await SmtpTestClient.connectSecurely(
      world.operator('hopital').smtp.port,
      await world.contextOf('cabinet'),
    );
    assert.ok(accepted(await peer.sendMessage({ from: author, to: [reader], content: message('inbound', size) })));
    peer.destroy();
    check('hopital', '50 MB in');
    const earlier = await handedOver(world, 'cabinet');
    const person = await world.signIn('cabinet', 'claire.vasseur');
    assert.ok(accepted(await person.sendMessage({ from: author, to: [reader], content: message('outbound', size) })));
    person.destroy();
    check('cabinet', '50 MB submitted');
    const deadline = performance.now() + waitMs;
    while ((await handedOver(world, 'cabinet')) === earlier) {
      assert.ok(performance.now() < deadline, 'the message of 50 MB has not left');
      await sleep(200);
    }
    check('cabinet', '50 MB out');
    check('hopital', '50 MB in again');
    t.diagnostic(told.join('; '));
  });
});
