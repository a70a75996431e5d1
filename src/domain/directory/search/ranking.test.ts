import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { indexOf, type World, worldDocuments } from '../../../../testkit/directory-world.ts';
import { present } from '../../../base/assert.ts';
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import { type Address, parseAddress } from '../../../formats/address/address.ts';
import type { SearchContext, SearchFilters } from '../directory.ts';
import { DirectoryIndex } from './directory-index.ts';
import { openIndex } from './find.ts';
import { errorsAllowed, errorsBetween, nearWords } from './near-words.ts';

const doctor = ['10', 'Médecin'] as const;
const nurse = ['60', 'Infirmier'] as const;
const physio = ['70', 'Masseur-Kinésithérapeute'] as const;
const cardiology = ['SM04', 'Cardiologie et maladies vasculaires (SM)'] as const;
const gynaecology = ['SM20', 'Gynécologie-obstétrique (SM)'] as const;
const general = ['SM26', 'Qualifié en Médecine Générale (SM)'] as const;

type Row = readonly [
  family: string,
  given: string,
  profession: readonly [string, string],
  speciality: readonly [string, string] | undefined,
  organization: string,
  postcode: string,
  town: string,
];

const rows: readonly Row[] = [
  ['DUPONT', 'MARIE', doctor, cardiology, 'CHU DE BORDEAUX', '33000', 'BORDEAUX'],
  ['DUPONT', 'MARIE', nurse, undefined, 'CABINET INFIRMIER', '59000', 'LILLE'],
  ['DUPONT-DURAND', 'Anne', doctor, general, 'CABINET DU DR DUPONT', '33000', 'BORDEAUX'],
  ['DUPUIS', 'Marc', physio, undefined, 'CABINET DE KINESITHERAPIE', '31000', 'TOULOUSE'],
  ['DURAND', 'DUPONT', doctor, general, 'MAISON DE SANTE', '44000', 'NANTES'],
  ['LE GOFF', 'Yann', nurse, undefined, 'CABINET INFIRMIER DU PORT', '35400', 'SAINT-MALO'],
  ["D'ALMEIDA", 'Rosa', doctor, gynaecology, 'CLINIQUE SAINTE-ANNE', '69003', 'LYON 3EME'],
  ['DE LA TOUR', 'Jean-Pierre', doctor, general, 'EHPAD LES LILAS', '13001', 'MARSEILLE'],
  ['MALO', 'Saïd', doctor, general, 'CABINET SAINT-MICHEL', '75015', 'PARIS'],
  ['MARTIN', 'Paul', doctor, cardiology, 'HOPITAL PRIVE', '75015', 'PARIS'],
  ['PAUL', 'Martin', doctor, cardiology, 'HOPITAL PRIVE', '75016', 'PARIS'],
  ['SCHMITT', 'Éloïse', doctor, gynaecology, 'CENTRE HOSPITALIER UNIVERSITAIRE DE STRASBOURG', '67000', 'STRASBOURG'],
];

const world: World = {
  people: rows.map(([family, given, profession, speciality, organization, postcode, town], index) => ({
    rpps: String(89_900_000_000 + index),
    family,
    given,
    profession,
    ...(speciality === undefined ? {} : { speciality }),
    places: [{ organization, postcode, town }],
    addresses: [`a${index}@test.mssante.example`],
  })),
  mailboxes: [
    {
      address: 'cardio@chu.mssante.example',
      place: { organization: 'CHU DE BORDEAUX', service: 'Cardiologie', postcode: '33000', town: 'BORDEAUX' },
    },
    {
      address: 'labo@lille.mssante.example',
      place: { organization: 'LABORATOIRE DU NORD', postcode: '59000', town: 'LILLE' },
    },
  ],
};
const bytes = await indexOf(worldDocuments(world));
const finder = openIndex(bytes);
const index = new DirectoryIndex(bytes);

/** Family and given name, or the address of a mailbox. */
function find(text: string, context: SearchContext = {}, filters: SearchFilters = {}): readonly string[] {
  const { documents } = finder.find({ text, context, filters, most: 50 });
  return documents.map(({ kind, number }) => {
    if (kind === 'mailbox') return world.mailboxes[number - 1_001]?.address ?? '';
    const [family, given] = rows[number - 1] ?? [];
    return `${family} ${given}`;
  });
}

