import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import { areas, departmentCode, kilometresBetween } from './departments.ts';
import { understand } from './understand.ts';
import { fold, wordsOf } from './words.ts';

const known = () => true;

/** The words that must be found, each with what else it may stand for. */
function read(text: string): readonly string[] {
  return understand(text, known)
    .filter(({ isOptional }) => !isOptional)
    .map(({ typed, others, departments, codeWords }) =>
      [
        typed,
        ...others,
        ...departments.map((code) => `#${code}`),
        ...codeWords.map((words) => `(${words.join(' ')})`),
      ].join('|'),
    );
}

describe('a question', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['dr dupon cardio bdx', ['dupon', 'cardio|cardiologie', 'bdx|bordeaux']],
    ['Docteur  MARTIN', ['martin']],
    ['st malo', ['saint', 'malo']],
    ['Ste-Foy', ['sainte', 'foy']],
    ['kiné 33', ['kine', '33|#33']],
    ['corse 2a', ['corse|#2A|#2B', '2a|#2A']],
    ['ophtalmo seine-saint-denis', ['ophtalmo', 'seine saint denis|#93']],
    ['ehpad val d’oise', ['ehpad', 'val d oise|#95']],
    ['mg idf', ['mg|(medecine generale)', 'idf|#75|#77|#78|#91|#92|#93|#94|#95']],
    ['centre hospitalier universitaire de lille', ['chu', 'lille']],
    ['infirmier paris 15', ['infirmier', 'paris|#75', '15|75015|#15']],
    ['lyon 3e', ['lyon', '3e|69003']],
    ['paris 16', ['paris|#75', '16|75016|75116|#16']],
    ['jp martin', ['jp|jeanpierre|jeanpaul|jeanphilippe|jeanpascal', 'martin']],
    ['le goff', ['goff']],
    ['dr', ['dr']],
    ['', []],
    ['  \u0000\u202e\u{1f600} ', []],
  ];
  for (const [text, expected] of table) {
    test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(read(text), expected));
  }

  test('joins words that may be one: particles, saints, given names', () => {
    const joined = (text: string) => understand(text, known).at(-1)?.joined;
    assert.deepEqual(joined('le goff'), ['legoff']);
    assert.deepEqual(joined('de la tour'), ['latour', 'delatour']);
    assert.deepEqual(joined('d’almeida'), ['dalmeida']);
    assert.deepEqual(joined('st malo'), ['saintmalo']);
    assert.deepEqual(joined('roche sur yon'), ['suryon', 'rochesuryon', 'rocheyon']);
  });

  test('knows RPPS in eleven digits, with the 8 before them, spaced, or begun', () => {
    const rpps = (text: string) => understand(text, known).flatMap((word) => word.rpps);
    assert.deepEqual(rpps('10003456789'), ['10003456789']);
    assert.deepEqual(rpps('810003456789'), ['10003456789']);
    assert.deepEqual(rpps('1000 345 67 89'), ['10003456789']);
    assert.deepEqual(rpps('100034'), ['100034']);
    assert.deepEqual(rpps('810003'), ['810003', '10003']);
    assert.deepEqual(rpps('33000'), []);
    assert.deepEqual(rpps('dupont'), []);
  });

  test('knows an address among other words', () => {
    const [first, second] = understand('dupont Marie.Dupont@CHU.mssante.fr', known);
    assert.equal(first?.address, 'marie.dupont@chu.mssante.fr');
    assert.equal(second?.typed, 'dupont');
  });

  test('takes an address that nobody has for its words, which tell one from another', () => {
    const words = (text: string) => understand(text, () => false).map(({ typed }) => typed);
    assert.deepEqual(words('dr.kermarrec@medecin'), ['dr', 'kermarrec', 'medecin']);
    assert.deepEqual(words('m.dupont@chu-x.mssante.f'), ['m', 'dupont', 'chu', 'x']);
    assert.deepEqual(words('dupont@medecin.mss'), ['dupont', 'medecin']);
  });

  test('has so many words; more are not looked at', () => {
    const words = (count: number) => Array.from({ length: count }, (_, index) => `mot${index}`).join(' ');
    const most = directorySearchLimits.queryWords;
    assert.equal(understand(words(most), known).length, most);
    assert.equal(understand(words(most + 1), known).length, most);
    assert.equal(understand('a@b '.repeat(most + 1), known).length, most);
  });

  test('whatever it is, it is read, into words of letters and digits of a bounded length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const { typed, address, departments } of understand(text, known)) {
          if (address === null && departments.length === 0) assert.match(typed, /^[a-z0-9]{1,32}$/);
        }
      }),
    );
  });
});

describe('words', () => {
  test('lose accents, case, ligatures, hyphens and apostrophes', () => {
    assert.equal(fold('ÉLOÏSE Œuf ÇA'), 'eloise oeuf ca');
    assert.deepEqual(wordsOf('L’HÔPITAL-ST JEAN'), ['l', 'hopital', 'saint', 'jean']);
  });
});

describe('departments', () => {
  test('are known by number, name and postcode', () => {
    const table: readonly (readonly [string | null, string | null, string | null])[] = [
      ['33', null, '33'],
      ['1', null, '01'],
      ['2a', null, '2A'],
      ['GIRONDE', null, '33'],
      ["VAL D'OISE", null, '95'],
      ['Bretagne', null, null],
      [null, '20000', '2A'],
      [null, '20200', '2B'],
      ['', '97410', '974'],
      [null, '98800', '988'],
      [null, '99123', null],
      [null, 'B-1000', null],
      [null, null, null],
    ];
    for (const [said, postcode, code] of table)
      assert.equal(departmentCode(said, postcode), code, `${said} ${postcode}`);
  });

  test('a region is all of its departments', () => {
    assert.deepEqual(areas.get('bretagne'), ['22', '29', '35', '56']);
    assert.equal(areas.get('occitanie')?.length, 13);
  });

  test('are as far from each other as their centres, and nothing is told inside one', () => {
    const far = kilometresBetween('33', '75') ?? 0;
    assert.ok(far > 450 && far < 550);
    assert.equal(kilometresBetween('75', '33'), far);
    assert.equal(kilometresBetween('33', '33'), null);
    assert.equal(kilometresBetween('33', 'nowhere'), null);
  });
});
