import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import fc from 'fast-check';
import { sql } from 'kysely';
import { rawMessage, task } from '../../../testkit/mail-store.ts';
import { startScriptedPeer } from '../../../testkit/scripted-smtp-peer.ts';
import { addressOf, domainName, TransferWorld } from '../../../testkit/transfer-world.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { newId } from '../../base/ids.ts';
import { tlsFloor } from '../../platform/tls/tls.ts';
import type { DeliveryLine } from './queue-admin.ts';
import { leaseNext } from './queue-rows.ts';

const hopital = domainName('hopital.mssante.example');
const hourMs = 3_600_000;

/** What the peer does with a command, drawn at random; `undefined` is yes. */
const moods = [
  undefined,
  undefined,
  undefined,
  '451 4.3.0 later\r\n',
  '550 5.1.1 no\r\n',
  '452 4.5.3 many\r\n',
  'close',
  '421 4.3.2 bye\r\n',
];
const mood = fc.integer({ min: 0, max: moods.length - 1 });
const plan = fc.record({
  recipients: fc.integer({ min: 1, max: 4 }),
  answers: fc.array(mood, { minLength: 1, maxLength: 40 }),
  /** At these rounds a worker takes what is due and dies before it says what became of it. */
  deaths: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }),
});

interface Seen {
  readonly reports: readonly string[];
  /** What the peer was asked. */
  readonly asked: readonly string[];
  readonly to: readonly string[];
}

function assertEndings(lines: readonly DeliveryLine[], { reports, asked, to }: Seen): void {
  for (const { address, state } of lines) {
    assert.ok(['accepted', 'failed', 'expired'].includes(state), state);
    const groups = reports.flatMap((text) => text.split('Final-Recipient: rfc822; ').slice(1));
    const told = groups.filter((group) => group.startsWith(address) && group.includes('Action: failed'));
    assert.equal(told.length, state === 'accepted' ? 0 : 1, `${address} ${state}`);
    if (state === 'accepted') assert.ok(asked.some((line) => line.startsWith(`RCPT TO:<${address}>`)));
  }
  const recipients = asked
    .filter((line) => line.startsWith('RCPT'))
    .map((line) => line.replace(/^RCPT TO:<|>.*$/g, ''));
  assert.ok(recipients.every((address) => to.includes(address)));
}

describe('every accepted recipient', () => {
  test('ends in exactly one final state, told once when it is a failure, whatever peer and workers do', async (t) => {
    const world = await TransferWorld.open(t, ['cabinet', 'hopital']);
    const cabinet = await world.operator('cabinet');
    const { db, clock } = cabinet.store;
    let answers: readonly number[] = [];
    let asked = 0;
    const { keyPem, chainPem } = world.issue('hopital');
    const peer = await startScriptedPeer(createSecureContext({ ...tlsFloor, key: keyPem, cert: chainPem }), {
      answer: (line) => {
        if (!/^(MAIL|RCPT|DATA|\.)/.test(line)) return undefined;
        asked += 1;
        return moods[answers[asked % answers.length] ?? 0];
      },
    });
    t.after(() => peer.stop());
    world.routes[hopital] = { host: '127.0.0.1', port: peer.port };

    const run = async ({
      recipients,
      answers: drawn,
      deaths,
    }: {
      recipients: number;
      answers: number[];
      deaths: number[];
    }) => {
      answers = drawn;
      asked = 0;
      peer.lines.length = 0;
      const anne = await cabinet.createDoctor();
      const to = Array.from({ length: recipients }, (_, n) => addressOf(`d${n}@hopital.mssante.example`));
      const outcome = await cabinet.transfer.submit(
        { actor: { kind: 'system', task: 'test' }, reason: 'test' },
        {
          sender: anne.address,
          recipients: to.map((recipient) => ({ recipient })),
          content: (async function* () {
            yield Buffer.from(rawMessage({ From: anne.address }));
          })(),
        },
      );
      assert(outcome.kind === 'submitted');
      const linesOf = () => cabinet.transfer.deliveryHistory(task, anne.account, outcome.emailId);
      for (let round = 0; round < 80; round += 1) {
        if (deaths.includes(round)) {
          const now = clock.now();
          await leaseNext(db, hopital, { id: newId(), now, until: new Date(now.getTime() + transferLimits.leaseMs) });
        }
        await cabinet.drain(hopital);
        if ((await linesOf()).every((line) => line.nextAttemptAt === null)) break;
        clock.advance(hourMs);
      }
      const lines = await linesOf();
      const emails = await cabinet.inbox(anne.account);
      const contents = await Promise.all(emails.map(({ id }) => cabinet.contents(anne.account, id)));
      assertEndings(lines, { reports: contents.map(String), asked: peer.lines, to });
      const kept = await sql<{
        count: number;
      }>`select count(*) from transfer.message where finished_at is null`.execute(db);
      assert.equal(kept.rows[0]?.count, 0);
    };
    await fc.assert(fc.asyncProperty(plan, run), { numRuns: 12 });
  });
});
