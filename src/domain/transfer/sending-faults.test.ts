/** Sendings that fail, are asked for twice, or whose process dies. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { cancel, historyOf, hold, openSending, paul, statusOf } from '../../../testkit/held-sendings.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { asId, type EmailId, newId } from '../../base/ids.ts';

const minute = 60_000;

// RFC 3463 §3.4
describe('a release that fails by our own fault', () => {
  for (const [name, broken, reports] of [
    ['is tried for as long as the queue would, then given up and its author told', 'transfer.message', 1],
    ['is given up without a report when not even that can be written', 'mail.email', 0],
  ] as const) {
    test(name, async (t) => {
      const opened = await openSending(t);
      const { cabinet, anne, marc } = opened;
      const { ownerDb, clock } = cabinet.store;
      const { ref, emailId } = await hold(opened, [marc.address]);
      await sql`create function public.break() returns trigger language plpgsql as
        $$ begin raise exception 'a bug'; end $$`.execute(ownerDb);
      const when = reports === 1 ? sql`new.finished_at is not null and new.message_id_hash is not null` : sql`true`;
      const on = sql.table(broken);
      await sql`create trigger broken before insert on ${on} for each row when (${when}) execute function public.break()`.execute(
        ownerDb,
      );
      // The program was away for long: that is no failure of the release.
      clock.advance(10 * minute + 2 * transferLimits.queueLifetimeMs);
      await assert.rejects(cabinet.transfer.releaseSending(ref));
      clock.advance(transferLimits.queueLifetimeMs - 1);
      await assert.rejects(cabinet.transfer.releaseSending(ref));
      assert.deepEqual([(await statusOf(opened, ref)).undoStatus, cabinet.observed.alerts], ['pending', []]);
      clock.advance(1);
      await cabinet.transfer.releaseSending(ref);
      await cabinet.transfer.releaseSending(ref);
      assert.equal((await statusOf(opened, ref)).undoStatus, 'final');
      assert.deepEqual(cabinet.observed.alerts, ['attempts-unrecorded']);
      assert.deepEqual(await cabinet.inbox(marc.account), []);
      assert.equal((await cabinet.inbox(anne.account)).length, reports);
      const lines = await historyOf(opened, emailId);
      assert.deepEqual(
        lines.map(({ state, cause }) => [state, cause]),
        reports === 1 ? [['failed', 'never-released']] : [],
      );
      cabinet.releases.length = 0;
      await cabinet.transfer.sweep();
      assert.deepEqual(cabinet.releases, []);
    });
  }

  test('that works again leaves, and can be taken back until then', async (t) => {
    const opened = await openSending(t);
    const { cabinet, marc } = opened;
    const { ownerDb, clock } = cabinet.store;
    const [kept, sent] = [await hold(opened, [marc.address]), await hold(opened, [marc.address])];
    await sql`create function public.break() returns trigger language plpgsql as
      $$ begin raise exception 'a bug'; end $$`.execute(ownerDb);
    await sql`create trigger broken before insert on mail.email for each row execute function public.break()`.execute(
      ownerDb,
    );
    clock.advance(10 * minute);
    for (const { ref } of [kept, sent]) await assert.rejects(cabinet.transfer.releaseSending(ref));
    await sql`drop function public.break() cascade`.execute(ownerDb);
    assert.equal(await cancel(opened, kept.ref), 'canceled');
    for (const { ref } of [kept, sent]) await cabinet.transfer.releaseSending(ref);
    assert.equal((await cabinet.inbox(marc.account)).length, 1);
    assert.deepEqual(cabinet.observed.alerts, []);
  });
});

// RFC 5321 §6.1: what was taken is not lost.
describe('a process that dies', () => {
  for (const [step, on, when] of [
    ['before the email is delivered', sql`insert on mail.email`, sql`true`],
    ['before the message is queued', sql`insert on transfer.message`, sql`true`],
    ['before its recipients are', sql`insert on transfer.recipient`, sql`true`],
    ['before the sending is final', sql`update on transfer.sending`, sql`new.undo_status = 'final'`],
    ['before the act is told', sql`insert on audit.event`, sql`new.kind = 'email.submitted'`],
  ] as const) {
    test(`${step} has sent nothing, and the next job sends once`, async (t) => {
      const opened = await openSending(t);
      const { cabinet, marc } = opened;
      const { ownerDb, clock } = cabinet.store;
      const { ref, emailId } = await hold(opened, [marc.address, paul]);
      clock.advance(10 * minute + transferLimits.leaseMs + 1);
      await sql`create function public.break() returns trigger language plpgsql as
        $$ begin raise exception 'killed'; end $$`.execute(ownerDb);
      await sql`create trigger broken before ${on} for each row when (${when}) execute function public.break()`.execute(
        ownerDb,
      );
      await assert.rejects(cabinet.transfer.releaseSending(ref));
      assert.deepEqual([await cabinet.inbox(marc.account), await historyOf(opened, emailId)], [[], []]);
      assert.equal((await statusOf(opened, ref)).undoStatus, 'pending');
      await sql`drop function public.break() cascade`.execute(ownerDb);
      cabinet.releases.length = 0;
      // The job is lost too: the sweep finds what is due.
      await cabinet.transfer.sweep();
      assert.deepEqual(cabinet.releases, [ref]);
      await Promise.all(cabinet.releases.map((each) => cabinet.transfer.releaseSending(each)));
      assert.equal((await cabinet.inbox(marc.account)).length, 1);
      assert.equal((await historyOf(opened, emailId)).length, 2);
      cabinet.releases.length = 0;
      await cabinet.transfer.sweep();
      assert.deepEqual(cabinet.releases, [], 'and leaves alone what has left');
    });
  }

  test('while it sends at once has sent nothing, and the retry sends once', async (t) => {
    const { scene, cabinet, anne, marc } = await openSending(t);
    const { ownerDb } = cabinet.store;
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }, { email: paul }] });
    await sql`create function public.break() returns trigger language plpgsql as
      $$ begin raise exception 'killed'; end $$`.execute(ownerDb);
    const retry = () => scene.submit(anne, emailId, { idempotencyId: 'a' });
    for (const on of [sql`mail.email`, sql`transfer.message`, sql`transfer.recipient`, sql`transfer.sending`]) {
      await sql`create trigger broken before insert on ${on} for each row execute function public.break()`.execute(
        ownerDb,
      );
      await assert.rejects(retry());
      await sql`drop trigger broken on ${on}`.execute(ownerDb);
      assert.deepEqual(await cabinet.inbox(marc.account), []);
      assert.deepEqual((await scene.call(anne, 'EmailSubmission/query')).ids, []);
    }
    assert.ok((await retry()).created);
    assert.equal((await retry()).fault.type, 'alreadyExists');
    assert.equal((await cabinet.inbox(marc.account)).length, 1);
  });
});

describe('an idempotency id', () => {
  test('makes a retry known for thirty days, whatever became of the email, and nothing is sent or moved again', async (t) => {
    const { scene, cabinet, anne, marc } = await openSending(t);
    const { clock } = cabinet.store;
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    const create = { s: { emailId, identityId: anne.account.accountId, idempotencyId: 'telephone-1' } };
    const first = await scene.run(anne, [['EmailSubmission/set', { create, onSuccessDestroyEmail: ['#s'] }]]);
    assert.deepEqual(first[1][1].destroyed, [emailId]);
    const existingId = first[0][1].created.s.id;
    const other = await scene.draft(anne, { to: [{ email: marc.address }] });
    const again = { s: { ...create.s, emailId: other } };
    const retry = async () =>
      scene.run(anne, [
        ['EmailSubmission/set', { create: again, onSuccessUpdateEmail: { '#s': { 'keywords/x': true } } }],
      ]);
    const repeated = await retry();
    assert.equal(repeated.length, 1, 'nothing follows from what was not done');
    assert.deepEqual(repeated[0][1].notCreated.s, { type: 'alreadyExists', existingId, emailId });
    assert.equal((await cabinet.inbox(marc.account)).length, 1);
    // Another account’s ids are its own.
    const his = await scene.draft(marc, { to: [{ email: anne.address }] });
    const own = { emailId: his, identityId: marc.account.accountId, idempotencyId: 'telephone-1' };
    const answer = await scene.call(marc, 'EmailSubmission/set', { create: { s: own } });
    assert.ok(answer.created.s);
    clock.advance(transferLimits.sendingRepeatMs - 1);
    assert.equal((await retry())[0][1].notCreated.s.type, 'alreadyExists');
    clock.advance(1);
    assert.ok((await retry())[0][1].created.s, 'after thirty days it is another sending');
    assert.equal((await retry())[0][1].notCreated.s.type, 'alreadyExists');
    assert.equal((await cabinet.inbox(marc.account)).length, 2);
  });

  test('sends once when two requests come together', async (t) => {
    const { scene, cabinet, anne, marc } = await openSending(t);
    for (let round = 0; round < 6; round += 1) {
      const emailId = await scene.draft(anne, { to: [{ email: marc.address }, { email: anne.address }] });
      const idempotencyId = newId();
      const answers = await Promise.all([1, 2, 3].map(() => scene.submit(anne, emailId, { idempotencyId })));
      const [made] = answers.filter(({ created }) => created !== undefined);
      assert.equal(answers.filter(({ created }) => created !== undefined).length, 1);
      for (const { fault } of answers.filter(({ created }) => created === undefined)) {
        assert.deepEqual(fault, { type: 'alreadyExists', existingId: made?.created.id, emailId });
      }
      assert.equal((await cabinet.inbox(marc.account)).length, round + 1);
    }
  });

  test('survives the forgetting of its sending', async (t) => {
    const { scene, cabinet, anne, marc } = await openSending(t);
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    const { created } = await scene.submit(anne, emailId, { idempotencyId: 'a' });
    await scene.call(anne, 'EmailSubmission/set', { destroy: [created.id] });
    const { fault } = await scene.submit(anne, emailId, { idempotencyId: 'a' });
    assert.deepEqual(fault, { type: 'alreadyExists', existingId: created.id, emailId });
    assert.equal((await cabinet.inbox(marc.account)).length, 1);
  });

  test('is bounded, and taken only by who asks for it', async (t) => {
    const { scene, anne, marc } = await openSending(t);
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    const most = 'a'.repeat(transferLimits.idempotencyCharacters);
    assert.ok((await scene.submit(anne, emailId, { idempotencyId: most })).created);
    for (const bad of [`${most}a`, '', 3]) {
      assert.deepEqual((await scene.submit(anne, emailId, { idempotencyId: bad })).fault.properties, ['idempotencyId']);
    }
    const wanted = { emailId, identityId: anne.account.accountId, idempotencyId: 'b' };
    const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:submission'];
    const [answer] = await scene.run(anne, [['EmailSubmission/set', { create: { s: wanted } }]], { using });
    assert.deepEqual(answer[1].notCreated.s.properties, ['idempotencyId']);
  });
});

// Locks of two accounts that write to each other are taken in one order.
test('two accounts that write to each other at once do not wait for each other', async (t) => {
  const { scene, cabinet, anne, marc } = await openSending(t);
  const sends = await Promise.all(
    [
      [anne, marc],
      [marc, anne],
      [anne, marc],
      [marc, anne],
    ].map(async ([from, to]) => {
      assert.ok(from && to);
      return { from, emailId: await scene.draft(from, { to: [{ email: to.address }] }) };
    }),
  );
  const answers = await Promise.all(sends.map(({ from, emailId }) => scene.submit(from, emailId)));
  assert.deepEqual(
    answers.map(({ created }) => created.undoStatus),
    ['final', 'final', 'final', 'final'],
  );
  assert.deepEqual([(await cabinet.inbox(anne.account)).length, (await cabinet.inbox(marc.account)).length], [2, 2]);
});

// RFC 5321 §2.4 leaves the case of local parts to their host; in the trust space it tells nobody apart.
test('one address in two spellings gets one copy, here and elsewhere', async (t) => {
  const { scene, cabinet, anne, marc } = await openSending(t);
  const to = [paul, 'PAUL@hopital.mssante.example', marc.address, marc.address.toUpperCase()];
  const emailId = await scene.draft(anne, { to: [{ email: paul }] });
  const rcptTo = to.map((email) => ({ email }));
  const { fault } = await scene.submit(anne, emailId, { envelope: { mailFrom: { email: anne.address }, rcptTo } });
  assert.equal(fault, undefined);
  const history = await cabinet.transfer.deliveryHistory(
    { kind: 'system', task: 'test' },
    anne.account,
    asId<EmailId>(emailId),
  );
  assert.deepEqual(history.map(({ address }) => address.toLowerCase()).sort(), [marc.address, paul].sort());
  assert.equal((await cabinet.inbox(marc.account)).length, 1);
});
