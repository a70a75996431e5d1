import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { columnsOf, rowOf } from '../../../testkit/directory/small-extraction.ts';
import { directoryImportLimits } from '../../base/domain-limits.ts';
import { readActivity } from './activities.ts';
import { editionDate } from './edition-date.ts';
import { foldName, readDepartment, readFiness, readIdnps, readSiret, readTown } from './fields.ts';
import { readHeader } from './headers.ts';
import { LineCutter } from './lines.ts';
import { readMailbox } from './mailboxes.ts';
import { diplomaReader, readSkill } from './skills.ts';

const noLabels = (): void => undefined;

function cut(chunks: readonly Buffer[]): string[] {
  const told: string[] = [];
  const cutter = new LineCutter({
    onLine: (line, text) => told.push(`${line}:${text}`),
    onFault: (line, fault) => told.push(`${line}!${fault}`),
  });
  for (const chunk of chunks) cutter.push(chunk);
  cutter.end();
  return told;
}

describe('lines', () => {
  test('are the same however their octets are cut', () => {
    const line = fc.oneof(fc.constant('a|é|€'), fc.constant('\r'), fc.constant(''), fc.constant('x\ty'), fc.string());
    const property = fc.property(fc.array(line), fc.array(fc.nat(40), { maxLength: 20 }), (lines, cuts) => {
      const whole = Buffer.concat([Buffer.from(lines.join('\n')), Buffer.from([0x0a, 0xe9, 0x0a])]);
      const parts: Buffer[] = [];
      let at = 0;
      for (const size of cuts) {
        parts.push(whole.subarray(at, at + size));
        at += size;
      }
      parts.push(whole.subarray(at));
      assert.deepEqual(cut(parts), cut([whole]));
    });
    fc.assert(property);
  });

  test('are bounded with their end, also across chunks', () => {
    const { lineBytes } = directoryImportLimits;
    const text = (bytes: number) =>
      Buffer.from(`${'é'.repeat(Math.floor((bytes - 1) / 2))}${(bytes - 1) % 2 === 1 ? 'x' : ''}\nz`);
    for (const size of [7, 5_000, lineBytes * 2]) {
      const chunks = (whole: Buffer) =>
        Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size));
      assert.equal(cut(chunks(text(lineBytes)))[0]?.startsWith('1:é'), true);
      assert.deepEqual(cut(chunks(text(lineBytes + 1))), ['1!line-too-long', '2:z']);
    }
  });

  test('with octets that are no UTF-8 or with control characters are told, and only these', () => {
    const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.from([0xc3, 0x28, 0x0a]), Buffer.from('b\u0000\nc\r\nd')]);
    assert.deepEqual(cut([bytes]), ['1:a', '2!bad-encoding', '3!control-character', '4:c', '5:d']);
  });
});

describe('headers', () => {
  test('name their extraction, with or without a mark, a bar and a carriage return', () => {
    for (const kind of ['mailboxes', 'activities', 'skills', 'diplomas'] as const) {
      const line = columnsOf(kind).join('|');
      for (const text of [line, `${line}|`, `\ufeff${line}|\r`]) {
        const reading = readHeader(text);
        assert.equal(reading.known && reading.kind, kind);
      }
    }
    assert.deepEqual([columnsOf('mailboxes').length, columnsOf('activities').length], [31, 56]);
  });

  test('that differ are compared with the one that looks most alike', () => {
    const skills = columnsOf('skills').with(10, 'Autre').join('|');
    assert.deepEqual(readHeader(skills), {
      known: false,
      column: 11,
      expected: 'Libellé type savoir-faire',
      found: 'Autre',
    });
    assert.deepEqual(readHeader('nom;prénom'), {
      known: false,
      column: 1,
      expected: 'Type de BAL',
      found: 'nom;prénom',
    });
  });
});

