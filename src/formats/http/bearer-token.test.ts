import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accessLimits } from '../../base/domain-limits.ts';
import { parseBearerToken } from './bearer-token.ts';

describe('a bearer token', () => {
  test('follows its scheme, which is compared without case (RFC 6750 §2.1, RFC 9110 §11.1)', () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer ']) {
      assert.equal(parseBearerToken(`${scheme} ab0-._~+/c==`)?.revealText(), 'ab0-._~+/c==');
    }
  });

  test('is none when it is absent, malformed, of another scheme or too long', () => {
    for (const field of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      'Bearer a b',
      'Bearer é',
      'Bearer a=b',
      'XBearer a',
    ]) {
      assert.equal(parseBearerToken(field), undefined, field);
    }
    const longest = `Bearer ${'a'.repeat(accessLimits.authorizationBytes - 7)}`;
    assert.ok(parseBearerToken(longest));
    assert.equal(parseBearerToken(`${longest}a`), undefined);
  });
});