function address(text: string): Address {
  return present(parseAddress(text), 'not an address');
}

describe('what comes first', () => {
  const table: readonly (readonly [string, string])[] = [
    ['dr dupon cardio bdx', 'DUPONT MARIE'],
    ['bdx cardio marie dupont', 'DUPONT MARIE'],
    ['dupnot marie bordaux', 'DUPONT MARIE'],
    ['legoff', 'LE GOFF Yann'],
    ['le gof st malo', 'LE GOFF Yann'],
    ['goff', 'LE GOFF Yann'],
    ['dalmeida', "D'ALMEIDA Rosa"],
    ["d'almeida gyneco lyon", "D'ALMEIDA Rosa"],
    ['almeida 69', "D'ALMEIDA Rosa"],
    ['gynecologue rhone', "D'ALMEIDA Rosa"],
    ['delatour', 'DE LA TOUR Jean-Pierre'],
    ['de la tour', 'DE LA TOUR Jean-Pierre'],
    ['jeanpierre', 'DE LA TOUR Jean-Pierre'],
    ['jp tour', 'DE LA TOUR Jean-Pierre'],
    ['ehpad mrs', 'DE LA TOUR Jean-Pierre'],
    ['kiné tls', 'DUPUIS Marc'],
    ['kinesiterapeute toulouse', 'DUPUIS Marc'],
    ['infirmière saint malo', 'LE GOFF Yann'],
    ['infi 59', 'DUPONT MARIE'],
    ['chu strasbourg', 'SCHMITT Éloïse'],
    ['SCHMIDT eloise', 'SCHMITT Éloïse'],
    ['chu bordeaux', 'cardio@chu.mssante.example'],
    ['cardio@chu.mssante.example', 'cardio@chu.mssante.example'],
    ['labo@lille.mss', 'labo@lille.mssante.example'],
    ['labo lille', 'labo@lille.mssante.example'],
    ['durand dupont', 'DUPONT-DURAND Anne'],
    ['generaliste nantes', 'DURAND DUPONT'],
    ['cardiologue idf', 'MARTIN Paul'],
    ['89900000003', 'DUPUIS Marc'],
    ['75016', 'PAUL Martin'],
    ['dupuis zzyzx', 'DUPUIS Marc'],
  ];
  for (const [text, first] of table) test(`${text}: ${first}`, () => assert.equal(find(text)[0], first));

  test('a whole name is before a part of one, which is before a given name, which is before a name that begins so', () => {
    assert.deepEqual(find('dupont'), ['DUPONT MARIE', 'DUPONT MARIE', 'DUPONT-DURAND Anne', 'DURAND DUPONT']);
    assert.deepEqual(find('dup').at(-1), 'DURAND DUPONT');
  });

  test('a town of two words is before a person of that name', () => {
    assert.equal(find('st malo')[0], 'LE GOFF Yann');
    assert.ok(find('st malo').includes('MALO Saïd'));
  });

  test('who is written to comes first among equals of match, a part of a name included, but not before a better match', () => {
    const familiar = new Map([[address('a2@test.mssante.example'), 3]]);
    assert.equal(find('dupont', { familiar })[0], 'DUPONT-DURAND Anne');
    assert.equal(find('dupont marie', { familiar })[0], 'DUPONT MARIE');
    const other = new Map([[address('a3@test.mssante.example'), 50]]);
    assert.equal(find('dupont', { familiar: other }).includes('DUPUIS Marc'), false);
  });

  test('so many addresses that are written to count', () => {
    const most = directorySearchLimits.familiarAddresses;
    const familiar = (before: number) =>
      new Map(
        [
          ...Array.from({ length: before }, (_, at) => address(`x${at}@other.mssante.example`)),
          address('a2@test.mssante.example'),
        ].map((each) => [each, 1] as const),
      );
    assert.equal(find('dupont', { familiar: familiar(most - 1) })[0], 'DUPONT-DURAND Anne');
    assert.equal(find('dupont', { familiar: familiar(most) })[0], 'DUPONT MARIE');
  });

  test('then who is next door, in the same department, and so on', () => {
    assert.deepEqual(find('martin paul', { near: { postcode: '75015' } }), ['MARTIN Paul', 'PAUL Martin']);
    assert.deepEqual(find('martin paul', { near: { postcode: '75016' } }), ['PAUL Martin', 'MARTIN Paul']);
    const { documents } = finder.find({
      text: 'dupont marie',
      filters: {},
      context: { near: { postcode: '62000' } },
      most: 2,
    });
    assert.deepEqual(
      documents.map(({ number }) => number),
      [2, 1],
    );
  });

  test('filters narrow, and without words they are a question of their own', () => {
    assert.deepEqual(find('dupont', {}, { professions: ['60'] }), ['DUPONT MARIE']);
    assert.deepEqual(find('', {}, { departments: ['35'] }), ['LE GOFF Yann']);
    assert.deepEqual(find('', {}, { types: ['ORG'] }), ['cardio@chu.mssante.example', 'labo@lille.mssante.example']);
    assert.deepEqual(find(''), []);
    assert.deepEqual(find('😀', {}, { departments: ['35'] }), []);
  });
});

