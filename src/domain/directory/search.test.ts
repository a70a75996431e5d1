import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase } from '../../../testkit/database.ts';
import { putWorld, switchIndex, type World, worldDocuments } from '../../../testkit/directory-world.ts';
import { present } from '../../base/assert.ts';
import { directorySearchLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { type Address, parseAddress } from '../../formats/address/address.ts';
import { readCard } from './cards.ts';
import type { CorrespondentId, SearchRequest } from './directory.ts';
import { createDirectorySearch } from './search.ts';
import { readStandings } from './standing.ts';

const cardiology = ['SM04', 'Cardiologie et maladies vasculaires (SM)'] as const;
const doctor = ['10', 'Médecin'] as const;
const nurse = ['60', 'Infirmier'] as const;
const bordeaux = { organization: 'CHU DE BORDEAUX', postcode: '33000', town: 'Bordeaux', finess: '330781196' };
const paris = { organization: 'CABINET DU DR DUPONT', postcode: '75015', town: 'PARIS 15E ARRONDISSEMENT' };

const world: World = {
  people: [
    {
      rpps: '89900000011',
      title: 'DR',
      family: 'DUPONT',
      given: 'MARIE-CLAUDE',
      profession: doctor,
      speciality: cardiology,
      places: [paris, bordeaux],
      addresses: ['marie.dupont@chu-bordeaux.mssante.example'],
    },
    {
      rpps: '89900000029',
      family: 'Dupont',
      given: 'Marie-Claude',
      profession: nurse,
      places: [paris],
      addresses: ['mc.dupont@infirmier.mssante.example', 'm.dupont@idf.mssante.example'],
    },
    {
      rpps: '89900000037',
      family: 'LE GOFF',
      given: 'YANN',
      profession: nurse,
      places: [{ organization: 'CABINET INFIRMIER DU PORT', postcode: '35400', town: 'SAINT-MALO' }],
      addresses: ['yann.legoff@infirmier.mssante.example'],
    },
    { rpps: '89900000045', family: 'SANSADRESSE', given: 'Paul', profession: doctor, places: [paris], addresses: [] },
  ],
  mailboxes: [
    { address: 'cardiologie@chu-bordeaux.mssante.example', place: { ...bordeaux, service: 'Cardiologie' } },
    { address: 'secret@chu-bordeaux.mssante.example', place: { ...bordeaux, service: 'Service secret' } },
  ],
};

function address(text: string): Address {
  return present(parseAddress(text), 'not an address');
}

const { database } = await openTestDatabase({ after });
await putWorld(database.db, world);
const search = createDirectorySearch({ database, log: silentLog });
after(() => search.stop());

function ask(text: string, more: Partial<SearchRequest> = {}) {
  return search.search(database.db, { text, limit: 10, ...more });
}

async function hideListing(hidden: string): Promise<void> {
  await sql`insert into directory.listing (tenant_id, account_id, address, type, resource, identifier, is_red_listed, is_wanted, version,
      state, changed_at)
    values (gen_random_uuid(), gen_random_uuid(), ${hidden}, 'ORG', 'Organization', '330781196', true, true, 1, 'published', now())`.execute(
    database.db,
  );
}

describe('a search', () => {
  test('finds the right person out of a name with an error, a short speciality and a short town', async () => {
    const { items, total, understood } = await ask('dr dupon cardio bdx');
    assert.equal(total, 1);
    const [first] = items;
    assert.equal(first?.id, 'practitioner/889900000011');
    assert.equal(first?.name, 'Dr Marie-Claude DUPONT');
    assert.deepEqual(first?.speciality, { code: cardiology[0], label: cardiology[1] });
    assert.equal(first?.place?.organization, 'CHU DE BORDEAUX');
    assert.equal(first?.place?.department, '33');
    assert.equal(first?.otherPlaces, 1);
    assert.deepEqual(first?.addresses, [{ address: 'marie.dupont@chu-bordeaux.mssante.example', type: 'PER' }]);
    assert.deepEqual(understood, [{ typed: 'bdx', as: 'bordeaux' }]);
  });

  test('tells homonyms apart and says that they are', async () => {
    const { items } = await ask('dupont marie-claude');
    assert.deepEqual(
      items.map(({ isHomonym }) => isHomonym),
      [true, true],
    );
    assert.deepEqual(new Set(items.map(({ profession }) => profession?.label)), new Set(['Médecin', 'Infirmier']));
  });

  test('shows who is written to first, and of them the address that is used', async () => {
    const used = address('m.dupont@idf.mssante.example');
    const { items } = await ask('dupont', { context: { familiar: new Map([[used, 12]]) } });
    assert.equal(items[0]?.id, 'practitioner/889900000029');
    assert.equal(items[0]?.addresses[0]?.address, used);
  });

  test('by an address does not find who held it in the edition before', async (t) => {
    const moved = 'yann.legoff@infirmier.mssante.example';
    const give = (idnps: string) =>
      sql`update directory.mailbox set idnps = ${idnps} where address = ${moved}`.execute(database.db);
    t.after(() => give('889900000037'));
    const ids = async (text: string) =>
      (await ask(text, { filters: { reachableOnly: false } })).items.map(({ id }) => id);
    assert.deepEqual(await ids(moved), ['practitioner/889900000037']);
    await give('889900000011');
    assert.deepEqual(await ids(moved), []);
    assert.deepEqual(await ids('le goff'), ['practitioner/889900000037']);
  });

  test('shows who is near before who is far, and how far', async () => {
    const near = await ask('dupont', { context: { near: { postcode: '75015' } } });
    assert.equal(near.items[0]?.distanceKm, null);
    const far = await ask('cardiologie bordeaux', { context: { near: { postcode: '75015' } } });
    assert.ok(far.items.every(({ distanceKm }) => distanceKm !== null && distanceKm > 400 && distanceKm < 600));
  });

  test('leaves out who cannot be written to unless asked', async () => {
    assert.equal((await ask('sansadresse')).total, 0);
    const { items } = await ask('sansadresse', { filters: { reachableOnly: false } });
    assert.deepEqual(
      items.map(({ addresses }) => addresses),
      [[]],
    );
  });

  test('finds by every identifier and by address', async () => {
    for (const text of [
      '89900000037',
      '889900000037',
      '899 0000 0037',
      'yann.legoff@infirmier.mssante.example',
      'YANN.LEGOFF@infirmier.mssante.example',
    ]) {
      assert.deepEqual(
        (await ask(text)).items.map(({ id }) => id),
        ['practitioner/889900000037'],
        text,
      );
    }
    assert.equal((await ask('330781196')).items.at(-1)?.id, 'practitioner/889900000011');
  });

  test('never shows an address of ours that is red-listed, nor what has left since', async (t) => {
    assert.equal((await ask('service secret')).items.length, 1);
    await hideListing('secret@chu-bordeaux.mssante.example');
    await sql`update directory.mailbox set address = 'moved@x.mssante.example' where address = 'yann.legoff@infirmier.mssante.example'`.execute(
      database.db,
    );
    t.after(async () => {
      await sql`delete from directory.listing`.execute(database.db);
      await sql`update directory.mailbox set address = 'yann.legoff@infirmier.mssante.example' where address = 'moved@x.mssante.example'`.execute(
        database.db,
      );
    });
    assert.deepEqual((await ask('service secret')).items, []);
    assert.deepEqual(
      (await ask('le goff')).items[0]?.addresses.map((each) => each.address),
      ['moved@x.mssante.example'],
    );
  });

  test('shows what the live source told after the edition, and no longer once the edition is newer', async (t) => {
    t.after(() => sql`delete from directory.live_mailbox`.execute(database.db));
    const put = (fetched: string) =>
      sql`insert into directory.live_mailbox (address, type, idnps, rank, fetched_at)
      values ('nouvelle@x.mssante.example', 'PER', '889900000037', 1, ${fetched})
      on conflict (address) do update set fetched_at = excluded.fetched_at`.execute(database.db);
    await put('2026-06-02T00:00:00Z');
    const addresses = async () => (await ask('le goff')).items[0]?.addresses.map((each) => each.address);
    assert.deepEqual(await addresses(), ['nouvelle@x.mssante.example', 'yann.legoff@infirmier.mssante.example']);
    await put('2026-05-30T00:00:00Z');
    assert.deepEqual(await addresses(), ['yann.legoff@infirmier.mssante.example']);
  });

  test('refuses what is longer, further or more than its bounds, and takes what is at them', async () => {
    const { queryCharacters, page, offset, filterValues } = directorySearchLimits;
    const code = (expected: string) => (fault: unknown) => fault instanceof Refusal && fault.code === expected;
    await ask('a'.repeat(queryCharacters));
    await assert.rejects(ask('a'.repeat(queryCharacters + 1)), code('query-too-long'));
    await ask('dupont', { limit: page, offset });
    await assert.rejects(ask('dupont', { limit: page + 1 }), code('page-too-long'));
    await assert.rejects(ask('dupont', { limit: 0 }), code('page-too-long'));
    await assert.rejects(ask('dupont', { offset: offset + 1 }), code('page-too-far'));
    const values = Array.from({ length: filterValues }, (_, index) => String(index));
    await ask('dupont', { filters: { professions: values } });
    await assert.rejects(ask('dupont', { filters: { professions: [...values, 'x'] } }), code('too-many-values'));
  });
});

test('searches run on while the index is replaced: each answers from one edition, the last from the new one', async () => {
  const documents = worldDocuments(world);
  const without = documents.filter(({ family }) => family !== 'LE GOFF');
  const totals: number[] = [];
  let isSwitched = false;
  const searching = (async () => {
    for (let round = 0; round < 2_000; round += 1) {
      const { total } = await ask('infirmier');
      totals.push(total);
      if (isSwitched && total === 1) return;
    }
    assert.fail('the new edition never came');
  })();
  await switchIndex(database.db, 2, without);
  isSwitched = true;
  await searching;
  assert.deepEqual(
    totals,
    [...totals].sort((one, other) => other - one),
  );
  await switchIndex(database.db, 3, documents);
});

test('nothing was imported: an empty answer, and the first import is found', async (t) => {
  const empty = await openTestDatabase(t);
  const first = createDirectorySearch({ database: empty.database, log: silentLog });
  t.after(() => first.stop());
  const asked = () => first.search(empty.database.db, { text: 'dupont', limit: 5 });
  assert.deepEqual((await asked()).publishedAt, null);
  await putWorld(empty.database.db, world);
  for (let round = 0; round < 500 && (await asked()).total === 0; round += 1) await new Promise(setImmediate);
  assert.equal((await asked()).total, 2);
});

describe('who was hidden since the index was built', () => {
  const hidden = 'marie.dupont@chu-bordeaux.mssante.example';

  test('is not among those who can be written to, on the page or in its total', async (t) => {
    t.after(() => sql`delete from directory.listing`.execute(database.db));
    assert.equal((await ask('dr dupon cardio bdx')).total, 1);
    await hideListing(hidden);
    const { items, total } = await ask('dr dupon cardio bdx');
    assert.deepEqual([items, total], [[], 0]);
    const all = await ask('dr dupon cardio bdx', { filters: { reachableOnly: false } });
    assert.deepEqual([all.total, all.items[0]?.addresses], [1, []]);
  });

  test('is not found by the address that is hidden', async (t) => {
    const filters = { reachableOnly: false };
    t.after(() => sql`delete from directory.listing`.execute(database.db));
    assert.equal((await ask(hidden, { filters })).total, 1);
    await hideListing(hidden);
    for (const text of [hidden, `  ${hidden.toUpperCase()} bordeaux`]) {
      const { items, total, facets } = await ask(text, { filters });
      assert.deepEqual([items, total, facets.professions], [[], 0, []], text);
    }
  });
});

describe('a card', () => {
  test('holds a person whole', async () => {
    const card = await readCard(database.db, 'practitioner/889900000011' as CorrespondentId);
    assert.equal(card?.rpps, '89900000011');
    assert.equal(card?.roles.length, 2);
    assert.deepEqual(
      card?.mailboxes.map(({ address: each, source }) => [each, source]),
      [['marie.dupont@chu-bordeaux.mssante.example', 'edition']],
    );
    assert.equal(card?.mailboxes[0]?.seenAt.toISOString(), '2026-06-01T06:00:00.000Z');
  });

  test('holds a shared mailbox, unless it must stay hidden', async (t) => {
    const id = 'mailbox/cardiologie@chu-bordeaux.mssante.example' as CorrespondentId;
    assert.equal((await readCard(database.db, id))?.name, 'Cardiologie');
    t.after(() => sql`delete from directory.listing`.execute(database.db));
    await hideListing('cardiologie@chu-bordeaux.mssante.example');
    assert.equal(await readCard(database.db, id), undefined);
  });

  test('of nobody is none', async () => {
    for (const id of ['practitioner/8', 'mailbox/x@y', 'neither', '']) {
      assert.equal(await readCard(database.db, id as CorrespondentId), undefined);
    }
  });
});

describe('the standing of an address', () => {
  test('says who holds it and how many have the same name, when it left, or that nobody knows it', async (t) => {
    t.after(() => sql`delete from directory.change`.execute(database.db));
    await sql`insert into directory.edition (source, state, published_at, started_at, file_name) values
      ('mailboxes', 'superseded', '2026-05-01', '2026-05-01', 'before.txt'), ('mailboxes', 'superseded', '2026-05-02', '2026-05-02', 'then.txt')`.execute(
      database.db,
    );
    await sql`insert into directory.change (edition_id, subject, key, kind)
      select max(edition_id), 'mailbox', 'parti@x.mssante.example', 'deleted' from directory.edition`.execute(
      database.db,
    );
    const asked = ['mc.dupont@infirmier.mssante.example', 'parti@x.mssante.example', 'jamais@x.mssante.example'].map(
      address,
    );
    const standings = await readStandings(database.db, asked);
    const listed = standings.get(address('mc.dupont@infirmier.mssante.example'));
    assert.equal(listed?.kind === 'listed' && listed.namesakes, 1);
    assert.equal(
      listed?.kind === 'listed' && listed.correspondent.addresses[0]?.address,
      'mc.dupont@infirmier.mssante.example',
    );
    const left = standings.get(address('parti@x.mssante.example'));
    assert.equal(left?.kind, 'left');
    assert.equal(standings.get(address('jamais@x.mssante.example'))?.kind, 'unknown');
  });

  test('is told for so many addresses at once, not for one more', async () => {
    const all = Array.from({ length: directorySearchLimits.standings }, (_, index) =>
      address(`a${index}@x.mssante.example`),
    );
    assert.equal((await readStandings(database.db, all)).size, all.length);
    await assert.rejects(readStandings(database.db, [...all, address('one@more.mssante.example')]), Refusal);
  });
});
