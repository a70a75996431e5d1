import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase, type TestDatabase } from '../../../testkit/database.ts';
import { addMailbox, addPerson, addSituation, addSmallWorld } from '../../../testkit/directory/browse-rows.ts';
import { fhirSearchLimits } from '../../base/end-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { ResourceType } from '../../formats/fhir/resources.ts';
import { readSearch } from '../../formats/fhir/search-request.ts';
import { identifierSystems, nomenclatures } from '../../formats/fhir/systems.ts';
import type { Db } from '../../platform/db/db.ts';
import { keyOfFacts } from './browse/keys.ts';
import { createBrowse } from './browse.ts';

const browse = createBrowse();

function asked(type: ResourceType, query: string) {
  return readSearch(type, [...new URLSearchParams(query)], false);
}

async function keysOf(db: Db, type: ResourceType, query: string): Promise<readonly string[]> {
  return (await browse.search(db, asked(type, query))).matches.map(keyOfFacts);
}

const elodie = '810102727017';
const jean = '810007654321';
const marc = '0751234567';
const practice = 'F75000000111';
const hospital = 'finess-750000002';

describe('the directory, browsed', () => {
  const closings: (() => Promise<void>)[] = [];
  let opened: TestDatabase;
  let db: Db;
  let numbers: { readonly atPractice: number; readonly atHospital: number };
  before(async () => {
    opened = await openTestDatabase({ after: (close) => closings.push(close) });
    db = opened.database.db;
    numbers = await addSmallWorld(db);
  });
  after(async () => {
    for (const close of closings) await close();
  });

  async function addressesOf(type: ResourceType, id: string): Promise<readonly string[]> {
    const found = await browse.find(db, type, id);
    assert.equal(found.kind, 'found');
    return found.facts.mailboxes.map(({ address }) => address);
  }

  test('puts each mailbox on the one resource whose it is, and a hidden one on none', async () => {
    assert.deepEqual(await addressesOf('Practitioner', elodie), ['elodie@medecin.mssante.example']);
    assert.deepEqual(await addressesOf('Practitioner', jean), ['cabinet@medecin.mssante.example']);
    assert.deepEqual(await addressesOf('PractitionerRole', String(numbers.atHospital)), ['elodie@chu.mssante.example']);
    assert.deepEqual(await addressesOf('PractitionerRole', String(numbers.atPractice)), []);
    assert.deepEqual(await addressesOf('Organization', hospital), ['cardio@chu.mssante.example']);
    assert.deepEqual(await addressesOf('Organization', practice), []);
  });

  test('says no plain e-mail address of a structure that is a hidden mailbox', async (t) => {
    const written = 'Contact@Structure.example';
    t.after(() =>
      sql`delete from directory.red_list where digest = sha256(${written.toLowerCase()}::bytea)`.execute(db),
    );
    const emailOf = async () => {
      const found = await browse.find(db, 'Organization', hospital);
      assert(found.kind === 'found' && found.facts.type === 'Organization');
      return found.facts.email;
    };
    await sql`update directory.organization set email = ${written} where organization_id = ${hospital}`.execute(db);
    assert.equal(await emailOf(), written);
    await sql`insert into directory.red_list (digest, seen_at) values (sha256(${written.toLowerCase()}::bytea), now())`.execute(
      db,
    );
    assert.equal(await emailOf(), null);
  });

  test('keeps on the person a mailbox of a structure where the person has no situation', async (t) => {
    await addMailbox(db, { address: 'marc@chu.mssante.example', type: 'PER', idnps: marc, structure: hospital });
    t.after(() => sql`delete from directory.mailbox where address = 'marc@chu.mssante.example'`.execute(db));
    assert.deepEqual(await addressesOf('Practitioner', marc), ['marc@chu.mssante.example']);
    assert.deepEqual(await keysOf(db, 'Practitioner', 'mailbox-mss=marc@chu'), [marc]);
    assert.deepEqual(await keysOf(db, 'PractitionerRole', 'mailbox-mss=marc@chu'), []);
    assert.deepEqual(await addressesOf('Organization', hospital), ['cardio@chu.mssante.example']);
  });

  test('finds by the beginning of folded names, each parameter on its own', async () => {
    for (const [query, expected] of [
      ['family=dupon', [marc, elodie]],
      ['family=DUPONT-d', [elodie]],
      ['family:exact=DUPOND', [marc]],
      ['family:exact=Dupond', []],
      ['given=elodie', [elodie]],
      ['given=%C3%A9lo', [elodie]],
      ["family=d'angelo", [jean]],
      ['name=jea', [jean]],
      ['name=dup', [marc, elodie]],
      ['name=dup,jean', [marc, jean, elodie]],
      ['name=dup&given=marc', [marc]],
      ['family=pont', []],
      ['family=d%25', []],
      ['family=__', []],
      [`_id=${elodie},${marc}`, [marc, elodie]],
      ['active=true', [marc, jean, elodie]],
      ['active=false', []],
      ['mailbox-mss=ELODIE@medecin', [elodie]],
      ['mailbox-mss:exact=elodie@medecin.mssante.example', [elodie]],
      ['mailbox-mss:exact=elodie@medecin', []],
      ['_lastUpdated=gt2026-10-15', [jean]],
      ['_lastUpdated=2026-10-01', [marc, elodie]],
      ['_lastUpdated=ge2026-10-01T06:00:00.123Z&_lastUpdated=lt2026-10-02', [marc, elodie]],
      ['_lastUpdated=gt2026-10-01T06:00:00.123Z', [jean]],
      ['_lastUpdated=lt2026-10-01,gt2026-11', []],
      ['_lastUpdated=le2026-10,sa2026-10-31', [marc, jean, elodie]],
      ['_sort=-_lastUpdated', [jean, elodie, marc]],
      ['_sort=_lastUpdated', [marc, elodie, jean]],
    ] as const) {
      assert.deepEqual(await keysOf(db, 'Practitioner', query), expected, query);
    }
  });

  test('finds persons by their national identifier and by RPPS', async () => {
    const { idnps, rpps } = identifierSystems;
    for (const [token, expected] of [
      [`${idnps}|${elodie}`, [elodie]],
      [`${rpps}|${elodie.slice(1)}`, [elodie]],
      [`${rpps}|${elodie}`, []],
      [elodie.slice(1), [elodie]],
      [`${elodie},${jean.slice(1)}`, [jean, elodie]],
      [`|${elodie}`, []],
      ['https://elsewhere.example|1', []],
      [`${rpps}|`, [jean, elodie]],
      [`${idnps}|`, [marc, jean, elodie]],
      [`${idnps}|' or true --`, []],
    ] as const) {
      assert.deepEqual(await keysOf(db, 'Practitioner', `identifier=${encodeURIComponent(token)}`), expected, token);
    }
  });

  test('finds structures by each of the identifiers that stand on them, and by no other', async () => {
    const { finess, sirene, structure, rank } = identifierSystems;
    for (const [token, expected] of [
      [`${finess}|750000002`, [hospital]],
      [`${finess}|750000001`, ['R99']],
      [`${structure}|1750000001`, ['R99']],
      [`${sirene}|12345678900011`, [practice]],
      [`${structure}|312345678900011`, [practice]],
      [`${sirene}|123456789`, []],
      [`${structure}|2222222222`, []],
      [`${rank}|${practice}`, [practice]],
      [`${rank}|${hospital}`, []],
      ['750000002', [hospital]],
    ] as const) {
      assert.deepEqual(await keysOf(db, 'Organization', `identifier=${encodeURIComponent(token)}`), expected, token);
    }
    assert.deepEqual(await keysOf(db, 'Organization', 'name=cabinet medical'), [practice]);
    assert.deepEqual(await keysOf(db, 'Organization', 'mailbox-mss=cardio'), [hospital]);
    assert.deepEqual(await keysOf(db, 'Organization', 'mailbox-mss=secret'), []);
  });

  test('finds situations by person, structure, role and mailbox', async () => {
    const { atPractice, atHospital } = numbers;
    for (const [query, expected] of [
      [`practitioner=${elodie}`, [atPractice, atHospital]],
      [`practitioner=Practitioner/${elodie}&organization=Organization/${hospital}`, [atHospital]],
      [`practitioner:Practitioner=${elodie}&role=FON-AU`, [atHospital]],
      [`practitioner=Organization/${elodie}`, []],
      [
        `practitioner.identifier=${elodie.slice(1)}&role=${encodeURIComponent(`${nomenclatures.role}|FON-AU`)}`,
        [atHospital],
      ],
      [`practitioner:Practitioner.identifier=${elodie}`, [atPractice, atHospital]],
      [`role=${encodeURIComponent(`${nomenclatures.mode}|FON-AU`)}`, []],
      [`organization.identifier=${encodeURIComponent(`${identifierSystems.finess}|750000002`)}`, [atHospital]],
      ['mailbox-mss=elodie@chu', [atHospital]],
      ['mailbox-mss=elodie@medecin', []],
      ['_id=999999999999,x,1.2f', []],
    ] as const) {
      assert.deepEqual(await keysOf(db, 'PractitionerRole', query), expected.map(String), query);
    }
  });

  test('brings along roles, their persons and their structures, each once', async () => {
    const { atPractice, atHospital } = numbers;
    const roles = await browse.search(db, asked('PractitionerRole', `practitioner=${elodie}&_include=*`));
    assert.deepEqual(roles.included.map(keyOfFacts), [elodie, practice, hospital]);
    const persons = await browse.search(
      db,
      asked(
        'Practitioner',
        `_id=${elodie}&_revinclude=PractitionerRole:practitioner&_include:iterate=PractitionerRole:organization`,
      ),
    );
    assert.deepEqual(persons.included.map(keyOfFacts), [String(atPractice), String(atHospital), practice, hospital]);
    const places = await browse.search(
      db,
      asked('Organization', `_id=${practice}&_revinclude=PractitionerRole:organization&_include:iterate=*`),
    );
    assert.deepEqual(places.matches.map(keyOfFacts), [practice]);
    assert.deepEqual(
      places.included.filter(({ type }) => type === 'Organization'),
      [],
    );
    assert.deepEqual(
      new Set(places.included.filter(({ type }) => type === 'Practitioner').map(keyOfFacts)),
      new Set([elodie, jean]),
    );
  });

  test('tells what was never there from what an edition took out', async () => {
    await sql`insert into directory.edition (edition_id, source, state, published_at, started_at, file_name) overriding system value
      values (901, 'activities', 'current', now(), now(), 'x')`.execute(db);
    await sql`insert into directory.change values (901, 'practitioner', '899999999999', 'deleted'), (901, 'activity', '77777', 'deleted')`.execute(
      db,
    );
    assert.deepEqual(await browse.find(db, 'Practitioner', '899999999999'), { kind: 'gone' });
    assert.deepEqual(await browse.find(db, 'PractitionerRole', '77777'), { kind: 'gone' });
    for (const [type, id] of [
      ['Practitioner', '811111111111'],
      ['PractitionerRole', '899999999999'],
      ['PractitionerRole', elodie],
      ['Organization', 'x'.repeat(65)],
      ['Practitioner', "' or true --"],
    ] as const) {
      assert.deepEqual(await browse.find(db, type, id), { kind: 'unknown' });
    }
  });

  test('writes nothing, whatever it is asked: its snapshot is read only', async () => {
    const before = await sql<{ n: number }>`select count(*) as n from directory.practitioner`.execute(db);
    for (const value of ["x'; delete from directory.practitioner; --", '$1', "\\\\'", 'a%_\\\\']) {
      await keysOf(db, 'Practitioner', `family=${encodeURIComponent(value)}`);
    }
    assert.deepEqual((await sql`select count(*) as n from directory.practitioner`.execute(db)).rows, before.rows);
  });
});

