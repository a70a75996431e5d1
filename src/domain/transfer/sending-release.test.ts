/** What is held: it leaves at its time and once, or never; and the same sending asked for twice. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import {
  cancel,
  heldEnvelope,
  historyOf,
  hold,
  openSending,
  paul,
  type SendingScene,
  statusOf,
} from '../../../testkit/held-sendings.ts';
import { rawMessage } from '../../../testkit/mail-store.ts';
import type { Doctor } from '../../../testkit/sending-world.ts';
import { addressOf, dnOf } from '../../../testkit/transfer-world.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { asId, type EmailId, type Uuid } from '../../base/ids.ts';
import { refreshWhiteList } from '../trust/trust.ts';

const minute = 60_000;

// RFC 4865 §4, RFC 8621 §7
describe('a sending that is held', () => {
  test('leaves at its time and not before, by the job that was asked for', async (t) => {
    const opened = await openSending(t);
    const { cabinet, marc } = opened;
    const { clock } = cabinet.store;
    const { emailId, created, ref } = await hold(opened, [marc.address, paul]);
    assert.equal(created.undoStatus, 'pending');
    assert.equal(Date.parse(created.sendAt), clock.now().getTime() + 10 * minute);
    assert.equal(created.deliveryStatus[paul].delivered, 'queued');
    assert.deepEqual(cabinet.releases, [ref]);
    clock.advance(9 * minute);
    await cabinet.transfer.releaseSending(ref);
    assert.equal(cabinet.releases.length, 2, 'a job that is early is asked for again');
    assert.deepEqual([await cabinet.inbox(marc.account), await historyOf(opened, emailId)], [[], []]);
    clock.advance(minute);
    await cabinet.transfer.releaseSending(ref);
    await cabinet.transfer.releaseSending(ref);
    assert.equal((await cabinet.inbox(marc.account)).length, 1, 'a job that runs twice sends once');
    assert.deepEqual(
      (await historyOf(opened, emailId)).map(({ address, state }) => [address, state]).sort(),
      [
        [marc.address, 'accepted'],
        [paul, 'queued'],
      ].sort(),
    );
    const shown = await statusOf(opened, ref);
    assert.deepEqual([shown.undoStatus, shown.sendAt], ['final', created.sendAt]);
    assert.equal(shown.deliveryStatus[marc.address].delivered, 'yes');
    assert.equal(await cancel(opened, ref), 'cannotUnsend');
    const events = await cabinet.store.audit.list(cabinet.store.db, { ...opened.anne.account, limit: 20 });
    const kinds = events.map(({ kind, actorKind }) => `${kind} ${actorKind}`);
    for (const kind of ['sending.scheduled person', 'email.submitted system', 'email.addressed system']) {
      assert.ok(kinds.includes(kind), kind);
    }
  });

  test('waits until an instant, at most as long as the session says; a past one does not wait', async (t) => {
    const { scene, cabinet, anne, marc } = await openSending(t);
    const now = cabinet.store.clock.now().getTime();
    const submit = async (parameters: Readonly<Record<string, string | null>>) => {
      const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
      const envelope = { mailFrom: { email: anne.address, parameters }, rcptTo: [{ email: marc.address }] };
      return scene.submit(anne, emailId, { envelope });
    };
    const most = transferLimits.holdMs / 1_000;
    assert.equal((await submit({ HOLDFOR: String(most) })).created.undoStatus, 'pending');
    const tooLong = (await submit({ HOLDFOR: String(most + 1) })).fault;
    assert.deepEqual([tooLong.type, tooLong.properties], ['invalidProperties', ['envelope']]);
    const until = (ms: number): string => new Date(now + ms).toISOString();
    const last = (await submit({ HOLDUNTIL: until(transferLimits.holdMs) })).created;
    assert.equal(Date.parse(last.sendAt), now + transferLimits.holdMs);
    assert.ok((await submit({ HOLDUNTIL: until(transferLimits.holdMs + 1) })).fault);
    assert.equal((await submit({ holduntil: until(-1) })).created.undoStatus, 'final');
    for (const bad of [{ HOLDFOR: '0' }, { HOLDFOR: '-1' }, { HOLDFOR: null }, { HOLDUNTIL: 'demain' }]) {
      assert.deepEqual((await submit(bad)).fault.properties, ['envelope'], JSON.stringify(bad));
    }
  });

  test('is judged when it is asked for: who writes is told at once', async (t) => {
    const { scene, cabinet, anne, marc } = await openSending(t);
    const to = [{ email: marc.address }];
    const emailId = await scene.draft(anne, { to });
    const outside = await scene.submit(anne, emailId, { envelope: heldEnvelope(anne, ['x@gmail.example'], 60) });
    assert.equal(outside.fault.type, 'invalidRecipients');
    const foreign = await scene.draft(anne, { from: [{ email: marc.address }], to });
    const forged = await scene.submit(anne, foreign, { envelope: heldEnvelope(anne, [marc.address], 60) });
    assert.equal(forged.fault.type, 'forbiddenFrom');
    const looping = Array.from({ length: 150 }, () => 'Received: from a by b; Sun, 22 Nov 2026 10:00:00 +0000\r\n');
    const { emailId: turned } = await cabinet.store.store(
      anne.account,
      looping.join('') + rawMessage({ From: anne.address }),
      'drafts',
    );
    const loop = await scene.submit(anne, turned, { envelope: heldEnvelope(anne, [marc.address], 60) });
    assert.equal(loop.fault.type, 'invalidEmail');
    assert.deepEqual(cabinet.releases, []);
  });

  test('never leaves once it is taken back', async (t) => {
    const opened = await openSending(t);
    const { scene, cabinet, anne, marc } = opened;
    const { emailId, ref } = await hold(opened, [marc.address], 10);
    assert.equal(await cancel(opened, ref), 'canceled');
    assert.equal(await cancel(opened, ref), 'canceled', 'taking back twice is no mistake');
    cabinet.store.clock.advance(minute);
    await cabinet.transfer.releaseSending(ref);
    assert.deepEqual([await cabinet.inbox(marc.account), await historyOf(opened, emailId)], [[], []]);
    const shown = await statusOf(opened, ref);
    assert.deepEqual([shown.undoStatus, shown.deliveryStatus], ['canceled', null]);
    const update = { [ref.id]: { undoStatus: 'pending' } };
    const again = await scene.call(anne, 'EmailSubmission/set', { update });
    assert.deepEqual(again.notUpdated[ref.id].properties, ['undoStatus']);
    const other = await scene.call(anne, 'EmailSubmission/set', { update: { [ref.id]: { sendAt: null } } });
    assert.deepEqual(other.notUpdated[ref.id].properties, ['sendAt']);
  });

  test('leaves or is taken back, never both, when both come together', async (t) => {
    const opened = await openSending(t);
    const { cabinet, marc } = opened;
    const outcomes = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      const before = (await cabinet.inbox(marc.account)).length;
      const { ref } = await hold(opened, [marc.address], 1);
      cabinet.store.clock.advance(2_000);
      const release = () => cabinet.transfer.releaseSending(ref);
      // Now the one begins first, now the other.
      const [answer] =
        round % 2 === 0
          ? await Promise.all([cancel(opened, ref), release(), release()])
          : await release().then(async () => [await cancel(opened, ref)]);
      outcomes.add(answer ?? '');
      const { undoStatus } = await statusOf(opened, ref);
      const came = (await cabinet.inbox(marc.account)).length - before;
      assert.deepEqual([undoStatus, came], answer === 'canceled' ? ['canceled', 0] : ['final', 1]);
    }
    assert.ok(outcomes.has('cannotUnsend'));
  });

  test('keeps its email from being destroyed, and lets it go afterwards', async (t) => {
    const opened = await openSending(t);
    const { scene, cabinet, anne, marc } = opened;
    const { emailId, ref } = await hold(opened, [marc.address]);
    const destroy = () => scene.call(anne, 'Email/set', { destroy: [emailId] });
    const refused = await destroy();
    assert.equal(refused.notDestroyed[emailId].type, 'forbidden');
    assert.match(refused.notDestroyed[emailId].description, /programmé/);
    const { mail } = cabinet.store;
    await cabinet.store.act(async (act) => {
      assert.deepEqual(await mail.deleteEmails(act, anne.account, [emailId]), [emailId], 'to the trash it may go');
      assert.deepEqual(await mail.deleteEmails(act, anne.account, [emailId]), [], 'and no further');
    });
    // A folder that goes with all it holds leaves it among the drafts.
    const folder = await scene.call(anne, 'Mailbox/set', { create: { m: { name: 'À envoyer' } } });
    const mailboxId = folder.created.m.id;
    await scene.call(anne, 'Email/set', { update: { [emailId]: { mailboxIds: { [mailboxId]: true } } } });
    await scene.call(anne, 'Mailbox/set', { destroy: [mailboxId], onDestroyRemoveEmails: true });
    const drafts = await cabinet.store.mailboxOf(anne.account, 'drafts');
    const shown = await scene.call(anne, 'Email/get', { ids: [emailId], properties: ['mailboxIds'] });
    assert.deepEqual(shown.list[0].mailboxIds, { [drafts]: true });
    const kept = await scene.call(anne, 'EmailSubmission/set', { destroy: [ref.id] });
    assert.equal(kept.notDestroyed[ref.id].type, 'forbidden', 'nobody takes back by tidying up');
    const answers = await scene.run(anne, [
      ['EmailSubmission/set', { update: { [ref.id]: { undoStatus: 'canceled' } }, onSuccessDestroyEmail: [ref.id] }],
    ]);
    assert.deepEqual(answers[1][1].destroyed, [emailId]);
    const gone = await scene.call(anne, 'EmailSubmission/set', { destroy: [ref.id] });
    assert.deepEqual(gone.destroyed, [ref.id]);
    assert.deepEqual((await scene.call(anne, 'EmailSubmission/get', { ids: [ref.id] })).notFound, [ref.id]);
  });

  test('is as many for one account as there is room for, and no more', async (t) => {
    const opened = await openSending(t);
    const { scene, cabinet, anne, marc } = opened;
    const { ref, emailId } = await hold(opened, [marc.address]);
    const copies = (count: number) =>
      sql`
      insert into transfer.sending
      select tenant_id, account_id, gen_random_uuid(), email_id, thread_id, identity_id, person_id, undo_status, send_at,
             message_id, key_version, sealed_envelope, null, created_at, created_change, changed_change, is_destroyed
        from transfer.sending, generate_series(1, ${count}) where id = ${ref.id}`.execute(cabinet.store.ownerDb);
    await copies(transferLimits.heldSendings - 2);
    const envelope = heldEnvelope(anne, [marc.address], 60);
    assert.ok((await scene.submit(anne, emailId, { envelope })).created);
    assert.equal((await scene.submit(anne, emailId, { envelope })).fault.type, 'overQuota');
    assert.equal((await scene.submit(anne, emailId)).created.undoStatus, 'final', 'at once, it may go');
    // And the sweep wakes as many at once as it says.
    await copies(transferLimits.sendingsPerSweep + 1 - transferLimits.heldSendings);
    cabinet.store.clock.advance(600_000 + transferLimits.leaseMs + 1);
    cabinet.releases.length = 0;
    await cabinet.transfer.sweep();
    assert.equal(cabinet.releases.length, transferLimits.sendingsPerSweep, 'one is left for the next');
  });
});

describe('what the world has become when a held sending leaves', () => {
  test('a recipient who is gone is reported, the others get the message (RFC 3464 §2)', async (t) => {
    const opened = await openSending(t);
    const { scene, cabinet, anne, marc } = opened;
    const full = await cabinet.createDoctor('pleine');
    const { emailId, ref } = await hold(opened, [marc.address, full.address, paul]);
    await cabinet.store.act((act) => cabinet.store.mail.closeAccount(act, full.account));
    // The hospital leaves the trust space.
    const { trust } = scene.world;
    trust.moveTo(new Date(trust.now().getTime() + minute));
    await trust.publishList([{ domain: cabinet.domain, dn: dnOf('cabinet') }]);
    await refreshWhiteList(trust.deps(cabinet.store.db), { acceptShrink: true });
    await cabinet.trust.reload();
    cabinet.store.clock.advance(10 * minute);
    await cabinet.transfer.releaseSending(ref);
    assert.equal((await cabinet.inbox(marc.account)).length, 1);
    const lines = await historyOf(opened, emailId);
    const states = new Map(lines.map(({ address, state, cause, status }) => [address, [state, cause, status]]));
    assert.deepEqual(states.get(marc.address), ['accepted', null, '2.1.5']);
    assert.deepEqual(states.get(full.address), ['failed', 'mailbox-closed', '5.2.1']);
    assert.deepEqual(states.get(addressOf(paul)), ['failed', 'domain-left', '5.7.1']);
    const shown = await statusOf(opened, ref);
    assert.equal(shown.deliveryStatus[paul].delivered, 'no');
    assert.match(shown.deliveryStatus[paul].smtpReply, /^550 5\.7\.1 L'opérateur du destinataire/);
    const [report] = await cabinet.inbox(anne.account);
    assert.ok(report);
    const text = (await cabinet.contents(anne.account, report.id)).toString();
    assert.match(text, /^Subject: .*Message non remis/m);
    assert.ok(text.includes(full.address) && text.includes(paul) && !text.includes(`rfc822;${marc.address}`));
    const drafts = await cabinet.store.mailboxOf(anne.account, 'drafts');
    const draft = await scene.call(anne, 'Email/get', { ids: [emailId], properties: ['mailboxIds'] });
    assert.deepEqual(draft.list[0].mailboxIds, { [drafts]: true }, 'the draft stays');
  });

  for (const [name, withdraw] of [
    [
      'a person who was disabled',
      async ({ cabinet }: SendingScene, { person }: Doctor) => {
        await cabinet.store.act((act) => cabinet.store.access.disablePerson(act, person));
      },
    ],
    [
      'a delegation that was taken back',
      async ({ cabinet, anne }: SendingScene, { person }: Doctor) => {
        const { access } = cabinet.store;
        await cabinet.store.act((act) => access.revokeDelegation(act, anne.account, person.personId));
      },
    ],
  ] as const) {
    test(`sends nothing for ${name}, and tells the account`, async (t) => {
      const opened = await openSending(t);
      const { scene, cabinet, anne, marc } = opened;
      const secretary = await cabinet.createDoctor('secretaire');
      const { personId } = secretary.person;
      const rights = ['read', 'send'] as const;
      const { store } = cabinet;
      await store.act((act) => store.access.delegate(act, { account: anne.account, personId, rights }));
      const emailId = asId<EmailId>(await scene.draft(anne, { to: [{ email: marc.address }] }));
      const asAnne = { ...anne, person: secretary.person };
      const envelope = heldEnvelope(anne, [marc.address], 600);
      const { created } = await scene.submit(asAnne, emailId, { envelope });
      const ref = { ...anne.account, id: asId<Uuid>(created.id) };
      await withdraw(opened, secretary);
      store.clock.advance(10 * minute);
      await cabinet.transfer.releaseSending(ref);
      assert.deepEqual(await cabinet.inbox(marc.account), []);
      const [line] = await historyOf(opened, emailId);
      assert.deepEqual([line?.state, line?.cause], ['failed', 'sender-withdrawn']);
      const shown = await statusOf(opened, ref);
      assert.deepEqual([shown.undoStatus, shown.deliveryStatus[marc.address].delivered], ['final', 'no']);
      const [report] = await cabinet.inbox(anne.account);
      assert.ok(report);
      const text = (await cabinet.contents(anne.account, report.id)).toString();
      assert.match(text, /Message non remis/);
    });
  }

  test('an author that is no longer the person’s keeps the message here', async (t) => {
    const opened = await openSending(t);
    const { scene, cabinet, anne, marc } = opened;
    const { store } = cabinet;
    const { personId } = anne.person;
    await store.act((act) => store.access.delegate(act, { account: marc.account, personId, rights: ['send'] }));
    const from = [{ email: marc.address }];
    const emailId = await scene.draft(anne, { from, to: [{ email: marc.address }] });
    const { created } = await scene.submit(anne, emailId, { envelope: heldEnvelope(anne, [marc.address], 600) });
    await store.act((act) => store.access.revokeDelegation(act, marc.account, personId));
    store.clock.advance(10 * minute);
    await cabinet.transfer.releaseSending({ ...anne.account, id: created.id });
    assert.deepEqual(await cabinet.inbox(marc.account), []);
    const [line] = await historyOf(opened, asId<EmailId>(emailId));
    assert.equal(line?.cause, 'sender-withdrawn');
  });

  test('an envelope that no longer opens alarms the operator, and an email that does not tells the account', async (t) => {
    const opened = await openSending(t);
    const { cabinet, anne, marc } = opened;
    const { store } = cabinet;
    const lost = await hold(opened, [marc.address]);
    const damaged = await hold(opened, [marc.address]);
    await sql`update transfer.sending set sealed_envelope = 'x' where id = ${lost.ref.id}`.execute(store.ownerDb);
    await sql`
      update mail.email set sealed_content = set_byte(sealed_content, 40, get_byte(sealed_content, 40) # 1)
       where id = ${damaged.emailId}`.execute(store.ownerDb);
    store.clock.advance(10 * minute);
    await cabinet.transfer.releaseSending(lost.ref);
    await cabinet.transfer.releaseSending(lost.ref);
    assert.deepEqual(cabinet.observed.alerts, ['own-copy-damaged']);
    await cabinet.transfer.releaseSending(damaged.ref);
    const [line] = await historyOf(opened, damaged.emailId);
    assert.deepEqual([line?.state, line?.cause], ['failed', 'copy-damaged']);
    assert.equal((await cabinet.inbox(anne.account)).length, 1);
    assert.deepEqual(await cabinet.inbox(marc.account), []);
  });
});
