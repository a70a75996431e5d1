import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type ImportWorld, oneByOne, openImportWorld } from '../../../../testkit/directory/import-world.ts';
import { personCells, rowOf, textOf } from '../../../../testkit/directory/small-extraction.ts';
import { Refusal } from '../../../base/errors.ts';
import { currentEditions, findEditions, listChanges, listDeparted, listOddRows } from '../editions.ts';
import { importFiles } from './import.ts';
import { holdingImportLock } from './lock.ts';

const importFile = oneByOne(importFiles);

const since = { since: 0, limit: 100 };

function isRefusal(code: string) {
  return (fault: unknown): boolean => fault instanceof Refusal && fault.code === code;
}

function people(
  source: 'mailboxes' | 'activities',
  from: number,
  to: number,
  cells: Readonly<Record<string, string>> = {},
): string[] {
  return Array.from({ length: to - from }, (_, index) =>
    rowOf(source, { ...personCells(source, from + index), ...cells }),
  );
}

function activities(world: ImportWorld, name: string, rows: readonly string[]): string {
  return world.write(name, textOf('activities', rows));
}

function mailboxes(world: ImportWorld, name: string, rows: readonly string[]): string {
  return world.write(name, textOf('mailboxes', rows));
}

const shared = {
  'Type de BAL': 'ORG',
  'Identifiant PP': '',
  'Identification nationale PP': '',
  'Adresse BAL': 'accueil@hopital.mssante.example',
};

describe('the editions of one source after the other', () => {
  test('a first edition fills the directory and tells no change', async (t) => {
    const world = await openImportWorld(t);
    const outcome = await importFile(world.parts, activities(world, 'a.txt', people('activities', 0, 3)), {});
    assert.equal(outcome.kind, 'imported');
    assert.deepEqual(
      outcome.editions.map(({ state, rows, created, oddRows }) => ({ state, rows, created, oddRows })),
      [{ state: 'current', rows: 3, created: 3, oddRows: 0 }],
    );
    assert.deepEqual(await world.list('select family from directory.practitioner'), ['DURAND', 'DURAND', 'DURAND']);
    assert.deepEqual(await world.list('select organization_id from directory.organization'), ['R19999901']);
    assert.deepEqual(await world.list("select label from directory.label where list = 'skill'"), ['Cardiologie']);
    assert.equal((await world.list('select part from directory.index_part')).length > 0, true);
    assert.deepEqual(await listChanges(world.database.db, since), []);
  });

  test('the next one tells what was created, changed and deleted, and nothing of the rest', async (t) => {
    const world = await openImportWorld(t);
    await importFile(world.parts, mailboxes(world, 'one.txt', people('mailboxes', 0, 4)), {});
    const before = await world.list('select number from directory.practitioner order by idnps');
    const rows = [
      ...people('mailboxes', 0, 2),
      ...people('mailboxes', 2, 3, { 'Service de rattachement': 'Urgences' }),
      ...people('mailboxes', 4, 5),
    ];
    const { editions } = await importFile(world.parts, mailboxes(world, 'two.txt', rows), {});
    const [{ editionId, created, changed, deleted } = { editionId: 0, created: 0, changed: 0, deleted: 0 }] = editions;
    assert.deepEqual({ created, changed, deleted }, { created: 1, changed: 1, deleted: 1 });
    const changes = await listChanges(world.database.db, since);
    assert.deepEqual(
      changes.map(({ subject, key, kind }) => [subject, key, kind]),
      [
        ['mailbox', 'personne.2@cabinet.mssante.example', 'changed'],
        ['mailbox', 'personne.3@cabinet.mssante.example', 'deleted'],
        ['mailbox', 'personne.4@cabinet.mssante.example', 'created'],
        ['practitioner', '819999990003', 'deleted'],
        ['practitioner', '819999990004', 'created'],
      ],
    );
    assert.ok(changes.every((change) => change.editionId === editionId));
    const after = await world.list('select number from directory.practitioner order by idnps');
    assert.deepEqual(after.slice(0, 3), before.slice(0, 3));
    assert.deepEqual(await listDeparted(world.database.db, since), ['personne.3@cabinet.mssante.example']);
    assert.deepEqual(await listDeparted(world.database.db, { since: editionId, limit: 10 }), []);
    const [first] = changes;
    const page = await listChanges(world.database.db, {
      since: 0,
      limit: 1,
      ...(first === undefined ? {} : { after: first }),
    });
    assert.deepEqual(
      page.map(({ kind }) => kind),
      ['deleted'],
    );
  });

  test('an address that came back has not departed', async (t) => {
    const world = await openImportWorld(t);
    await importFile(world.parts, mailboxes(world, 'one.txt', people('mailboxes', 0, 3)), {});
    await importFile(world.parts, mailboxes(world, 'two.txt', people('mailboxes', 0, 2)), {});
    assert.equal((await listDeparted(world.database.db, since)).length, 1);
    await importFile(world.parts, mailboxes(world, 'three.txt', people('mailboxes', 0, 4)), {});
    assert.deepEqual(await listDeparted(world.database.db, since), []);
  });
});