describe('the pages of a search', () => {
  test('meet every row that stays exactly once, forwards and back, while rows come, change and go', async (t) => {
    const { database } = await openTestDatabase(t);
    const { db } = database;
    const idOf = (n: number): string => `81${String(n).padStart(10, '0')}`;
    for (let n = 0; n < 60; n += 2) await addPerson(db, { idnps: idOf(n), family: 'MARTIN', given: 'Anne' });
    const met: string[] = [];
    const places: string[] = [];
    let cursor: string | undefined;
    let turn = 0;
    do {
      const query = `family=martin&_count=7${cursor === undefined ? '' : `&_cursor=${cursor}`}`;
      const page = await browse.search(db, asked('Practitioner', query));
      met.push(...page.matches.map(keyOfFacts));
      if (page.previous !== undefined) places.push(page.previous);
      cursor = page.next;
      // What an import does between two pages: one row before and one after the place, one changed, one taken out.
      turn += 1;
      await addPerson(db, { idnps: idOf(turn * 2 - 1), family: 'MARTIN', given: 'Zoé' });
      await sql`update directory.practitioner set updated_at = now() where idnps = ${idOf(4)}`.execute(db);
      await sql`delete from directory.practitioner where idnps = ${idOf(58)}`.execute(db);
    } while (cursor !== undefined);
    const stayed = Array.from({ length: 29 }, (_, n) => idOf(n * 2));
    assert.deepEqual(
      met.filter((key) => stayed.includes(key)),
      stayed,
    );
    assert.equal(new Set(met).size, met.length);

    const back = await browse.search(db, asked('Practitioner', `family=martin&_count=7&_cursor=${places.at(-1)}`));
    assert.equal(back.matches.length, 7);
    assert.equal(met.indexOf(keyOfFacts(back.matches.at(-1) ?? assert.fail())) < met.length, true);
    assert.notEqual(back.next, undefined);
  });

  test('in the order of their last change bring what changed meanwhile again, and lose nothing', async (t) => {
    const { database } = await openTestDatabase(t);
    const { db } = database;
    for (let n = 10; n < 30; n += 1) await addPerson(db, { idnps: `8100000000${n}`, family: 'PETIT', given: 'Luc' });
    const met: string[] = [];
    let cursor: string | undefined;
    do {
      const query = `_sort=_lastUpdated&_count=6${cursor === undefined ? '' : `&_cursor=${cursor}`}`;
      const page = await browse.search(db, asked('Practitioner', query));
      met.push(...page.matches.map(keyOfFacts));
      if (cursor === undefined) {
        await sql`update directory.practitioner set updated_at = now() where idnps in ('810000000011', '810000000028')`.execute(
          db,
        );
      }
      cursor = page.next;
    } while (cursor !== undefined);
    assert.equal(new Set(met).size, 20);
    assert.deepEqual(met.slice(-2), ['810000000011', '810000000028']);
  });

  test('count all that match up to a bound, and take no place that we did not give', async (t) => {
    const { database } = await openTestDatabase(t);
    const { db } = database;
    await sql`insert into directory.practitioner (idnps, family, given, family_key, given_key, digest, updated_at)
      select '8' || lpad(n::text, 11, '0'), 'ROUX', 'Paul', 'roux', 'paul', 1, now()
        from generate_series(1, ${fhirSearchLimits.counted}::integer) n`.execute(db);
    const totalOf = async (query: string) => (await browse.search(db, asked('Practitioner', query))).total;
    assert.equal(await totalOf('family=roux'), fhirSearchLimits.counted);
    assert.equal(await totalOf('family=roux&_total=none'), undefined);
    await addPerson(db, { idnps: '899999999999', family: 'ROUX', given: 'Anne' });
    assert.equal(await totalOf('family=roux'), undefined);
    assert.equal(await totalOf('family=roux&_summary=count'), fhirSearchLimits.counted + 1);
    assert.equal(await totalOf('family=roux&given=anne'), 1);

    const place = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    for (const cursor of [
      'x',
      '',
      place(['a']),
      place(['c', '8']),
      place(['a', 8]),
      place({ a: 1 }),
      place(['a', '8', 'x']),
      place(['a', 'x\0']),
    ]) {
      await assert.rejects(
        browse.search(db, asked('Practitioner', `_cursor=${cursor}`)),
        (fault) => fault instanceof Refusal && fault.code === 'fhir-cursor',
      );
    }
    await assert.rejects(
      browse.search(db, asked('PractitionerRole', `_cursor=${place(['a', '9999999999'])}`)),
      Refusal,
    );
    for (const never of ['2026-99-01T00:00:00', '2026-02-30T00:00:00', '0000-01-01T00:00:00', '2026-01-01T24:00:00']) {
      const cursor = place(['a', '8', `${never}.000000Z`]);
      await assert.rejects(
        browse.search(db, asked('Practitioner', `_sort=_lastUpdated&_cursor=${cursor}`)),
        Refusal,
        never,
      );
    }
  });

  test('refuse to bring along more than their bound rather than leave somebody out', async (t) => {
    const { database } = await openTestDatabase(t);
    const { db } = database;
    await addPerson(db, { idnps: '810000000001', family: 'BRUN', given: 'Eve' });
    await addSituation(db, { idnps: '810000000001' });
    const fill = (count: number) =>
      sql`insert into directory.activity (key, idnps, digest, updated_at)
        select 1000 + n, '810000000001', 1, now() from generate_series(1, ${count}::integer) n`.execute(db);
    await fill(fhirSearchLimits.included - 1);
    const query = 'family=brun&_revinclude=PractitionerRole:practitioner';
    const page = await browse.search(db, asked('Practitioner', query));
    assert.equal(page.included.length, fhirSearchLimits.included);
    await sql`update directory.activity set key = -key where key > 1000`.execute(db);
    await fill(1);
    await assert.rejects(
      browse.search(db, asked('Practitioner', query)),
      (fault) => fault instanceof Refusal && fault.code === 'fhir-too-many',
    );
  });
});
