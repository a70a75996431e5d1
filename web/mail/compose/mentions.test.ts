import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mentionsAttachment } from './mentions.ts';

const said = [
  'Vous trouverez ci-joint le compte-rendu.',
  'Ci-joints les résultats',
  'Veuillez trouver en pièce jointe le courrier',
  'Les pièces jointes sont au format PDF',
  'cf PJ',
  'Voir P.J. : bilan',
  'Je vous joins le bilan de ce jour',
  'Je t’adresse le scanner en PJ',
  'Le compte-rendu est joint.',
  'L’ordonnance jointe est à renouveler',
  'Merci de voir le document en annexe',
  'Ci-inclus la lettre',
];
const unsaid = [
  'Je vous rejoins à 10 h',
  'Conjointe du patient prévenue',
  'Mon adjoint vous rappelle',
  'Arthrose de la jointure',
  'Je reste joignable au cabinet',
  'Le disjoncteur est réparé',
  'Le numéro auquel me joindre est le 02 47 00 00 00',
];

for (const text of said) {
  test(`an attachment is spoken of in « ${text} »`, () => {
    assert.ok(mentionsAttachment('', text));
  });
}

for (const text of unsaid) {
  test(`no attachment is spoken of in « ${text} »`, () => {
    assert.ok(!mentionsAttachment('', text));
  });
}

test('what others wrote and what a signature says do not count, the subject does', () => {
  assert.ok(!mentionsAttachment('', 'Merci !\n\n> Vous trouverez ci-joint le bilan'));
  assert.ok(!mentionsAttachment('', 'Merci !\n\n-- \nVoir les pièces jointes'));
  assert.ok(mentionsAttachment('Bilan ci-joint', 'Bonjour'));
});