describe('both sources together', () => {
  async function both(t: TestContext, order: readonly ('activities' | 'mailboxes')[]): Promise<ImportWorld> {
    const world = await openImportWorld(t);
    const files = {
      activities: activities(world, 'a.txt', people('activities', 0, 2)),
      mailboxes: mailboxes(world, 'm.txt', [
        ...people('mailboxes', 1, 3, { "Nom d'exercice": 'DE LA BAL' }),
        rowOf('mailboxes', shared),
      ]),
    };
    for (const source of order) await importFile(world.parts, files[source], {});
    return world;
  }

  for (const order of [
    ['activities', 'mailboxes'],
    ['mailboxes', 'activities'],
  ] as const) {
    test(`${order[0]} first: persons are as their activities say, else as their mailbox, and mailboxes find their organization`, async (t) => {
      const world = await both(t, order);
      assert.deepEqual(await world.list('select family from directory.practitioner order by idnps'), [
        'DURAND',
        'DURAND',
        'DE LA BAL',
      ]);
      assert.deepEqual(await world.list('select organization_id from directory.organization'), ['R19999901']);
      assert.deepEqual(await world.list('select distinct organization_id from directory.mailbox'), ['R19999901']);
    });
  }

  test('a structure known by a mailbox alone becomes an organization, and goes with the mailbox', async (t) => {
    const world = await openImportWorld(t);
    const other = rowOf('mailboxes', {
      ...shared,
      'Identification Structure': '750000009',
      'Raison Sociale structure BAL': 'HOPITAL',
    });
    await importFile(world.parts, mailboxes(world, 'm.txt', [...people('mailboxes', 0, 1), other]), {});
    assert.deepEqual(await world.list('select organization_id from directory.organization order by 1'), [
      'finess-750000009',
      'finess-759999901',
    ]);
    await importFile(world.parts, mailboxes(world, 'n.txt', people('mailboxes', 0, 1)), {});
    assert.deepEqual(await world.list('select organization_id from directory.organization'), ['finess-759999901']);
  });

  test('somebody whose activities end but who keeps a mailbox stays', async (t) => {
    const world = await both(t, ['activities', 'mailboxes']);
    await importFile(world.parts, activities(world, 'b.txt', people('activities', 0, 1)), {});
    assert.equal((await world.list('select idnps from directory.practitioner')).length, 3);
    assert.deepEqual(await world.list('select organization_id from directory.organization'), ['R19999901']);
  });
});

