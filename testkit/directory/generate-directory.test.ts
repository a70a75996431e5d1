import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { crc32, inflateRawSync } from 'node:zlib';
import { mib } from '../../src/base/limits.ts';
import { type DirectoryOrder, type GeneratedDirectory, generateDirectory } from './generate-directory.ts';
import { luhnKey } from './identifiers.ts';

const publishedAt = new Date('2026-11-20T03:12:00Z');

const mailboxHeader =
  "Type de BAL|Adresse BAL|Type Identifiant PP|Identifiant PP|Identification nationale PP|Type identifiant structure|Identification Structure|Service de rattachement|Civilité d'exercice|Nom d'exercice|Prénom d'exercice|Catégorie profession|Libellé de catégorie profession|Code Profession|Libellé Profession|Code savoir-faire|Libellé savoir-faire|Dématérialisation|Raison Sociale structure BAL|Enseigne commerciale structure BAL|L2COMPLEMENTLOCALISATION structure BAL|L3COMPLEMENTDISTRIBUTION structure BAL|L4NUMEROVOIE structure BAL|L4COMPLEMENTNUMEROVOIE structure BAL|NL4TYPEVOIE structure BAL|L4LIBELLEVOIE structure BAL|L5LIEUDITMENTION structure BAL|L6LIGNEACHEMINEMENT structure BAL|Code postal structure BAL|Département structure BAL|Pays structure BAL";

let root = '';
let folders = 0;

async function generate(order: Partial<DirectoryOrder> = {}): Promise<GeneratedDirectory> {
  folders += 1;
  const folder = path.join(root, String(folders));
  await mkdir(folder);
  return generateDirectory({ seed: 3, activities: 4_000, mailboxes: 1_100, publishedAt, folder, ...order });
}

async function linesOf(file: string | undefined): Promise<string[][]> {
  const lines = (await readFile(file ?? '', 'utf8')).split('\n');
  assert.equal(lines.pop(), '', 'the last line ends');
  return lines.map((line) => line.split('|'));
}

