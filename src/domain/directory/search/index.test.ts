import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { indexOf } from '../../../../testkit/directory-world.ts';
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import { Refusal } from '../../../base/errors.ts';
import type { Coded } from '../directory.ts';
import { buildIndex } from './build-index.ts';
import { departmentCode } from './departments.ts';
import { DirectoryIndex } from './directory-index.ts';
import { documentWords } from './document-words.ts';
import { openIndex } from './find.ts';
import { hash32, inHashOrder } from './hashed-pairs.ts';
import type { IndexDocument, IndexedPlace } from './index-document.ts';
import { flag } from './index-format.ts';
import { Slices } from './slices.ts';

const names = ['MARTIN', 'Dupont', 'LE GOFF', 'D’ALMEIDA', 'Éloïse', 'JEAN-PIERRE', 'N’GUYEN', 'Ørsted', 'X'];
const professions: readonly Coded[] = [
  { code: '10', label: 'Médecin' },
  { code: '60', label: 'Infirmier' },
  { code: '70', label: 'Masseur-Kinésithérapeute' },
];
const specialities: readonly Coded[] = [
  { code: 'SM04', label: 'Cardiologie et maladies vasculaires (SM)' },
  { code: 'SM15', label: 'Dermatologie et vénéréologie (SM)' },
];
const towns = [
  ['33000', 'BORDEAUX'],
  ['75015', 'PARIS 15'],
  ['35400', 'SAINT-MALO'],
  ['20200', 'BASTIA'],
  ['97410', 'SAINT-PIERRE'],
] as const;

const place: fc.Arbitrary<IndexedPlace> = fc
  .record({
    town: fc.constantFrom(...towns),
    organization: fc.option(fc.constantFrom('CHU DE BORDEAUX', 'CABINET MARTIN', 'EHPAD LES LILAS')),
    service: fc.option(fc.constantFrom('Cardiologie', 'Urgences')),
    finess: fc.option(fc.constantFrom('330781196', '750000001')),
  })
  .map(({ town: [postcode, town], ...rest }) => ({ ...rest, sign: null, postcode, town, department: null }));

/** People in the order of their identifiers, then mailboxes. */
const documents: fc.Arbitrary<readonly IndexDocument[]> = fc
  .array(
    fc.record({
      isMailbox: fc.boolean(),
      family: fc.constantFrom(...names),
      given: fc.constantFrom(...names),
      professions: fc.uniqueArray(fc.constantFrom(...professions), { maxLength: 2 }),
      specialities: fc.uniqueArray(fc.constantFrom(...specialities), { maxLength: 2 }),
      places: fc.array(place, { maxLength: 3 }),
      addresses: fc.nat(2),
    }),
    { maxLength: 40 },
  )
  .map((drawn) =>
    drawn
      .toSorted((one, other) => Number(one.isMailbox) - Number(other.isMailbox))
      .map(({ isMailbox, addresses, ...document }, index): IndexDocument => {
        const type = isMailbox ? 'ORG' : 'PER';
        const all = Array.from(
          { length: isMailbox ? 1 : addresses },
          (_, at) => `b${index}.${at}@test.mssante.example`,
        );
        const common = { number: index + 1, addresses: all.map((address) => ({ address, type }) as const) };
        if (!isMailbox)
          return { kind: 'practitioner', idnps: `8${89_900_000_000 + index * 7}`, ...document, ...common };
        return {
          ...document,
          ...common,
          kind: 'mailbox',
          idnps: null,
          family: null,
          given: null,
          professions: [],
          specialities: [],
        };
      }),
  );

/** As the index numbers them: those with an address first. */
function inIndexOrder(all: readonly IndexDocument[]): readonly IndexDocument[] {
  return all.toSorted((one, other) => Number(one.addresses.length === 0) - Number(other.addresses.length === 0));
}

