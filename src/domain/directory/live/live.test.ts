import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, idnps, openLiveWorld } from '../../../../testkit/annuaire/live-world.ts';
import { organization, practitioner, practitionerRole, telecomOf } from '../../../../testkit/annuaire/resources.ts';
import { systemClock } from '../../../base/clock.ts';
import { liveLimits } from '../../../base/domain-limits.ts';
import type { CorrespondentId } from '../directory.ts';
import { createLiveSource } from './live.ts';

const finess = '310000001';

describe('a correspondent asked for', () => {
  test('gets every address of the person and of their places, with service and rank, as each description codes its type', async (t) => {
    const { annuaire, pool, complete, kept } = await openLiveWorld(t, {
      resources: [
        practitioner('1', idnps, [
          { address: 'Marie.Dupont@cabinet.example', type: 'PER', rank: 1, coding: 'R256' },
          { address: 'cabinet@cabinet.example', type: 'CAB', coding: 'valueCode' },
        ]),
        organization('10', finess),
        practitionerRole('20', { practitioner: '1', organization: '10' }, [
          { address: 'm.dupont@hopital.example', type: 'PER', service: 'Cardiologie' },
        ]),
        practitioner('2', '810009999999', [{ address: 'autre@cabinet.example', type: 'PER' }]),
      ],
    });
    await pool.query(
      `insert into directory.organization (organization_id, finess, name, name_key, lines, digest, updated_at)
       values ('R10', $1, 'Hôpital', 'hopital', '{}', 0, now())`,
      [finess],
    );
    assert.deepEqual(await complete(), { kind: 'completed', addresses: 3 });
    const none = { organization_id: null, service: null, rank: null };
    assert.deepEqual(await kept(), [
      { address: 'cabinet@cabinet.example', type: 'CAB', idnps, ...none },
      {
        address: 'm.dupont@hopital.example',
        type: 'PER',
        idnps,
        organization_id: 'R10',
        service: 'Cardiologie',
        rank: null,
      },
      { address: 'marie.dupont@cabinet.example', type: 'PER', idnps, ...none, rank: 1 },
    ]);
    assert.ok(annuaire.requests.every(({ apiKey }) => apiKey === 'test-key'));
  });

  test('is not asked for again within a bound, and then tells what is new alone', async (t) => {
    const { annuaire, clock, complete, kept } = await openLiveWorld(t, {
      resources: [practitioner('1', idnps, [{ address: 'a@cabinet.example', type: 'PER' }])],
    });
    const askedAt = clock.now();
    await complete();
    clock.ms += liveLimits.askAgainMs - 1;
    assert.deepEqual(await complete(), { kind: 'asked-lately', askedAt });
    assert.equal(annuaire.requests.length, 1);
    clock.ms += 1;
    assert.deepEqual(await complete(), { kind: 'nothing-new' });
    annuaire.resources.set('Practitioner/1', practitioner('1', idnps, [{ address: 'b@cabinet.example', type: 'PER' }]));
    clock.ms += liveLimits.askAgainMs;
    assert.deepEqual(await complete(), { kind: 'completed', addresses: 1 });
    assert.deepEqual(
      (await kept()).map(({ address }) => address),
      ['b@cabinet.example'],
    );
  });

  test('is asked for again though a clock that ran ahead was put back', async (t) => {
    const { clock, complete } = await openLiveWorld(t, { resources: [practitioner('1', idnps)] });
    clock.ms += 86_400_000;
    await complete();
    clock.ms -= 86_400_000;
    assert.equal((await complete()).kind, 'nothing-new');
    assert.equal((await complete()).kind, 'asked-lately');
  });

  test('is asked for by one of many who ask at once', async (t) => {
    const { annuaire, complete } = await openLiveWorld(t, { resources: [practitioner('1', idnps)] });
    const kinds = (await Promise.all([complete(), complete(), complete(), complete()])).map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), ['asked-lately', 'asked-lately', 'asked-lately', 'nothing-new']);
    assert.equal(annuaire.requests.length, 1);
  });

  test('brings nothing that the edition says already', async (t) => {
    const { pool, complete } = await openLiveWorld(t, {
      resources: [practitioner('1', idnps, [{ address: 'a@cabinet.example', type: 'PER' }])],
    });
    await pool.query(
      `insert into directory.mailbox (address, type, idnps, lines, digest, updated_at)
       values ('a@cabinet.example', 'PER', $1, '{}', 0, now())`,
      [idnps],
    );
    assert.deepEqual(await complete(), { kind: 'nothing-new' });
  });

  test('is not found where nobody, or somebody else, answers', async (t) => {
    const { annuaire, clock, complete } = await openLiveWorld(t);
    assert.deepEqual(await complete(), { kind: 'not-found' });
    assert.deepEqual(await complete('practitioner/x|y' as CorrespondentId), { kind: 'not-found' });
    assert.deepEqual(await complete('other/1' as CorrespondentId), { kind: 'not-found' });
    assert.equal(annuaire.requests.length, 1);
    // Its identifier stands there as that of another system.
    const stranger = { ...practitioner('9', '810000000000'), identifier: [{ system: 'urn:x', value: idnps }] };
    annuaire.resources.set('Practitioner/9', stranger);
    clock.ms += liveLimits.askAgainMs;
    assert.deepEqual(await complete(), { kind: 'not-found' });
  });

  test('may be a mailbox without a person: of its organisation only that one is kept', async (t) => {
    const { complete, kept } = await openLiveWorld(t, {
      resources: [
        organization('10', finess, [
          { address: 'cardio@hopital.example', type: 'ORG', service: 'Cardiologie' },
          { address: 'cardio@hopital.example.org', type: 'ORG' },
        ]),
      ],
    });
    assert.deepEqual(await complete('mailbox/cardio@hopital.example' as CorrespondentId), {
      kind: 'completed',
      addresses: 1,
    });
    assert.deepEqual(
      (await kept()).map(({ address, service }) => [address, service]),
      [['cardio@hopital.example', 'Cardiologie']],
    );
  });

  test('nobody is asked where no source is configured', async (t) => {
    const { db } = await openLiveWorld(t);
    const off = createLiveSource({ clock: systemClock, annuaire: undefined });
    assert.deepEqual(await off.completeCorrespondent(db, id), { kind: 'off' });
  });

  test('is never asked for inside a transaction', async (t) => {
    const { db, open } = await openLiveWorld(t);
    await db.transaction().execute((tx) => assert.rejects(open().completeCorrespondent(tx, id), /transaction/));
  });
});

