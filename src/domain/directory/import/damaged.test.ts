import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { generateDirectory } from '../../../../testkit/directory/generate-directory.ts';
import { oneByOne, openImportWorld } from '../../../../testkit/directory/import-world.ts';
import { columnsOf, personCells, rowOf, textOf } from '../../../../testkit/directory/small-extraction.ts';
import { directoryImportLimits } from '../../../base/domain-limits.ts';
import { Refusal } from '../../../base/errors.ts';
import { editionAge } from '../directory.ts';
import { listOddRows } from '../editions.ts';
import { checkFile } from './check-file.ts';
import { importFiles } from './import.ts';

const importFile = oneByOne(importFiles);

function isRefusal(code: string, part = '') {
  return (fault: unknown): boolean =>
    fault instanceof Refusal && fault.code === code && fault.publicText.includes(part);
}

const nobody = { 'Identifiant PP': '', 'Identification nationale PP': '' };

describe('odd rows', () => {
  test('whose names fold into more than an index takes come in all the same', async (t) => {
    const world = await openImportWorld(t);
    for (const character of ['語', 'ﷺ']) {
      const long = character.repeat(directoryImportLimits.fieldCharacters);
      const names = { ...personCells('mailboxes', 1), "Nom d'exercice": long, "Prénom d'exercice": long };
      const path = world.write('long.txt', textOf('mailboxes', [rowOf('mailboxes', names)]));
      const { editions } = await importFile(world.parts, path, {});
      assert.deepEqual([editions[0]?.state, editions[0]?.rows, editions[0]?.oddRows], ['current', 1, 0]);
    }
  });

  test('are told with their line and their reason, and the others come in', async (t) => {
    const world = await openImportWorld(t);
    const mailbox = (index: number, cells = {}): string =>
      rowOf('mailboxes', { ...personCells('mailboxes', index), ...cells });
    const rows = [
      mailbox(1),
      mailbox(2).replace('|', ''),
      mailbox(3, { 'Adresse BAL': 'pas une adresse' }),
      mailbox(4, { 'Adresse BAL': '' }),
      mailbox(5, { 'Type de BAL': 'XYZ' }),
      mailbox(6, nobody),
      mailbox(7, { 'Type identifiant structure': '', 'Identification Structure': '' }),
      mailbox(8, { 'Adresse BAL': 'PERSONNE.1@cabinet.mssante.example' }),
      mailbox(9, { 'Identification nationale PP': '81999999990' }),
      mailbox(10, { "Nom d'exercice": ' ' }),
      mailbox(11, { 'Service de rattachement': 'a\tb' }),
      mailbox(12, { 'Service de rattachement': 'x'.repeat(directoryImportLimits.fieldCharacters) }),
      mailbox(13, { 'Service de rattachement': 'x'.repeat(directoryImportLimits.fieldCharacters + 1) }),
      `${mailbox(14)}|`,
      `${mailbox(15)}\r`,
      '',
    ];
    const bad = Buffer.from('PER|\xe9|\n', 'latin1');
    const path = world.write(
      'm.txt',
      Buffer.concat([Buffer.from(textOf('mailboxes', rows)), bad, Buffer.from(mailbox(16))]),
    );
    const { editions } = await importFile(world.parts, path, {});
    const [edition] = editions;
    assert.deepEqual(await listOddRows(world.database.db, edition?.editionId ?? 0), [
      { line: 3, reason: 'column-count' },
      { line: 4, reason: 'bad-address' },
      { line: 5, reason: 'bad-address' },
      { line: 6, reason: 'unknown-type' },
      { line: 7, reason: 'no-person' },
      { line: 8, reason: 'no-structure' },
      { line: 9, reason: 'duplicate' },
      { line: 10, reason: 'bad-identifier' },
      { line: 11, reason: 'no-name' },
      { line: 12, reason: 'control-character' },
      { line: 14, reason: 'field-too-long' },
      { line: 17, reason: 'column-count' },
      { line: 18, reason: 'bad-encoding' },
    ]);
    assert.deepEqual([edition?.rows, edition?.oddRows, edition?.created], [18, 13, 6]);
    assert.deepEqual(
      await world.list("select address from directory.mailbox where address like '%.7@%'"),
      ['personne.7@cabinet.mssante.example'],
      'one without a structure stays usable',
    );
  });

  test('of the four texts of a generated directory, damaged on purpose, are found where they are, packed or not', async (t) => {
    const world = await openImportWorld(t);
    const made = await generateDirectory({
      seed: 3,
      activities: 2_000,
      mailboxes: 900,
      publishedAt: new Date('2026-11-20T08:00:00Z'),
      folder: world.folder,
      zipped: true,
      damage: true,
    });
    const [professionals = ''] = made.professionalsFiles;
    const found = [
      ...(await checkFile(world.parts, professionals, {})),
      ...(await checkFile(world.parts, made.mailboxesFile, {})),
    ];
    assert.deepEqual(
      found.map(({ source, rows }) => [source, rows]),
      [
        ['activities', made.rows.activities],
        ['skills', made.rows.skills],
        ['diplomas', made.rows.diplomas],
        ['mailboxes', made.rows.mailboxes],
      ],
    );
    for (const { file, line, kind } of made.damaged) {
      const listed = found.find(({ source }) => source === file)?.listed;
      assert.ok(
        listed?.some((odd) => odd.line === line),
        `${kind} of ${file} at line ${line}`,
      );
    }
    assert.deepEqual(await world.list('select edition_id from directory.edition'), [], 'a check writes nothing');
    const { editions } = await importFile(world.parts, professionals, {});
    assert.deepEqual(
      editions.map(({ source, state }) => [source, state]),
      [
        ['activities', 'current'],
        ['skills', 'current'],
        ['diplomas', 'current'],
      ],
    );
    assert.deepEqual(
      editions.map(({ publishedAt }) => publishedAt.toISOString().slice(0, 13)),
      Array(3).fill('2026-11-20T08'),
    );
    await importFile(world.parts, made.mailboxesFile, {});
    const orphans =
      'select m.idnps from directory.mailbox m where m.idnps is not null and m.idnps not in (select idnps from directory.practitioner)';
    assert.deepEqual(await world.list(orphans), []);
  });

  test('169 repeated addresses leave the first of each', async (t) => {
    const world = await openImportWorld(t);
    const rows = Array.from({ length: 338 }, (_, index) =>
      rowOf('mailboxes', {
        ...personCells('mailboxes', index % 169),
        'Service de rattachement': index < 169 ? 'premier' : 'second',
      }),
    );
    const { editions } = await importFile(world.parts, world.write('m.txt', textOf('mailboxes', rows)), {});
    assert.deepEqual(
      editions.map(({ created, oddRows }) => [created, oddRows]),
      [[169, 169]],
    );
    assert.deepEqual(await world.list('select distinct service from directory.mailbox'), ['premier']);
  });

  test('are listed up to a bound for each reason, and all counted', async (t) => {
    const world = await openImportWorld(t);
    const { listedPerReason } = directoryImportLimits;
    for (const [count, listed] of [
      [listedPerReason, listedPerReason],
      [listedPerReason + 1, listedPerReason],
    ] as const) {
      const path = world.write(`${count}.txt`, textOf('mailboxes', Array(count).fill('x')));
      const [found] = await checkFile(world.parts, path, {});
      assert.deepEqual(
        [found?.oddRows, found?.reasons.get('column-count'), found?.listed.length],
        [count, count, listed],
      );
    }
  });

  test('a line up to its bound is read, one past it is odd, and those after it keep their numbers', async (t) => {
    const world = await openImportWorld(t);
    const line = (bytes: number): string => 'x'.repeat(bytes - 1);
    const { lineBytes } = directoryImportLimits;
    const rows = [line(lineBytes), line(lineBytes + 1), line(lineBytes * 20), 'x'];
    const [found] = await checkFile(world.parts, world.write('m.txt', textOf('mailboxes', rows)), {});
    assert.deepEqual(
      found?.listed.map(({ reason }) => reason),
      ['column-count', 'line-too-long', 'line-too-long', 'column-count'],
    );
    assert.deepEqual(
      found?.listed.map((odd) => odd.line),
      [2, 3, 4, 5],
    );
  });
});

