import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexOf } from '../../../../testkit/directory-world.ts';
import { directorySearchLimits } from '../../../base/domain-limits.ts';
import type { Coded } from '../directory.ts';
import { CodeSets } from './code-sets.ts';
import { DirectoryIndex } from './directory-index.ts';
import { documentWords } from './document-words.ts';
import { field } from './fields.ts';
import { openIndex } from './find.ts';
import type { IndexDocument, IndexedPlace } from './index-document.ts';
import { nearWords } from './near-words.ts';

function person(index: number, family: string, professions: readonly Coded[] = []): IndexDocument {
  return {
    kind: 'practitioner',
    number: index + 1,
    idnps: `8${89_900_000_000 + index}`,
    family,
    given: 'X',
    professions,
    specialities: [],
    places: [],
    addresses: [{ address: `b${index}@test.mssante.example`, type: 'PER' }],
  };
}

test('a facet tells so many values, the most frequent ones', async () => {
  const { facetValues } = directorySearchLimits;
  for (const count of [facetValues, facetValues + 1]) {
    const people = Array.from({ length: count }, (_, index) =>
      person(index, 'MARTIN', [{ code: `c${index}`, label: 'p' }]),
    );
    const again = person(count, 'MARTIN', [{ code: `c${count - 1}`, label: 'p' }]);
    const finder = openIndex(await indexOf([...people, again]));
    const { facets } = finder.find({ text: 'martin', filters: {}, context: {}, most: 1 });
    assert.equal(facets.professions.length, facetValues);
    assert.deepEqual(facets.professions[0], { code: `c${count - 1}`, label: 'p', count: 2 });
  }
});

test('a word with an error stands for so many words', async () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const replaced = Array.from('martin', (_, at) =>
    Array.from(letters, (letter) => `martin`.slice(0, at) + letter + 'martin'.slice(at + 1)),
  );
  const added = Array.from({ length: 7 }, (_, at) =>
    Array.from(letters, (letter) => `martin`.slice(0, at) + letter + 'martin'.slice(at)),
  );
  const near = [...new Set([...replaced, ...added].flat())].filter((word) => word !== 'martin' && /^[a-z]/.test(word));
  const { nearWords: most } = directorySearchLimits;
  for (const count of [most, most + 1]) {
    assert.ok(near.length >= count);
    const index = new DirectoryIndex(await indexOf(near.slice(0, count).map((family, at) => person(at, family))));
    assert.equal(nearWords(index, 'martin', false).length, most);
  }
});

test('a word that so few hold as typed is looked for with errors too', async () => {
  const { fewDocuments } = directorySearchLimits;
  for (const [count, expected] of [
    [fewDocuments - 1, fewDocuments],
    [fewDocuments, fewDocuments],
  ] as const) {
    const people = Array.from({ length: count }, (_, index) => person(index, 'MARTIN'));
    const finder = openIndex(await indexOf([...people, person(count, 'MARTEN')]));
    assert.equal(finder.find({ text: 'martin', filters: {}, context: {}, most: 9 }).total, expected);
  }
});

test('sets of codes beyond the bound fall back on their first code', () => {
  const sets = new CodeSets();
  const code = (index: number) => ({ code: String(index), label: String(index) });
  for (let index = 1; index < directorySearchLimits.combinations; index += 1)
    assert.equal(sets.setOf([code(index)]), index);
  assert.equal(sets.setOf([code(1), code(2)]), 1);
  assert.equal(sets.setOf([code(-1)]), 0);
});

test('a document has so many words and places, and no more', () => {
  const { wordsPerDocument, placesPerDocument, wordCharacters } = directorySearchLimits;
  const place = (organization: string): IndexedPlace => ({
    organization,
    sign: null,
    service: null,
    postcode: null,
    town: null,
    department: null,
    finess: null,
  });
  const document = (places: readonly IndexedPlace[]): IndexDocument => ({
    kind: 'practitioner',
    number: 1,
    idnps: null,
    family: null,
    given: null,
    professions: [],
    specialities: [],
    places,
    addresses: [],
  });
  const many = Array.from({ length: wordsPerDocument }, (_, index) => `w${index}`);
  assert.equal(documentWords(document([place(many.join(' '))])).size, wordsPerDocument);
  assert.equal(documentWords(document([place([...many, 'more'].join(' '))])).size, wordsPerDocument);
  const places = Array.from({ length: placesPerDocument }, (_, index) => place(`p${index}`));
  assert.equal(documentWords(document([...places, place('more')])).has('more'), false);
  assert.equal(documentWords(document(places)).get(`p${placesPerDocument - 1}`), field.organization);
  const long = 'a'.repeat(wordCharacters);
  assert.deepEqual([...documentWords(document([place(`${long} ${long}b`)])).keys()], [long]);
});
