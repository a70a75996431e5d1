import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { type Doctor, SendingWorld } from '../../../../../testkit/sending-world.ts';
import { newId } from '../../../../base/ids.ts';
import type { JsonObject } from '../method.ts';

async function open(t: Parameters<typeof SendingWorld.open>[0]) {
  const scene = await SendingWorld.open(t);
  const [anne, marc] = [await scene.cabinet.createDoctor('anne'), await scene.cabinet.createDoctor('marc')];
  return { scene, cabinet: scene.cabinet, anne, marc };
}

function envelope(doctor: Doctor, rcptTo: readonly string[], parameters: JsonObject | null = null): JsonObject {
  return {
    mailFrom: { email: doctor.address, parameters },
    rcptTo: rcptTo.map((email) => ({ email })),
  };
}

function viewer({ person }: Doctor) {
  return { kind: 'person', personId: person.personId } as const;
}

/** Three sendings of `anne`, a minute between them, the last of them held. */
async function openThree(t: Parameters<typeof SendingWorld.open>[0]) {
  const { scene, cabinet, anne, marc } = await open(t);
  const start = (await scene.call(anne, 'EmailSubmission/get')).state;
  const ids: string[] = [];
  const emails: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    cabinet.store.clock.advance(60_000);
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    const hold = index === 2 ? { HOLDFOR: '600' } : null;
    const { created } = await scene.submit(anne, emailId, { envelope: envelope(anne, [marc.address], hold) });
    ids.push(created.id);
    emails.push(emailId);
  }
  return { scene, anne, ids, emails, start };
}