describe('a file that is none', () => {
  test('another header is refused by the first column that differs', async (t) => {
    const world = await openImportWorld(t);
    const swapped = textOf('activities', []).replace('Code profession|', 'Code métier|');
    await assert.rejects(
      importFile(world.parts, world.write('a.txt', swapped), {}),
      isRefusal('wrong-header', '« Code métier »'),
    );
    await assert.rejects(
      checkFile(world.parts, world.write('a.txt', swapped), {}),
      isRefusal('wrong-header', 'colonne 10'),
    );
    const more = textOf('mailboxes', []).replace('\n', '|Nouvelle colonne\n');
    await assert.rejects(
      importFile(world.parts, world.write('m.txt', more), {}),
      isRefusal('wrong-header', `colonne ${columnsOf('mailboxes').length + 1}`),
    );
    await assert.rejects(importFile(world.parts, world.write('e.txt', ''), {}), isRefusal('wrong-header'));
    await assert.rejects(
      importFile(world.parts, world.write('b.txt', Buffer.from([0xff, 0xfe, 0x0a])), {}),
      isRefusal('wrong-header'),
    );
    assert.deepEqual(await world.list('select edition_id from directory.edition'), []);
  });

  test('a byte order mark, CRLF and no bar at the end are the same header', async (t) => {
    const world = await openImportWorld(t);
    const text = textOf('skills', [rowOf('skills')])
      .replaceAll('\n', '\r\n')
      .replace('|\r', '\r');
    const [found] = await checkFile(world.parts, world.write('s.txt', `\ufeff${text}`), {});
    assert.deepEqual([found?.source, found?.rows, found?.oddRows], ['skills', 1, 0]);
  });

  test('no file, a folder, an address without a downloader', async (t) => {
    const world = await openImportWorld(t);
    for (const source of [`${world.folder}/none.txt`, world.folder, 'https://annuaire.example/a.zip']) {
      await assert.rejects(importFile(world.parts, source, {}), isRefusal('unknown-file'));
    }
  });

  test('an archive cut short, altered, or that grows too much', async (t) => {
    const world = await openImportWorld(t);
    const order = {
      seed: 5,
      activities: 50,
      mailboxes: 50,
      publishedAt: new Date('2026-11-20T08:00:00Z'),
      zipped: true,
    };
    const { mailboxesFile } = await generateDirectory({ ...order, folder: world.folder });
    const whole = readFileSync(mailboxesFile);
    for (const cut of [whole.subarray(0, whole.length - 30), whole.subarray(0, whole.length / 2)]) {
      await assert.rejects(importFile(world.parts, world.write('cut.zip', cut), {}), isRefusal('bad-archive'));
    }
    const altered = Buffer.from(whole);
    const middle = Math.floor(whole.length / 2);
    altered[middle] = (altered[middle] ?? 0) ^ 0x55;
    await assert.rejects(checkFile(world.parts, world.write('altered.zip', altered), {}), isRefusal('bad-archive'));
  });
});

test('the age of an edition is told at its thresholds', () => {
  const published = new Date('2026-11-01T00:00:00Z');
  const ageing = { warnAfterMs: 1_000, alertAfterMs: 2_000 };
  const after = (ms: number) => editionAge(published, ageing, new Date(published.getTime() + ms));
  assert.deepEqual([999, 1_000, 1_999, 2_000].map(after), ['fresh', 'old', 'old', 'too-old']);
  assert.equal(editionAge(null, ageing, published), 'none');
});