describe('an address on the red list', () => {
  test('is never kept, not even as something to hide, and hidden from then on, until it leaves the list', async (t) => {
    const red = 'rouge@cabinet.example';
    const { annuaire, clock, pool, complete, kept, isHidden } = await openLiveWorld(t, {
      resources: [practitioner('1', idnps, [{ address: red, type: 'PER' }])],
    });
    await complete();
    assert.equal((await kept()).length, 1);
    annuaire.resources.set(
      'Practitioner/1',
      practitioner('1', idnps, [{ address: red, type: 'PER', isRedListed: true }]),
    );
    clock.ms += liveLimits.askAgainMs;
    assert.deepEqual(await complete(), { kind: 'completed', addresses: 1 });
    assert.deepEqual(await kept(), []);
    assert.equal(await isHidden(red), true);
    for (const table of ['live_mailbox', 'live_lookup', 'red_list', 'mailbox']) {
      const { rows } = await pool.query(`select to_jsonb(held)::text as row from directory.${table} held`);
      assert.ok(!JSON.stringify(rows).includes('rouge'), table);
    }
    // The edition has it still, and a repeated answer is no news.
    await pool.query(
      "insert into directory.mailbox (address, type, lines, digest, updated_at) values ($1, 'PER', '{}', 0, now())",
      [red],
    );
    clock.ms += liveLimits.askAgainMs;
    assert.deepEqual(await complete(), { kind: 'nothing-new' });
    assert.equal(await isHidden(red), true);
    annuaire.resources.set('Practitioner/1', practitioner('1', idnps, [{ address: red, type: 'PER', rank: 1 }]));
    clock.ms += liveLimits.askAgainMs;
    await complete();
    assert.equal(await isHidden(red), false);
  });

  test('is believed to have left the list when an edition a week younger has it all the same', async (t) => {
    const red = 'rouge@cabinet.example';
    const { clock, pool, complete, isHidden } = await openLiveWorld(t, {
      resources: [practitioner('1', idnps, [{ address: red, type: 'PER', isRedListed: true }])],
    });
    await complete();
    const weekMs = 7 * 24 * 3_600_000;
    for (const [publishedMs, hidden] of [
      [clock.ms + weekMs, true],
      [clock.ms + weekMs + 1, false],
    ] as const) {
      await pool.query("update directory.edition set state = 'superseded'");
      await pool.query(
        `insert into directory.edition (source, state, published_at, started_at, file_name)
         values ('mailboxes', 'current', $1, now(), 'x.txt')`,
        [new Date(publishedMs)],
      );
      assert.equal(await isHidden(red), hidden);
    }
  });

  test('at one place is on it at all, and so is one whose mark cannot be understood', async (t) => {
    const odd = telecomOf({ address: 'b@cabinet.example', type: 'PER' });
    const text = JSON.stringify(odd).replace('"valueBoolean":false', '"valueString":"oui"');
    const { complete, kept } = await openLiveWorld(t, {
      resources: [
        {
          ...practitioner('1', idnps),
          telecom: [JSON.parse(text), telecomOf({ address: 'a@c.example', type: 'PER' })],
        },
        practitionerRole('20', { practitioner: '1', organization: '10' }, [
          { address: 'a@c.example', type: 'PER', isRedListed: true },
        ]),
      ],
    });
    await complete();
    assert.deepEqual(await kept(), []);
  });
});