describe('an index', () => {
  test('gives back every word of every document, in its field, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (all) => {
        const index = new DirectoryIndex(await indexOf(all));
        const found = new Map<string, number[]>();
        const run = new Uint32Array(all.length);
        for (let word = 0; word < index.words; word += 1) {
          const text = index.wordAt(word);
          assert.equal(index.findWord(text), word);
          const { from, to } = index.entriesOf(word);
          for (let entry = from; entry < to; entry += 1) {
            const count = index.decode(entry, index.documents, run);
            if (!text.startsWith('{')) found.set(`${text} ${index.entryFields[entry]}`, [...run.subarray(0, count)]);
            const below = [...run.subarray(0, count)].filter((document) => document < index.reachable);
            const reachable = index.decode(entry, index.reachable, run);
            assert.deepEqual([...run.subarray(0, reachable)], below);
          }
        }
        const expected = new Map<string, number[]>();
        for (const [document, each] of inIndexOrder(all).entries()) {
          for (const [word, of] of documentWords(each)) {
            const key = `${word} ${of}`;
            expected.set(key, [...(expected.get(key) ?? []), document]);
          }
        }
        assert.deepEqual(new Map([...found].sort()), new Map([...expected].sort()));
      }),
    );
  });

  test('keeps numbers, kinds and homonyms, and finds RPPS and addresses', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (all) => {
        const index = new DirectoryIndex(await indexOf(all));
        const name = ({ family, given }: IndexDocument) => `${family}|${given}`;
        for (const [document, each] of inIndexOrder(all).entries()) {
          const flags = index.flags[document] ?? 0;
          assert.equal(index.numbers[document], each.number);
          assert.equal((flags & flag.mailbox) !== 0, each.kind === 'mailbox');
          const namesakes = all.filter((other) => other.kind === 'practitioner' && name(other) === name(each));
          assert.equal((flags & flag.homonym) !== 0, each.kind === 'practitioner' && namesakes.length > 1);
          for (const { address } of each.addresses)
            assert.ok(index.withAddress(address.toUpperCase()).includes(document));
          if (each.idnps !== null)
            assert.deepEqual(index.withRpps(each.idnps.slice(1)), [{ from: document, to: document + 1 }]);
        }
        const people = all.filter(({ kind }) => kind === 'practitioner').length;
        const begun = index.withRpps('899').reduce((sum, { from, to }) => sum + to - from, 0);
        assert.ok(begun >= people);
        assert.deepEqual(index.withRpps('12345678901'), []);
      }),
    );
  });

  test('counts facets and totals as one who looks at every document', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.constantFrom('martin', 'bordeaux', 'med', 'saint', 'cardio'),
        async (all, text) => {
          const finder = openIndex(await indexOf(all));
          const {
            documents: found,
            total,
            facets,
          } = finder.find({ text, filters: { reachableOnly: false }, context: {}, most: 100 });
          assert.equal(total, found.length);
          const keyed = new Map(all.map((each) => [`${each.kind} ${each.number}`, each]));
          const counts = new Map<string, number>();
          const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
          for (const { kind, number } of found) {
            const each = keyed.get(`${kind} ${number}`);
            for (const { code } of [...(each?.professions ?? []), ...(each?.specialities ?? [])]) count(code);
            for (const type of new Set(each?.addresses.map((address) => address.type))) count(type);
            for (const code of new Set(each?.places.map(({ postcode }) => departmentCode(null, postcode))))
              count(String(code));
          }
          const told = [...facets.professions, ...facets.specialities, ...facets.types, ...facets.departments];
          assert.deepEqual(
            new Map(told.map((facet) => [facet.code, facet.count] as const).sort()),
            new Map([...counts].sort()),
          );
        },
      ),
    );
  });

  test('holds to its filters', async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (all) => {
        const finder = openIndex(await indexOf(all));
        const filters = { professions: ['60', 'none'], departments: ['33', '35', '2B'], types: ['PER'] as const };
        const { documents: found } = finder.find({ text: '', filters, context: {}, most: 100 });
        const expected = all.filter(
          (each) =>
            each.addresses.length > 0 &&
            each.kind === 'practitioner' &&
            each.professions.some(({ code }) => code === '60') &&
            each.places.some(({ postcode }) => filters.departments.includes(String(departmentCode(null, postcode)))),
        );
        assert.deepEqual(
          found.map(({ number }) => number),
          expected.map(({ number }) => number),
        );
      }),
    );
  });

  test('is written in parts of one size, and refused when it is damaged', async () => {
    const people = Array.from({ length: 30_000 }, (_, index): IndexDocument => {
      const text = `${index.toString(36)}zz${index}`;
      return {
        kind: 'practitioner',
        number: index,
        idnps: `8${89_900_000_000 + index}`,
        family: text,
        given: text.slice(1),
        professions: [],
        specialities: [],
        places: [],
        addresses: [{ address: `${text}@x.example`, type: 'PER' }],
      };
    });
    async function* all(): AsyncGenerator<IndexDocument> {
      yield* people;
    }
    const sizes: number[] = [];
    const { documents: count, bytes } = await buildIndex(all(), async (part) => {
      sizes.push(part.length);
    });
    assert.equal(count, people.length);
    assert.equal(
      bytes,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    assert.ok(sizes.length > 1 && sizes.slice(0, -1).every((size) => size === directorySearchLimits.partBytes));
    const whole = await indexOf(people.slice(0, 10));
    for (const damaged of [Buffer.alloc(0), Buffer.alloc(16), whole.subarray(0, whole.length - 8)]) {
      assert.throws(() => openIndex(damaged), Refusal);
    }
  });

  test('asks that people come in the order of their identifiers', async () => {
    const person = (idnps: string): IndexDocument => ({
      kind: 'practitioner',
      number: 1,
      idnps,
      family: 'A',
      given: 'B',
      professions: [],
      specialities: [],
      places: [],
      addresses: [],
    });
    await assert.rejects(indexOf([person('889900000002'), person('889900000001')]), /order/);
    // An identifier that is no RPPS is a word.
    const finder = openIndex(await indexOf([person('075123456'), person('889900000001')]));
    const found = finder.find({ text: '075123456', filters: { reachableOnly: false }, context: {}, most: 5 });
    assert.equal(found.total, 1);
  });
});

test('pairs come in the order of their hashes, whatever their number', async () => {
  const hashes = Uint32Array.from({ length: 5_000 }, (_, index) => hash32(String(index % 3_000)));
  const values = Uint32Array.from(hashes, (_, index) => index);
  const pairs = await inHashOrder(hashes, values, new Slices());
  const expected = [...values].sort((one, other) => (hashes[one] ?? 0) - (hashes[other] ?? 0) || one - other);
  assert.deepEqual(
    [...pairs].filter((_, at) => at % 2 === 0),
    expected,
  );
});