describe('what is refused leaves the edition in force', () => {
  async function withFour(t: TestContext): Promise<ImportWorld> {
    const world = await openImportWorld(t);
    await importFile(world.parts, mailboxes(world, 'Extraction_202611200800.txt', people('mailboxes', 0, 4)), {});
    return world;
  }

  async function lastState(world: ImportWorld): Promise<unknown> {
    return (
      await world.list("select state || ' ' || coalesce(reason, '') from directory.edition order by edition_id desc")
    ).at(0);
  }

  test('one that removes more than the share that the configuration admits, and not one at that share', async (t) => {
    const world = await withFour(t);
    const one = mailboxes(world, 'one.txt', people('mailboxes', 0, 1));
    await assert.rejects(importFile(world.parts, one, {}), isRefusal('would-remove-too-much'));
    assert.equal(await lastState(world), 'refused would-remove-too-much');
    assert.equal((await world.list('select address from directory.mailbox')).length, 4);
    assert.deepEqual(await world.list('select address from directory.staged_mailbox'), []);
    assert.equal(
      (await importFile(world.parts, mailboxes(world, 'two.txt', people('mailboxes', 0, 2)), {})).kind,
      'imported',
    );
    assert.equal(
      (await importFile(world.parts, mailboxes(world, 'none.txt', people('mailboxes', 8, 9)), { force: true })).kind,
      'imported',
    );
    assert.equal((await world.list('select address from directory.mailbox')).length, 1);
  });

  test('an older one, unless it is asked for', async (t) => {
    const world = await withFour(t);
    const older = mailboxes(world, 'Extraction_202611200759.txt', people('mailboxes', 0, 3));
    await assert.rejects(importFile(world.parts, older, {}), isRefusal('older-edition'));
    assert.equal(await lastState(world), 'refused older-edition');
    const { editions } = await importFile(world.parts, older, { force: true });
    assert.deepEqual(
      editions.map(({ publishedAt }) => publishedAt),
      [new Date('2026-11-20T06:59:00Z')],
    );
  });

  test('the same file again is no edition', async (t) => {
    const world = await withFour(t);
    const again = await importFile(world.parts, mailboxes(world, 'again.txt', people('mailboxes', 0, 4)), {});
    assert.equal(again.kind, 'unchanged');
    assert.deepEqual(again.editions, await currentEditions(world.database.db));
    assert.equal((await world.list('select edition_id from directory.edition')).length, 1);
  });

  test('one without a usable row, its odd rows listed', async (t) => {
    const world = await withFour(t);
    const none = mailboxes(world, 'none.txt', ['rien']);
    await assert.rejects(importFile(world.parts, none, {}), isRefusal('no-usable-row'));
    const [editionId = 0] = (await world.list('select max(edition_id) from directory.edition')).map(Number);
    assert.deepEqual(await listOddRows(world.database.db, editionId), [{ line: 2, reason: 'column-count' }]);
    const header = mailboxes(world, 'header.txt', []);
    await assert.rejects(importFile(world.parts, header, {}), isRefusal('no-usable-row'));
    assert.equal((await world.list('select address from directory.mailbox')).length, 4);
  });

  test('a second import while one runs, and not after it', async (t) => {
    const world = await withFour(t);
    const path = mailboxes(world, 'next.txt', people('mailboxes', 0, 5));
    await holdingImportLock(world.database.pool, async () => {
      await assert.rejects(importFile(world.parts, path, {}), isRefusal('import-running'));
    });
    const [first, second] = await Promise.allSettled([
      importFile(world.parts, path, {}),
      importFile(world.parts, path, {}),
    ]);
    assert.deepEqual([first.status, second.status].sort(), ['fulfilled', 'rejected']);
  });

  test('what an import left unfinished is failed by the next', async (t) => {
    const world = await withFour(t);
    await world.database.pool.query(`insert into directory.edition (source, state, published_at, started_at, file_name)
      values ('mailboxes', 'importing', now(), now(), 'lost.txt')`);
    const [lost = 0] = (await world.list("select edition_id from directory.edition where state = 'importing'")).map(
      Number,
    );
    await importFile(world.parts, mailboxes(world, 'next.txt', people('mailboxes', 0, 5)), {});
    const [edition] = await findEditions(world.database.db, [lost]);
    assert.deepEqual([edition?.state, edition?.reason], ['failed', 'interrupted']);
  });
});

test('a file whose name tells a day to come is of the day of its import, and the next edition is not older', async (t) => {
  const world = await openImportWorld(t);
  const before = new Date();
  const future = mailboxes(world, 'Extraction_209911200759.txt', people('mailboxes', 0, 5));
  const { editions } = await importFile(world.parts, future, {});
  const [publishedAt] = editions.map((edition) => edition.publishedAt);
  assert.ok(publishedAt !== undefined && publishedAt >= before && publishedAt <= new Date());
  const next = mailboxes(world, 'Extraction_209911200758.txt', people('mailboxes', 0, 6));
  assert.equal((await importFile(world.parts, next, {})).kind, 'imported');
});

test('an abandoned import is failed and leaves nothing staged', async (t) => {
  const world = await openImportWorld(t);
  const stop = new AbortController();
  const path = activities(world, 'a.txt', people('activities', 0, 500));
  const onProgress = (): void => stop.abort();
  await assert.rejects(importFile(world.parts, path, { signal: stop.signal, onProgress }), { name: 'AbortError' });
  assert.deepEqual(await world.list('select state from directory.edition'), ['failed']);
  assert.deepEqual(await world.list('select idnps from directory.staged_activity'), []);
  assert.deepEqual(await world.list('select idnps from directory.practitioner'), []);
});
