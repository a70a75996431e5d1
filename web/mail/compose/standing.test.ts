import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { archiveNames } from './archive.ts';
import { passwordBits, spokenPassword } from './password.ts';
import { replaceTextSignature } from './quoting.ts';
import { type CheckedRecipient, type Correspondent, remarksOn, roleAndPlace, weightOf } from './standing.ts';
import { type FoundCorrespondents, suggestionsOf } from './suggestions.ts';

const roy: Correspondent = {
  ...{ id: 'practitioner/1', kind: 'practitioner', name: 'Dr Anne ROY', profession: null, distanceKm: null },
  speciality: { code: 'SM', label: 'Cardiologie (SM)' },
  place: {
    ...{ organizationId: null, organization: 'CHU de Tours', service: null, lines: [], postcode: null },
    ...{ town: 'TOURS', department: null },
  },
  ...{ otherPlaces: 0, addresses: [{ address: 'roy@x.example', type: 'PER' }], isHomonym: false },
};
const recipient = { name: null, email: 'roy@x.example' };
const check: CheckedRecipient = {
  ...{ address: 'roy@x.example', leftAt: null, writtenAt: '2026-11-01T00:00:00Z', trustSpace: 'inside' },
  standing: { kind: 'listed', correspondent: roy, namesakes: 0, namesakeLines: [] },
  ...{ isPatient: false, repeats: null, preferred: null },
};
const kinds = (change: Partial<CheckedRecipient>) =>
  remarksOn({ recipient, check: { ...check, ...change } }).map(({ kind, weight }) => `${kind} ${weight}`);

test('a role and its place are said once, without what the nomenclature adds', () => {
  assert.equal(roleAndPlace(roy), 'Cardiologie, CHU de Tours');
  assert.equal(roleAndPlace({ ...roy, name: 'Cardiologie' }), 'CHU de Tours');
});

test('of somebody known there is nothing to say, of others what is weightiest first', () => {
  const standing = { ...check.standing, namesakes: 3 } as CheckedRecipient['standing'];
  assert.deepEqual(kinds({}), []);
  assert.deepEqual(kinds({ writtenAt: null }), ['never-written quiet']);
  assert.deepEqual(kinds({ standing }), ['homonym quiet']);
  assert.deepEqual(kinds({ standing, writtenAt: null }), ['homonym care', 'never-written quiet']);
  assert.deepEqual(kinds({ leftAt: '2026-01-01T00:00:00Z' }), ['left care']);
  assert.deepEqual(kinds({ repeats: 'correspondent' }), ['same-person care']);
  assert.deepEqual(kinds({ preferred: 'autre@x.example' }), ['preferred quiet']);
  assert.deepEqual(kinds({ trustSpace: 'outside', writtenAt: null }), ['outside refused']);
  assert.equal(weightOf(remarksOn({ recipient: { name: null, email: 'roy' }, check: undefined })), 'refused');
});

test('suggestions name nobody twice, and nobody who is a recipient already', () => {
  const found: FoundCorrespondents = {
    kept: [
      { kind: 'favourite', recipient: { address: 'Roy@x.example', name: 'Anne', leftAt: null } },
      {
        kind: 'group',
        group: {
          id: 'g',
          name: 'Garde',
          members: ['a@x.example', 'roy@x.example'].map((address) => ({ address, name: null, leftAt: null })),
        },
      },
    ],
    items: [roy],
    ...{ total: 1, facets: { professions: [], specialities: [], departments: [], types: [] }, understood: [] },
    publishedAt: null,
  };
  assert.deepEqual(
    suggestionsOf(found, [])
      .map(({ id, detail }) => [id, detail])
      .slice(0, 1),
    [['favourite/Roy@x.example', 'Cardiologie, CHU de Tours']],
  );
  assert.deepEqual(
    suggestionsOf(found, []).map(({ source }) => source),
    ['favourite', 'group'],
  );
  assert.deepEqual(
    suggestionsOf(found, ['roy@x.example']).map(({ recipients }) => recipients.map(({ email }) => email)),
    [['a@x.example']],
  );
});

test('names in the archive are once each, whatever the case, and name no folder', () => {
  assert.deepEqual(archiveNames(['a.pdf', 'A.pdf', '../../x', '']), ['a.pdf', 'A (2).pdf', '_.._x', 'piece-jointe']);
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 8 }), (names) => {
      const made = archiveNames(names);
      assert.equal(new Set(made.map((name) => name.toLowerCase())).size, names.length);
      for (const name of made) assert.ok(!/[\\/:]/.test(name) && name !== '' && name !== '..');
    }),
  );
});

test('a password has 72 bits or more and is said in syllables', () => {
  assert.ok(passwordBits >= 72, String(passwordBits));
  assert.match(
    spokenPassword((below) => below - 1),
    /^(?:[a-z]{4}-){6}\d{2}$/,
  );
});

test('a signature in plain text is replaced, added, taken away, and left when it was written over', () => {
  assert.equal(replaceTextSignature('a\n\n-- \nA\n\n> q', 'A', 'B'), 'a\n\n-- \nB\n\n> q');
  assert.equal(replaceTextSignature('a', '', 'B'), 'a\n\n-- \nB');
  assert.equal(replaceTextSignature('a\n\n-- \nA', 'A', ''), 'a');
  assert.equal(replaceTextSignature('a\n\n-- \nÀ moi', 'A', 'B'), 'a\n\n-- \nÀ moi');
});