async function hashOfFiles({ mailboxesFile, professionalsFiles }: GeneratedDirectory): Promise<string[]> {
  const hashes: string[] = [];
  for (const file of [mailboxesFile, ...professionalsFiles]) {
    hashes.push(
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
  }
  return hashes;
}

const column = (rows: readonly string[][], index: number): string[] => rows.map((row) => row[index] ?? '');

const without = (one: ReadonlySet<string>, other: ReadonlySet<string>): number =>
  [...one].filter((each) => !other.has(each)).length;

describe('the generated directory', () => {
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'hygie-generated-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  test('is the same for the same seed and size, and another for another seed', async () => {
    const first = await hashOfFiles(await generate());
    assert.deepEqual(await hashOfFiles(await generate()), first);
    assert.equal(
      first[0],
      '0f3236891a130c8fab4f059b2afeb6881b7a073d1c8acce32e16601b64a5721e',
      'the same bytes on every machine: a change of the generator changes this line',
    );
    const other = await hashOfFiles(await generate({ seed: 4 }));
    assert.ok(other.every((hash, index) => hash !== first[index]));
  });

  test('has the names, the headers and the columns of the source', async () => {
    const { mailboxesFile, professionalsFiles } = await generate();
    assert.equal(path.basename(mailboxesFile), 'Extraction_Correspondance_MSSante_202611200412.txt');
    assert.deepEqual(
      professionalsFiles.map((file) => path.basename(file)),
      ['Personne_activite', 'SavoirFaire', 'Dipl_AutExerc'].map((name) => `PS_LibreAcces_${name}_202611200412.txt`),
    );
    const [header = [], ...mailboxes] = await linesOf(mailboxesFile);
    assert.equal(header.join('|'), mailboxHeader);
    assert.ok(mailboxes.every((row) => row.length === 31));
    // 56, 13 and 13 columns, and what follows the trailing bar.
    for (const [index, width] of [57, 14, 14].entries()) {
      const rows = await linesOf(professionalsFiles[index]);
      assert.ok(rows.every((row) => row.length === width && row.at(-1) === ''));
      assert.equal(rows[0]?.slice(0, 3).join('|'), "Type d'identifiant PP|Identifiant PP|Identification nationale PP");
    }
  });

  test('has as many rows as ordered, 85 mailboxes of persons in a hundred, some without a structure', async () => {
    const { mailboxesFile, professionalsFiles, rows } = await generate();
    const [, ...mailboxes] = await linesOf(mailboxesFile);
    const [, ...activities] = await linesOf(professionalsFiles[0]);
    assert.deepEqual([mailboxes.length, activities.length], [1_100, 4_000]);
    assert.deepEqual([rows.mailboxes, rows.activities], [1_100, 4_000]);
    const personal = mailboxes.filter((row) => row[0] === 'PER');
    assert.equal(personal.length, 935);
    assert.equal(mailboxes.filter((row) => row[0] === 'ORG').length, 165);
    const placeless = personal.filter((row) => row[18] === '').length;
    assert.ok(placeless > 90 && placeless < 280, `${placeless} without a structure`);
    assert.ok(mailboxes.every((row) => row[0] === 'PER' || (row[18] ?? '') !== ''));
  });

  test('gives each person an evidently invented RPPS number whose key is right', async () => {
    const { mailboxesFile, professionalsFiles } = await generate();
    const [, ...activities] = await linesOf(professionalsFiles[0]);
    const [, ...mailboxes] = await linesOf(mailboxesFile);
    const numbers = [
      ...column(activities, 1),
      ...column(
        mailboxes.filter((row) => row[0] === 'PER'),
        3,
      ),
    ];
    for (const number of numbers) {
      assert.match(number, /^899\d{8}$/u);
      assert.equal(luhnKey(number.slice(0, -1)), number.at(-1));
    }
    assert.ok(activities.every((row) => row[2] === `8${row[1]}`));
    const people = new Map(activities.map((row) => [row[1], `${row[7]} ${row[8]}`]));
    assert.ok(
      activities.every((row) => people.get(row[1]) === `${row[7]} ${row[8]}`),
      'one number, one name',
    );
  });

  test('gives each address once, but for the few that the source repeats, under domains that cannot exist', async () => {
    const { mailboxesFile } = await generate({ activities: 12_000, mailboxes: 9_600 });
    const [, ...mailboxes] = await linesOf(mailboxesFile);
    const addresses = column(mailboxes, 1);
    for (const address of addresses) assert.match(address, /^[a-z0-9][a-z0-9.-]*@[a-z0-9-]{1,63}\.mssante\.example$/u);
    const repeated = addresses.length - new Set(addresses).size;
    assert.ok(repeated >= 1 && repeated <= 4, `${repeated} repeated`);
  });

  test('brings what is hard to find: composed names, particles, apostrophes, accents, homonyms, several practices, all departments', async () => {
    const { professionalsFiles } = await generate({ activities: 20_000, mailboxes: 1_000 });
    const [, ...activities] = await linesOf(professionalsFiles[0]);
    const families = new Set(column(activities, 7));
    const some = (pattern: RegExp): void =>
      assert.ok(
        [...families].some((name) => pattern.test(name)),
        String(pattern),
      );
    for (const pattern of [/^[A-Z]+-[A-Z]+$/u, /^DE LA? /u, /^LE /u, /'/u, /[ÉÈÊÇÏ]/u, /.{22}/u, /^NGUYEN/u])
      some(pattern);
    assert.ok(families.size > 6_000, `${families.size} names`);
    assert.ok(column(activities, 8).some((given) => /^\p{Lu}\p{Ll}+-\p{Lu}\p{Ll}+$/u.test(given)));
    const departments = new Set(
      column(activities, 36).map((commune) => commune.slice(0, commune.startsWith('97') ? 3 : 2)),
    );
    assert.equal(departments.size, 102, '101 departments and the empty one of who has no place');
    const practices = Map.groupBy(activities, (row) => row[1]);
    assert.ok([...practices.values()].some((rows) => rows.length >= 3));
    const twins = Map.groupBy(activities, (row) => `${row[7]} ${row[8]} ${row[37]}`);
    assert.ok(
      [...twins.values()].some((rows) => new Set(column(rows, 1)).size > 1 && new Set(column(rows, 9)).size > 1),
    );
  });

  test('adds people and services of somebody’s own to both files', async () => {
    const street = { number: '12', type: ['R', 'Rue'], name: 'de la Paix' } as const;
    const place = {
      name: 'Cabinet des Remparts',
      street,
      postcode: '35400',
      communeCode: '35288',
      town: 'Saint-Malo',
      sector: 'SA08',
    };
    const { mailboxesFile, professionalsFiles, rows } = await generate({
      extra: {
        people: [
          {
            rpps: '89900000016',
            family: 'Le Tallec',
            given: 'Anne',
            isWoman: true,
            professionCode: '10',
            specialityCode: 'SM54',
            place,
            addresses: ['anne.letallec@cabinet.mssante.example'],
          },
        ],
        mailboxes: [{ address: 'secretariat@cabinet.mssante.example', service: 'Secrétariat', place }],
      },
    });
    const [, person, shared] = await linesOf(mailboxesFile);
    const [, activity] = await linesOf(professionalsFiles[0]);
    assert.deepEqual(
      [person?.[1], person?.[4], person?.[9], person?.[15]],
      ['anne.letallec@cabinet.mssante.example', '889900000016', 'LE TALLEC', 'SM54'],
    );
    assert.deepEqual([shared?.[0], shared?.[7], shared?.[27]], ['ORG', 'Secrétariat', '35400 SAINT-MALO']);
    assert.deepEqual(
      [activity?.[2], activity?.[24], activity?.[37]],
      ['889900000016', 'CABINET DES REMPARTS', 'Saint-Malo'],
    );
    assert.deepEqual([rows.mailboxes, rows.activities], [1_102, 4_001]);
  });

  test('is some days later the same world, with about as many created, changed and deleted as told', async () => {
    const before = await generate({ activities: 8_000, mailboxes: 2_000 });
    const later = { days: 5, created: 120, changed: 200, deleted: 300 };
    const next = await generate({ activities: 8_000, mailboxes: 2_000, later });
    const key = (row: readonly string[]): string => `${row[1]} ${row[23]}`;
    const index = async (file: string | undefined): Promise<Map<string, string>> =>
      new Map((await linesOf(file)).map((row) => [key(row), row.join('|')]));
    const old = await index(before.professionalsFiles[0]);
    const now = await index(next.professionalsFiles[0]);
    const people = (rows: ReadonlyMap<string, string>): Set<string> =>
      new Set([...rows.keys()].map((each) => each.slice(0, 11)));
    const gone = without(people(old), people(now));
    const come = without(people(now), people(old));
    assert.ok(gone > 180 && gone < 340, `${gone} gone`);
    assert.ok(come > 60 && come <= 120, `${come} came`);
    const stayed = [...now].filter(([each, row]) => old.get(each) === row).length;
    assert.ok(stayed > 7_000 && stayed < 7_700, `${stayed} rows as they were`);
    const addresses = async (file: string): Promise<Set<string>> => new Set(column(await linesOf(file), 1));
    const lost = without(await addresses(before.mailboxesFile), await addresses(next.mailboxesFile));
    assert.ok(lost > 30 && lost < 130, `${lost} addresses lost`);
  });

  test('adds the odd rows that it lists, where it says', async () => {
    const { mailboxesFile, professionalsFiles, damaged } = await generate({ damage: true });
    const texts = { mailboxes: await readFile(mailboxesFile), activities: await readFile(professionalsFiles[0] ?? '') };
    assert.equal(new Set(damaged.map(({ kind }) => kind)).size, 9);
    for (const { file, line, kind } of damaged) {
      const row = texts[file].toString('latin1').split('\n')[line - 1] ?? '';
      const width = file === 'mailboxes' ? 31 : 56;
      if (kind === 'too-few-columns') assert.ok(row.split('|').length < width);
      if (kind === 'too-many-columns') assert.ok(row.split('|').length > width);
      if (kind === 'empty') assert.equal(row, '');
      if (kind === 'bad-utf8')
        assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(row, 'latin1')));
      if (kind === 'duplicate-address') assert.match(row, /^ORG\|deux\.fois@/u);
    }
  });

  test('packs the files as the source does, and what is unpacked is the same', async () => {
    const plain = await generate();
    const zipped = await generate({ zipped: true });
    assert.deepEqual(
      [zipped.mailboxesFile, ...zipped.professionalsFiles].map((file) => path.basename(file)),
      ['Extraction_Correspondance_MSSante_202611200412.zip', 'PS_LibreAcces_202611200412.zip'],
    );
    const archive = await readFile(zipped.professionalsFiles[0] ?? '');
    let entry = archive.readUInt32LE(archive.length - 6);
    for (const file of plain.professionalsFiles) {
      const [crc, packed] = [archive.readUInt32LE(entry + 16), archive.readUInt32LE(entry + 20)];
      const nameLength = archive.readUInt16LE(entry + 28);
      const start = archive.readUInt32LE(entry + 42) + 30 + nameLength;
      assert.equal(archive.toString('utf8', entry + 46, entry + 46 + nameLength), path.basename(file));
      const text = inflateRawSync(archive.subarray(start, start + packed));
      assert.ok(text.equals(await readFile(file)));
      assert.equal(crc32(text), crc);
      entry += 46 + nameLength;
    }
  });

  test('is written with a memory that does not grow with it', async () => {
    const { mailboxesFile } = await generate({ activities: 1_000, mailboxes: 300 });
    assert.ok(mailboxesFile);
    const before = process.memoryUsage();
    let most = 0;
    const watch = setInterval(() => {
      const { heapUsed, external } = process.memoryUsage();
      most = Math.max(most, heapUsed + external - before.heapUsed - before.external);
    }, 20);
    const { professionalsFiles } = await generate({ activities: 120_000, mailboxes: 32_000 });
    clearInterval(watch);
    let bytes = 0;
    for await (const part of createReadStream(professionalsFiles[0] ?? '')) bytes += part.length;
    assert.ok(bytes > 45 * mib, `${bytes} bytes written`);
    assert.ok(most < 120 * mib, `${Math.round(most / mib)} MiB more than before`);
  });
});