describe('hostile questions', () => {
  const questions = [
    'a'.repeat(200),
    Array.from({ length: 64 }, (_, word) => `m${word}`).join(' '),
    "'; drop table directory.mailbox; --",
    '.*+?^$ {}()|[]\\',
    '\u0000\u0001\u001b[31m',
    'مرحبا \u202e dupont',
    '👩‍⚕️ dupont',
    '@@@ @',
    '{p0 {d1',
    '%_%',
    '9'.repeat(200),
  ];
  for (const text of questions)
    test(`answers ${JSON.stringify(text.slice(0, 30))}`, () => assert.ok(Array.isArray(find(text))));

  test('whatever is asked, the columns of work are left clean: the same question has the same answer', () => {
    const expected = find('dupont bordeaux');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.boolean(), (text, reachableOnly) => {
        find(text, { near: { postcode: '33000' } }, { reachableOnly });
        assert.deepEqual(find('dupont bordeaux'), expected);
      }),
    );
  });

  test('a code is not a word that can be typed', () => assert.deepEqual(find('p0'), []));
});

describe('words with errors', () => {
  const words = Array.from({ length: index.letters.to - index.letters.from }, (_, at) =>
    index.wordAt(index.letters.from + at),
  );

  test('are all those within the errors allowed, as one who compares every word', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...words),
        fc.nat(20),
        fc.nat(20),
        fc.constantFrom('a', 'e', 'n', ''),
        (word, cut, put, letter) => {
          const typed = `${word.slice(0, cut)}${word.slice(cut + 1)}`;
          const asked = `${typed.slice(0, put)}${letter}${typed.slice(put)}`;
          const allowed = errorsAllowed(asked.length);
          const distances = words
            .filter((each) => each !== asked)
            .map((each) => [each, errorsBetween(asked, each, allowed)] as const);
          const least = Math.min(...distances.map(([, errors]) => errors));
          const expected = distances
            .filter(([, errors]) => errors <= allowed && errors === Math.max(1, least))
            .map(([each]) => each);
          const found = nearWords(index, asked, false);
          // With two errors the walk gives one and two alike; the first pass found none at one.
          assert.deepEqual(found.map(({ from }) => index.wordAt(from)).sort(), expected.sort());
        },
      ),
    );
  });

  test('letters exchanged, missing, doubled or replaced are one error', () => {
    for (const typed of ['dupnot', 'dupot', 'duppont', 'dupomt'])
      assert.equal(errorsBetween(typed, 'dupont', 2), 1, typed);
    assert.equal(errorsBetween('dpuotn', 'dupont', 2), 2);
    assert.equal(errorsBetween('abc', 'dupont', 2), 3);
  });

  test('short words are never taken for others', () => {
    assert.deepEqual([3, 4, 7, 8].map(errorsAllowed), [0, 1, 1, 2]);
    assert.deepEqual(nearWords(index, 'dup', false), []);
  });
});