describe('EmailSubmission/get, changes, query (RFC 8621 §7.1 to §7.4)', () => {
  test('tells what was sent, in windows, orders and by filters (RFC 8621 §7.3)', async (t) => {
    const { scene, anne, ids, emails } = await openThree(t);
    const [first = '', second = '', third = ''] = ids;
    const query = (args: JsonObject) => scene.call(anne, 'EmailSubmission/query', args);
    const all = await query({ calculateTotal: true });
    assert.deepEqual([all.ids, all.total, all.position, all.canCalculateChanges], [ids, 3, 0, true]);
    const latest = { sort: [{ property: 'sentAt', isAscending: false }] };
    assert.deepEqual((await query(latest)).ids, [third, second, first]);
    assert.deepEqual((await query({ sort: [{ property: 'emailId' }, { property: 'threadId' }] })).ids.length, 3);
    assert.deepEqual((await query({ ...latest, position: -2, limit: 1 })).ids, [second]);
    assert.deepEqual((await query({ ...latest, anchor: second, anchorOffset: -1, limit: 2 })).ids, [third, second]);
    assert.equal(await scene.error(anne, 'EmailSubmission/query', { anchor: newId() }), 'anchorNotFound');
    assert.equal(
      await scene.error(anne, 'EmailSubmission/query', { sort: [{ property: 'taille' }] }),
      'unsupportedSort',
    );
    const { list } = await scene.call(anne, 'EmailSubmission/get', { ids: [...ids, newId(), 'x'] });
    const sendAt = list[1].sendAt;
    const filters: readonly (readonly [JsonObject, readonly string[]])[] = [
      [{ undoStatus: 'pending' }, [third]],
      [{ undoStatus: 'final', before: sendAt }, [first]],
      [{ after: sendAt }, [second, third]],
      [{ emailIds: [emails[0] ?? '', emails[2] ?? '', 'x'] }, [first, third]],
      [{ threadIds: [list[1].threadId] }, [second]],
      [{ identityIds: [anne.account.accountId] }, ids],
      [{ identityIds: [] }, []],
      [{ operator: 'NOT', conditions: [{ undoStatus: 'pending' }, { emailIds: [emails[0] ?? ''] }] }, [second]],
      [{ operator: 'OR', conditions: [{ undoStatus: 'pending' }, { before: sendAt }] }, [first, third]],
      [{ operator: 'AND', conditions: [] }, ids],
    ];
    for (const [filter, found] of filters)
      assert.deepEqual((await query({ filter })).ids, found, JSON.stringify(filter));
    assert.equal(await scene.error(anne, 'EmailSubmission/query', { filter: { taille: 3 } }), 'unsupportedFilter');
    assert.equal(await scene.error(anne, 'EmailSubmission/query', { filter: { undoStatus: 'x' } }), 'invalidArguments');
  });

  test('tells what changed since (RFC 8621 §7.2, §7.4)', async (t) => {
    const { scene, anne, ids, start } = await openThree(t);
    const [first = '', second = '', third = ''] = ids;
    const latest = { sort: [{ property: 'sentAt', isAscending: false }] };
    const page = await scene.call(anne, 'EmailSubmission/changes', { sinceState: start, maxChanges: 2 });
    assert.deepEqual([page.created, page.hasMoreChanges], [[first, second], true]);
    const rest = await scene.call(anne, 'EmailSubmission/changes', { sinceState: page.newState });
    assert.deepEqual([rest.created, rest.hasMoreChanges], [[third], false]);
    const answer = await scene.call(anne, 'EmailSubmission/set', {
      update: { [third]: { undoStatus: 'canceled' } },
      destroy: [first],
    });
    const after = await scene.call(anne, 'EmailSubmission/changes', { sinceState: rest.newState });
    assert.deepEqual([after.updated, after.destroyed, after.newState], [[third], [first], answer.newState]);
    const moved = await scene.call(anne, 'EmailSubmission/queryChanges', {
      ...latest,
      sinceQueryState: rest.newState,
      calculateTotal: true,
    });
    assert.deepEqual([[...moved.removed].sort(), moved.total], [[first, third].sort(), 2]);
    assert.deepEqual(moved.added, [{ id: third, index: 0 }]);
    assert.deepEqual(
      (
        await scene.call(anne, 'EmailSubmission/queryChanges', {
          filter: { undoStatus: 'pending' },
          sinceQueryState: rest.newState,
        })
      ).added,
      [],
    );
    const few = { sinceQueryState: start, maxChanges: 1 };
    assert.equal(await scene.error(anne, 'EmailSubmission/queryChanges', few), 'tooManyChanges');
    const later = { sinceState: '999999' };
    assert.equal(await scene.error(anne, 'EmailSubmission/changes', later), 'cannotCalculateChanges');
    assert.equal(
      await scene.error(anne, 'EmailSubmission/queryChanges', { sinceQueryState: '999999' }),
      'cannotCalculateChanges',
    );
    const properties = ['undoStatus'];
    const shown = await scene.call(anne, 'EmailSubmission/get', { ids: null, properties });
    assert.deepEqual(shown.list, [
      { id: second, undoStatus: 'final' },
      { id: third, undoStatus: 'canceled' },
    ]);
    assert.equal(
      await scene.error(anne, 'EmailSubmission/get', { ids: [], properties: ['taille'] }),
      'invalidArguments',
    );
  });

  test('shows and changes nothing by the identifiers of another account', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    const held = { envelope: envelope(anne, [marc.address], { HOLDFOR: '600' }) };
    const { created } = await scene.submit(anne, emailId, held);
    const before = await scene.call(anne, 'EmailSubmission/get');
    const elsewhere = await cabinet.store.createTenant();
    for (const stranger of [marc, await cabinet.createDoctor(undefined, undefined, elsewhere)]) {
      const got = await scene.call(stranger, 'EmailSubmission/get', { ids: [created.id] });
      assert.deepEqual([got.list, got.notFound], [[], [created.id]]);
      const filter = { emailIds: [emailId] };
      assert.deepEqual((await scene.call(stranger, 'EmailSubmission/query', { filter })).ids, []);
      assert.equal(await scene.error(stranger, 'EmailSubmission/query', { anchor: created.id }), 'anchorNotFound');
      const set = await scene.call(stranger, 'EmailSubmission/set', {
        update: { [created.id]: { undoStatus: 'canceled' } },
        onSuccessDestroyEmail: [created.id],
      });
      assert.equal(set.notUpdated[created.id].type, 'notFound');
      const destroyed = await scene.call(stranger, 'EmailSubmission/set', { destroy: [created.id] });
      assert.equal(destroyed.notDestroyed[created.id].type, 'notFound');
      const changes = await scene.call(stranger, 'EmailSubmission/changes', { sinceState: '0' });
      assert.deepEqual([changes.created, changes.updated, changes.destroyed], [[], [], []]);
      const own = { ...stranger.account, id: created.id };
      assert.equal(await cabinet.transfer.cancelSending({ actor: viewer(stranger), reason: 'test' }, own), 'unknown');
      await assert.rejects(
        cabinet.transfer.cancelSending(
          { actor: viewer(stranger), reason: 'test' },
          { ...anne.account, id: created.id },
        ),
        { code: 'not-permitted' },
      );
      await assert.rejects(cabinet.transfer.listSendings(viewer(stranger), anne.account, { limit: 1 }), {
        code: 'not-permitted',
      });
    }
    assert.deepEqual(await scene.call(anne, 'EmailSubmission/get'), before);
  });

  // Invariant 9
  test('leaves no address of the envelope in clear', async (t) => {
    const { scene, cabinet, anne } = await open(t);
    const emailId = await scene.draft(anne);
    const patient = '279035121518989@hopital.mssante.example';
    const hold = { HOLDFOR: '600', ENVID: 'enveloppe-singuliere' };
    await scene.submit(anne, emailId, { envelope: envelope(anne, [patient], hold) });
    await scene.submit(anne, emailId, { envelope: envelope(anne, [patient]), idempotencyId: 'identifiant-singulier' });
    const texts: string[] = [];
    for (const table of ['transfer.sending', 'transfer.message', 'transfer.recipient', 'audit.event']) {
      const rows = await sql<{ text: string }>`select t::text as text from ${sql.raw(table)} as t`.execute(
        cabinet.store.ownerDb,
      );
      texts.push(...rows.rows.map((row) => row.text));
    }
    const dump = texts.join('\n');
    for (const word of ['279035121518989', 'enveloppe-singuliere', 'identifiant-singulier']) {
      assert.ok(!dump.includes(word), word);
      assert.ok(!dump.includes(Buffer.from(word).toString('hex')), word);
    }
  });
});
