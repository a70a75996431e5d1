import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { searchLimits } from '../../../base/domain-limits.ts';
import { fold, forEachWord, queryWords } from './words.ts';

function wordsOf(text: string): string[] {
  const words: string[] = [];
  forEachWord(text, (word) => words.push(word));
  return words;
}

describe('words of the index', () => {
  const examples: readonly (readonly [string, readonly string[]])[] = [
    ['Néphrologie', ['nephrologie']],
    ["l'ordonnance d’Anne", ['ordonnance', 'anne']],
    ['Cœur, œdème, ex æquo', ['coeur', 'oedeme', 'ex', 'aequo']],
    ['Le patient est à la clinique', ['patient', 'clinique']],
    ['INR 2,5 T4 B12', ['inr', 't4', 'b12']],
    ['jean.dupont@cabinet.mssante.example', ['jean', 'dupont', 'cabinet', 'mssante', 'example']],
    ['STRASSE straße', ['strasse', 'strasse']],
    ['ﬁbrillation', ['fibrillation']],
    ['', []],
  ];
  for (const [text, expected] of examples) {
    test(`takes ${JSON.stringify(expected)} from ${JSON.stringify(text)}`, () => {
      assert.deepEqual(wordsOf(text), expected);
    });
  }

  test('finds what was typed without accents or case, whatever the script', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{L}\p{N}]{2,12}$/u), (word) => {
        const [indexed] = wordsOf(word);
        const [asked] = queryWords(`${word} `);
        assert.equal(asked?.word, indexed);
        assert.equal(fold(fold(word)), fold(word));
      }),
    );
  });

  test('folds French character by character as Unicode folds it whole', () => {
    const anyLatin = fc.integer({ min: 0, max: 0x24f }).map((code) => String.fromCharCode(code));
    const others = fc.constantFrom('’', '…', '\u202f', '€', '\u0301', '™', 'Ж', '心', '½', '𝒳', 'ﬁ');
    const piece = fc.oneof(
      { weight: 12, arbitrary: anyLatin },
      { weight: 6, arbitrary: fc.constantFrom('é', 'a', ' ', 'œ') },
      others,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const tokens = fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
        const expected = tokens
          .filter((token) => token.length > 1 && queryWords(`${token} `).length > 0)
          .map((token) => queryWords(`${token} `)[0]?.word);
        assert.deepEqual(wordsOf(text), expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test('cuts a word at its bound and keeps one that reaches it', () => {
    const bound = searchLimits.wordBytes;
    assert.equal(wordsOf('x'.repeat(bound))[0]?.length, bound);
    assert.equal(wordsOf('x'.repeat(bound + 1))[0]?.length, bound);
  });

  test('indexes text up to its bound and nothing beyond', () => {
    const text = `${'ab '.repeat(searchLimits.textCharacters / 3)}fin`;
    assert.ok(!wordsOf(text).includes('fin'));
    assert.ok(wordsOf(text.slice(3)).includes('fin'));
  });
});

describe('words of a query', () => {
  test('take the last word as a beginning until a space closes it', () => {
    assert.deepEqual(queryWords('lettre ler'), [
      { word: 'lettre', isPrefix: false },
      { word: 'ler', isPrefix: true },
    ]);
    assert.deepEqual(queryWords('ler '), [{ word: 'ler', isPrefix: false }]);
  });

  test('keep a stop word that may be the beginning of another', () => {
    assert.deepEqual(queryWords('le'), [{ word: 'le', isPrefix: true }]);
    assert.deepEqual(queryWords('le '), []);
  });

  test('stop at their bound', () => {
    const many = Array.from({ length: searchLimits.wordsPerQuery + 1 }, (_, index) => `mot${index}`).join(' ');
    assert.equal(queryWords(many).length, searchLimits.wordsPerQuery);
  });
});
