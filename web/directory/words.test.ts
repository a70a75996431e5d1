import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedOf, nextOffset, readDirectorySearch } from './directory-search.ts';
import { distanceLine, editionDay, holds, phoneLine, placeAddress, placeLine, readAddresses, trade } from './words.ts';

const place = {
  organizationId: null,
  organization: 'CHU de Tours',
  service: 'Cardiologie',
  lines: ['2 boulevard Tonnellé'],
  postcode: '37000',
  town: 'Tours',
  department: '37',
};

test('a trade is said without the code in brackets of the nomenclature', () => {
  const speciality = { code: 'SM04', label: 'Cardiologie et maladies vasculaires (SM)' };
  assert.equal(
    trade({ profession: { code: '10', label: 'Médecin' }, speciality }),
    'Médecin · Cardiologie et maladies vasculaires',
  );
  assert.equal(trade({ profession: null, speciality: null }), '');
});

test('a place is said by what of it is known', () => {
  assert.equal(placeLine(place), 'Cardiologie, CHU de Tours, Tours (37)');
  assert.equal(placeLine({ ...place, service: null, organization: '', department: null }), 'Tours');
  assert.equal(placeAddress(place), '2 boulevard Tonnellé, 37000 Tours');
});

test('distances are whole kilometres, with the thin space of thousands', () => {
  assert.equal(distanceLine(0.4), 'à moins d’un kilomètre');
  assert.equal(distanceLine(9369), 'à 9\u202f369 km');
});

test('the day of an edition bears its year when it is another', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  assert.equal(editionDay('2026-11-21T08:00:00Z', now), '21 novembre');
  assert.equal(editionDay('2025-11-21T08:00:00Z', now), '21 novembre 2025');
});

test('French numbers are said in pairs, others as they were written', () => {
  assert.equal(phoneLine('0247123456'), '02 47 12 34 56');
  assert.equal(phoneLine('+33247123456'), '02 47 12 34 56');
  assert.equal(phoneLine('15'), '15');
});

test('addresses are read as they are pasted, each once', () => {
  assert.deepEqual(readAddresses('Dr A <A@x.example>, b@x.example;\n a@x.example\n'), ['a@x.example', 'b@x.example']);
});

test('the book is searched by the beginnings of words, accents aside', () => {
  assert.equal(holds('ele petit', ['Hélène PETIT', null]), false);
  assert.equal(holds('hel pet', ['Hélène PETIT', null]), true);
  assert.equal(holds('', ['Hélène PETIT']), true);
});

test('the address of the directory keeps what it knows, and codes of digits that the router read as numbers', () => {
  assert.deepEqual(readDirectorySearch({ q: 37000, profession: 10, type: 'PER', fiche: 'x', tous: 'oui', other: 1 }), {
    q: '37000',
    profession: '10',
    type: 'PER',
  });
});

test('facets are asked as the API names them, pages up to where it leafs', () => {
  assert.deepEqual(askedOf({ q: 'dupont', profession: '10', tous: true }, 25), {
    text: 'dupont',
    professions: '10',
    reachableOnly: false,
    offset: 25,
    limit: 25,
  });
  assert.equal(nextOffset(25, 25), undefined);
  assert.equal(nextOffset(1_000, 5_000), 1_000);
  assert.equal(nextOffset(1_025, 5_000), undefined);
});
