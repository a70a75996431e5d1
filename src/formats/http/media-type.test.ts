import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseMediaType } from './media-type.ts';

describe('a media type (RFC 9110 §8.3.1)', () => {
  test('is a type and its parameters', () => {
    assert.deepEqual(parseMediaType(' Text/HTML;charset=utf-8; a="b c" '), {
      essence: 'text/html',
      text: 'Text/HTML;charset=utf-8; a="b c"',
    });
  });

  const malformed = [
    '',
    'text',
    'text/',
    'text/html\r\nA: b',
    'text/html;',
    'text/html; a',
    'a b/c',
    'text/html; a="\\""',
  ];
  for (const text of malformed) {
    test(`is not ${JSON.stringify(text)}`, () => assert.equal(parseMediaType(text), undefined));
  }

  test('has names up to 127 characters (RFC 6838 §4.2) and five parameters', () => {
    const [fits, beyond] = ['a'.repeat(127), 'a'.repeat(128)];
    assert.ok(parseMediaType(`${fits}/${fits}`));
    assert.equal(parseMediaType(`text/${beyond}`), undefined);
    assert.ok(parseMediaType(`text/plain${';a=b'.repeat(5)}`));
    assert.equal(parseMediaType(`text/plain${';a=b'.repeat(6)}`), undefined);
  });

  test('does not take long to refuse', () => {
    assert.equal(parseMediaType(`text/plain${'; a="'.repeat(20_000)}`), undefined);
  });
});
