import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { linkify, readPlainForm, readPlainText } from './plain-text.ts';

const fixed = { isFlowed: false, isDelSp: false };
const flowed = { isFlowed: true, isDelSp: false };

describe('plain text', () => {
  test('is parted into own words, quotes and signature', () => {
    const text =
      'Bonjour,\r\n\r\nD’accord.\r\n\r\nLe 3 mai :\r\n> Un avis ?\r\n>> Oui\r\n> Merci\r\n\r\nÀ demain\r\n-- \r\nDr V';
    assert.deepEqual(readPlainText(text, fixed), [
      { kind: 'own', text: 'Bonjour,\n\nD’accord.\n\nLe 3 mai :' },
      { kind: 'quote', text: 'Un avis ?\n> Oui\nMerci' },
      { kind: 'own', text: 'À demain' },
      { kind: 'signature', text: '-- \nDr V' },
    ]);
  });

  test('keeps the lines of a text that does not flow', () => {
    assert.deepEqual(readPlainText('Un \ndeux', fixed), [{ kind: 'own', text: 'Un \ndeux' }]);
    assert.deepEqual(readPlainText(' \n\n', fixed), []);
  });

  test('joins lines that flow, at the same depth, and unstuffs them (RFC 3676 §4.1, §4.4, §4.5)', () => {
    assert.deepEqual(readPlainText('Un \ndeux\n From\n> a \n> b\nc', flowed), [
      { kind: 'own', text: 'Un deux\nFrom' },
      { kind: 'quote', text: 'a b' },
      { kind: 'own', text: 'c' },
    ]);
    assert.deepEqual(readPlainText('deux \nmots', { isFlowed: true, isDelSp: true }), [
      { kind: 'own', text: 'deuxmots' },
    ]);
  });

  test('a signature mark does not flow (RFC 3676 §4.3)', () => {
    assert.deepEqual(readPlainText('Fin \n-- \nDr V', flowed), [
      { kind: 'own', text: 'Fin' },
      { kind: 'signature', text: '-- \nDr V' },
    ]);
  });

  test('flows when its part says so (RFC 3676 §4)', () => {
    assert.deepEqual(readPlainForm(' text/plain; charset=utf-8; FORMAT="flowed"; DelSp=yes'), {
      isFlowed: true,
      isDelSp: true,
    });
    assert.deepEqual(readPlainForm('text/plain; format=fixed'), fixed);
    assert.deepEqual(readPlainForm(undefined), fixed);
  });
});

describe('addresses in plain text', () => {
  const links = (text: string) => linkify(text).flatMap((one) => (one.kind === 'link' ? [one.text] : []));

  test('become links, without what ends the sentence', () => {
    assert.deepEqual(links('Voir https://exemple.fr/a?b=1, ou (www.exemple.fr/c_(d)).'), [
      'https://exemple.fr/a?b=1',
      'www.exemple.fr/c_(d)',
    ]);
    assert.deepEqual(links('Écrire à marie.leroy@exemple.fr.'), ['marie.leroy@exemple.fr']);
    assert.deepEqual(links('« https://exemple.fr » <https://exemple.org>'), [
      'https://exemple.fr',
      'https://exemple.org',
    ]);
    assert.deepEqual(links('javascript:alert(1) data:text/html,x file:///a 10:42 a@b'), []);
  });

  test('lose nothing of the text, whatever it is', () => {
    const piece = fc.constantFrom(
      'https://',
      'www.',
      'a@b.fr',
      'mailto:',
      '.',
      ')',
      '(',
      ' ',
      'exemple.fr',
      '/',
      '?',
      '«',
      '\n',
      'é',
      '<',
      '"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        assert.equal(
          linkify(text)
            .map((one) => one.text)
            .join(''),
          text,
        );
      }),
    );
  });
});
