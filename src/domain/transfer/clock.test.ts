/**
 * The wall clock jumps (a machine woken, a time server set right). What is decided: nothing is lost, nothing is handed over
 * twice because of it, what is new leaves at once; what already waits may wait longer, by the jump at most.
 */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { rawMessage, task } from '../../../testkit/mail-store.ts';
import { type ScriptedPeer, startScriptedPeer } from '../../../testkit/scripted-smtp-peer.ts';
import { addressOf, domainName, type TestOperator, TransferWorld } from '../../../testkit/transfer-world.ts';
import { present } from '../../base/assert.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { type EmailId, newId } from '../../base/ids.ts';
import { tlsFloor } from '../../platform/tls/tls.ts';
import { claimTransactions } from './accepted-transactions.ts';
import { pauseAfter } from './back-off.ts';
import { leaseNext, moveRecipients } from './queue-rows.ts';

const hopital = domainName('hopital.mssante.example');
const paul = addressOf('paul@hopital.mssante.example');
const hourMs = 3_600_000;

interface Scene {
  readonly cabinet: TestOperator;
  readonly peer: ScriptedPeer;
  /** While true the hospital asks to come back later. */
  readonly mood: { isBusy: boolean };
  send(): Promise<EmailId>;
  stateOf(emailId: EmailId): Promise<string>;
  /** How many messages the hospital has taken. */
  taken(): number;
}

async function open(t: TestContext): Promise<Scene> {
  const world = await TransferWorld.open(t, ['cabinet', 'hopital']);
  const cabinet = await world.operator('cabinet');
  const anne = await cabinet.createDoctor('anne');
  cabinet.store.clock.advance(2 * hourMs); // her rights began before the hour that is lived twice
  const { keyPem, chainPem } = world.issue('hopital');
  const mood = { isBusy: false };
  const peer = await startScriptedPeer(createSecureContext({ ...tlsFloor, key: keyPem, cert: chainPem }), {
    answer: (line) => (mood.isBusy && line.startsWith('MAIL') ? '451 4.3.2 Later\r\n' : undefined),
  });
  t.after(() => peer.stop());
  world.routes[hopital] = { host: '127.0.0.1', port: peer.port };
  return {
    cabinet,
    peer,
    mood,
    async send() {
      const bytes = Buffer.from(rawMessage({ From: anne.address, Subject: 'Courrier' }));
      const outcome = await cabinet.transfer.submit(
        { actor: { kind: 'person', personId: anne.person.personId }, reason: 'test' },
        {
          sender: anne.address,
          recipients: [{ recipient: paul }],
          content: (async function* () {
            yield bytes;
          })(),
        },
      );
      assert(outcome.kind === 'submitted');
      return outcome.emailId;
    },
    async stateOf(emailId) {
      const [line] = await cabinet.transfer.deliveryHistory(task, anne.account, emailId);
      return present(line, 'a line of the history').state;
    },
    taken: () => peer.lines.filter((line) => line.endsWith('.\r\n') && line.length > 3).length,
  };
}

async function deferOne({ cabinet, mood, send, stateOf }: Scene): Promise<EmailId> {
  mood.isBusy = true;
  const emailId = await send();
  await cabinet.drain(hopital);
  assert.equal(await stateOf(emailId), 'deferred');
  mood.isBusy = false;
  return emailId;
}

describe('when the clock is set back by an hour', () => {
  test('what is new leaves at once, what waits leaves once, later by an hour at most', async (t) => {
    const scene = await open(t);
    const { cabinet, send, stateOf, taken } = scene;
    const late = await deferOne(scene);
    cabinet.store.clock.advance(-hourMs);
    const fresh = await send();
    await cabinet.drain(hopital);
    assert.equal(await stateOf(fresh), 'accepted');
    assert.equal(await stateOf(late), 'deferred');
    cabinet.store.clock.advance(hourMs + pauseAfter(1));
    await cabinet.drain(hopital);
    assert.equal(await stateOf(late), 'accepted');
    await cabinet.drain(hopital);
    assert.equal(taken(), 2);
  });

  test('an administrator need not wait: what waits can be retried now', async (t) => {
    const scene = await open(t);
    const { cabinet, stateOf } = scene;
    const late = await deferOne(scene);
    cabinet.store.clock.advance(-hourMs);
    assert.equal(await cabinet.store.act((act) => cabinet.transfer.retryNow(act, {})), 1);
    await cabinet.drain(hopital);
    assert.equal(await stateOf(late), 'accepted');
  });

  test('a transaction that was taken is still recognised', async (t) => {
    const { cabinet } = await open(t);
    const { clock } = cabinet.store;
    const hash = Buffer.alloc(32, 7);
    const claim = () => cabinet.store.act((act) => claimTransactions(act.tx, [hash], act.at));
    assert.equal((await claim()).size, 1);
    for (const ms of [-hourMs, 2 * hourMs]) {
      clock.advance(ms);
      assert.equal((await claim()).size, 0);
    }
  });
});

describe('when the clock is set forward by an hour', () => {
  test('what waits leaves sooner, once', async (t) => {
    const scene = await open(t);
    const { cabinet, stateOf, taken } = scene;
    const late = await deferOne(scene);
    cabinet.store.clock.advance(hourMs);
    await cabinet.drain(hopital);
    await cabinet.drain(hopital);
    assert.equal(await stateOf(late), 'accepted');
    assert.equal(taken(), 1);
  });

  test('what is being sent may be sent again by another, and ends in one final state', async (t) => {
    const { cabinet, send, stateOf, taken } = await open(t);
    const { clock, db } = cabinet.store;
    const emailId = await send();
    const now = clock.now();
    const first = { id: newId(), now, until: new Date(now.getTime() + transferLimits.leaseMs) };
    const leased = present(await leaseNext(db, hopital, first), 'a message is due');
    clock.advance(hourMs);
    await cabinet.drain(hopital);
    assert.equal(await stateOf(emailId), 'accepted');
    const moved = await cabinet.store.act((act) =>
      moveRecipients(act.tx, leased.ref, first, [{ number: 0, state: 'failed' }]),
    );
    assert.equal(moved.size, 0);
    assert.equal(await stateOf(emailId), 'accepted');
    assert.equal(taken(), 1);
  });
});

test('an hour either way changes nothing of whom we trust', async (t) => {
  const { cabinet } = await open(t);
  const [certificate] = cabinet.peer().certificateChain;
  for (const ms of [0, -hourMs, 2 * hourMs]) {
    cabinet.store.clock.advance(ms);
    assert.equal(cabinet.trust.verifyPeer({ certificate }, cabinet.store.clock.now()).outcome, 'trusted');
  }
});
