import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseSubject } from './base-subject.ts';

test('answers and forwards have the subject of what they answer (RFC 5256 §2.1)', () => {
  const bases: Readonly<Record<string, string>> = {
    'Compte rendu': 'Compte rendu',
    'Re: Compte rendu': 'Compte rendu',
    'RE : Fwd: re[2]: Compte   rendu': 'Compte rendu',
    'TR : Compte rendu': 'Compte rendu',
    'Tri: Compte rendu': 'Tri: Compte rendu',
    'Fw: Compte rendu (fwd)': 'Compte rendu',
    '[liste] Re: [liste] Compte rendu': 'Compte rendu',
    '[Fwd: Compte rendu]': 'Compte rendu',
    'Re: [Fwd: Re: Compte rendu (fwd)]': 'Compte rendu',
    '[liste]': '[liste]',
    'Re:': '',
    'Résultats: biologie': 'Résultats: biologie',
    '': '',
  };
  for (const [subject, base] of Object.entries(bases)) assert.equal(baseSubject(subject), base, subject);
});

test('a subject made to be cut again and again takes no time', () => {
  assert.equal(baseSubject('Re: [a] '.repeat(20_000)), '[a]');
  assert.equal(baseSubject(`${'['.repeat(50_000)}x`).length, 50_001);
});