describe('fields', () => {
  test('national identifiers', () => {
    assert.equal(readIdnps('8', '10001234567', '810001234567'), '810001234567');
    assert.equal(readIdnps('8', '10001234567', ''), '810001234567');
    assert.equal(readIdnps('0', '2A1234567', '02A1234567'), '02A1234567');
    assert.equal(readIdnps('3', '750000001/0001', '3750000001/0001'), '3750000001/0001');
    assert.equal(readIdnps('', '', ''), null);
    for (const wrong of ['8100012345', '8100012345678', '81000123456x', '01', '9é', '']) {
      assert.equal(readIdnps('8', 'x', wrong), undefined, wrong);
    }
  });

  test('structures', () => {
    assert.deepEqual(
      [readFiness('750 001 234'), readFiness('2b0001234'), readFiness('75000123'), readFiness('')],
      ['750001234', '2B0001234', null, null],
    );
    assert.deepEqual([readSiret('123 456 789 00012'), readSiret('1234567890001')], ['12345678900012', null]);
  });

  test('towns and departments', () => {
    assert.deepEqual(readTown('', '', '75014 PARIS CEDEX 14'), { postcode: '75014', town: 'PARIS' });
    assert.deepEqual(readTown('69003', 'Lyon', 'x'), { postcode: '69003', town: 'Lyon' });
    assert.deepEqual(readTown('', '', 'BRUXELLES'), { postcode: null, town: 'BRUXELLES' });
    const found = [
      ['', '20090'],
      ['', '20200'],
      ['', '97410'],
      ['', '01000'],
      ['2a', null],
      ['1', null],
      ['Paris', '75011'],
      ['', null],
    ] as const;
    assert.deepEqual(
      found.map(([told, postcode]) => readDepartment(told, postcode)),
      ['2A', '2B', '974', '01', '2A', '01', '75', null],
    );
  });

  test('names are folded', () => {
    const most = directoryImportLimits.foldedNameCharacters;
    assert.deepEqual(
      [most, most + 1].map((length) => foldName('É'.repeat(length)).length),
      [most, most],
    );
    assert.deepEqual(['DUPONT', 'Lefèvre-Œuvrard', 'Ströß'].map(foldName), ['dupont', 'lefevre-oeuvrard', 'stross']);
  });

  test('the date of an edition is in the hour of Paris', () => {
    assert.deepEqual(editionDate('PS_LibreAcces_SavoirFaire_202607010830.txt'), new Date('2026-07-01T06:30:00Z'));
    assert.deepEqual(
      editionDate('Extraction_Correspondance_MSSante_20260105083015.txt'),
      new Date('2026-01-05T07:30:15Z'),
    );
    for (const name of ['x_202613010830.txt', 'x_202602300830.txt', 'x_202601012460.txt', 'x.txt'])
      assert.equal(editionDate(name), undefined, name);
  });
});

describe('rows', () => {
  test('an activity keeps its codes and tells their labels', () => {
    const labels: string[] = [];
    const row = readActivity(
      `${rowOf('activities', { 'Code Département (structure)': '75', 'Libellé Département (structure)': 'Paris' })}|`,
      (list, code, label) => labels.push(`${list} ${code} ${label}`),
    );
    assert.ok(typeof row !== 'string');
    assert.deepEqual(
      [row.person.idnps, row.person.title, row.professionCode, row.skillCode],
      ['819999999901', 'DR', '10', 'SM04'],
    );
    assert.deepEqual(
      [row.organization?.organizationId, row.organization?.finess, row.organization?.town],
      ['R19999901', '759999901', 'Paris'],
    );
    assert.deepEqual(labels.sort(), [
      'department 75 Paris',
      'profession 10 Médecin',
      'skill SM04 Cardiologie',
      'title DR Docteur',
    ]);
  });

  test('a structure without a technical identifier is known by its FINESS, else by its SIRET, else not at all', () => {
    const id = (cells: Readonly<Record<string, string>>) => {
      const row = readActivity(
        rowOf('activities', { 'Identifiant technique de la structure': '', ...cells }),
        noLabels,
      );
      return typeof row === 'string' ? row : row.organization?.organizationId;
    };
    assert.equal(id({}), 'finess-759999901');
    assert.equal(id({ 'Numéro FINESS site': '', 'Numéro SIRET site': '12345678900012' }), 'siret-12345678900012');
    assert.equal(id({ 'Numéro FINESS site': '' }), undefined);
  });

  test('a mailbox has its address in lower case and its structure in one spelling', () => {
    const row = readMailbox(
      rowOf('mailboxes', {
        'Adresse BAL': 'Marie.DURAND@Cabinet.mssante.example',
        'Type identifiant structure': 'Finess ET',
        'Identification Structure': '75 999 990 1',
        Dématérialisation: 'Oui',
      }),
      noLabels,
    );
    assert.ok(typeof row !== 'string');
    assert.equal(row.address, 'marie.durand@cabinet.mssante.example');
    assert.deepEqual(
      [row.structureType, row.structureId, row.isPaperless, row.postcode],
      ['FINESS', '759999901', true, '75011'],
    );
  });

  test('a skill without a code, and a diploma under a header known by its names', () => {
    assert.equal(readSkill(rowOf('skills', { 'Code savoir-faire': '' }), noLabels), 'no-code');
    const most = 'S'.repeat(directoryImportLimits.keyCodeCharacters);
    assert.equal(typeof readSkill(rowOf('skills', { 'Code savoir-faire': most }), noLabels), 'object');
    assert.equal(readSkill(rowOf('skills', { 'Code savoir-faire': `${most}S` }), noLabels), 'field-too-long');
    const read = diplomaReader(columnsOf('diplomas'));
    assert.equal(read(rowOf('diplomas'), noLabels), 'no-code');
    const row = read(rowOf('diplomas', { 'Code type diplôme obtenu': 'DE', 'Code diplôme obtenu': 'DE09' }), noLabels);
    assert.deepEqual(row, {
      idnps: '819999999901',
      diplomaType: 'DE',
      diplomaCode: 'DE09',
      authorizationType: '',
      disciplineCode: '',
    });
  });
});
