import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf, shownName, shownNames } from './people.ts';

const session = { operator: { patientDomains: ['patient.mssante.example'] } };

test('patients are known by the domain of their address, and by nothing like it', () => {
  assert.equal(kindOf('1234@Patient.MSSante.example', session), 'patient');
  assert.equal(kindOf('x@patient.mssante.example.evil.example', session), 'pro');
  assert.equal(kindOf('patient.mssante.example@evil.example', session), 'pro');
});

test('a name cannot hide characters or turn the direction of writing', () => {
  assert.equal(shownName({ name: ' Dr\u202e Claire\u200b  Vasseur\n', email: 'c@x.example' }), 'Dr Claire Vasseur');
  assert.equal(shownName({ name: '\u202e', email: 'c@x.example' }), 'c@x.example');
  assert.equal(shownName({ name: null, email: 'c@x.example' }), 'c@x.example');
});

test('beyond three, the others are counted', () => {
  const people = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, email: '' }));
  assert.equal(shownNames(people.slice(0, 3)), 'a, b, c');
  assert.equal(shownNames(people), 'a, b, c +2');
});
