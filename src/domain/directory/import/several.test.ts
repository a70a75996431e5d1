import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneByOne, openImportWorld } from '../../../../testkit/directory/import-world.ts';
import { personCells, rowOf, textOf } from '../../../../testkit/directory/small-extraction.ts';
import { importFiles } from './import.ts';

const importFile = oneByOne(importFiles);

function text(source: 'mailboxes' | 'activities', from: number, to: number): string {
  return textOf(
    source,
    Array.from({ length: to - from }, (_, index) => rowOf(source, personCells(source, from + index))),
  );
}

function fates(outcomes: Awaited<ReturnType<typeof importFiles>>): readonly string[] {
  return outcomes.map((outcome) => (outcome.kind === 'rejected' ? outcome.fault.code : outcome.kind));
}

test('two sources come into force in one switch, with one index', async (t) => {
  const world = await openImportWorld(t);
  const sources = [world.write('m.txt', text('mailboxes', 0, 3)), world.write('a.txt', text('activities', 1, 5))];
  let indexed = 0;
  const onProgress = ({ stage }: { readonly stage: string }): void => {
    if (stage === 'indexing') indexed += 1;
  };
  assert.deepEqual(fates(await importFiles(world.parts, sources, { onProgress })), ['imported', 'imported']);
  assert.equal(indexed, 1);
  assert.deepEqual(await world.list('select distinct finished_at = max(finished_at) over () from directory.edition'), [
    true,
  ]);
  assert.equal((await world.list('select idnps from directory.practitioner')).length, 5);
  assert.deepEqual(fates(await importFiles(world.parts, sources, {})), ['unchanged', 'unchanged']);
});

test('a source is rejected with its reason, and the others come in', async (t) => {
  const world = await openImportWorld(t);
  await importFile(world.parts, world.write('m.txt', text('mailboxes', 0, 9)), {});
  const activities = world.write('a.txt', text('activities', 0, 5));
  const sources = [
    world.write('n.txt', text('mailboxes', 0, 1)),
    `${world.folder}/nowhere.txt`,
    activities,
    world.write('wrong.txt', 'Nom|Adresse\n'),
    world.write('b.txt', text('activities', 0, 6)),
  ];
  assert.deepEqual(fates(await importFiles(world.parts, sources, {})), [
    'would-remove-too-much',
    'unknown-file',
    'imported',
    'wrong-header',
    'same-source-twice',
  ]);
  assert.deepEqual(
    await world.list("select source || ' ' || file_name from directory.edition where state = 'current' order by 1"),
    ['activities a.txt', 'mailboxes m.txt'],
  );
  assert.equal((await world.list('select address from directory.mailbox')).length, 9);
  assert.equal((await world.list('select idnps from directory.activity')).length, 5);
  assert.deepEqual(await world.list('select state from directory.edition order by edition_id'), [
    'current',
    'refused',
    'current',
    'refused',
  ]);
});

test('sources that together take too many persons away are refused, though each takes few of its rows', async (t) => {
  const world = await openImportWorld(t);
  const parts = { ...world.parts, maxRemovedShare: 0.25 };
  const manyPlaces = Array.from({ length: 6 }, (_, index) => ({
    ...personCells('activities', 10),
    'Identifiant technique de la structure': `R2000000${index}`,
  }));
  const others = [personCells('activities', 11), personCells('activities', 12)];
  const told = (cells: readonly Readonly<Record<string, string>>[]): string =>
    textOf(
      'activities',
      cells.map((each) => rowOf('activities', each)),
    );
  const first = [world.write('m.txt', text('mailboxes', 0, 4)), world.write('a.txt', told([...manyPlaces, ...others]))];
  assert.deepEqual(fates(await importFiles(parts, first, {})), ['imported', 'imported']);
  const next = [world.write('n.txt', text('mailboxes', 0, 3)), world.write('b.txt', told(manyPlaces))];
  assert.deepEqual(fates(await importFiles(parts, next, {})), ['would-remove-too-much', 'would-remove-too-much']);
  assert.equal((await world.list('select idnps from directory.practitioner')).length, 7);
  assert.deepEqual(await world.list('select idnps from directory.staged_person'), []);
});
