import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { printCookie, readCookie } from './cookie.ts';

describe('a cookie', () => {
  test('is found among others by its whole name (RFC 6265 §4.2.1)', () => {
    const field = 'xhygie-a=1; hygie-a=2; hygie-ab=3; hygie-a2=4';
    assert.equal(readCookie(field, 'hygie-a'), '2');
    assert.equal(readCookie(field, 'hygie'), undefined);
    assert.equal(readCookie(undefined, 'hygie-a'), undefined);
    assert.equal(readCookie('', 'hygie-a'), undefined);
    assert.equal(readCookie('hygie-a', 'hygie-a'), undefined);
    assert.equal(readCookie('a=b=c', 'a'), 'b=c');
  });

  test('that is given twice is not believed (RFC 6265 §8.6)', () => {
    assert.equal(readCookie('a=1; a=2', 'a'), undefined);
    assert.equal(readCookie('a=1; a=1', 'a'), undefined);
  });

  test('is for this host, not for scripts and not for other sites (RFC 6265 §4.1.2)', () => {
    const plain = { name: 'hygie-cabinet', value: 'x_-9', isSecure: false, lasts: 'until-closed' } as const;
    assert.equal(printCookie(plain), 'hygie-cabinet=x_-9; Path=/; HttpOnly; SameSite=Strict');
    assert.equal(
      printCookie({ ...plain, value: '', isSecure: true, lasts: 'not-at-all' }),
      'hygie-cabinet=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0',
    );
  });

  test('whose name or value would need quotes is a bug (RFC 6265 §4.1.1)', () => {
    const good = { name: 'a', value: 'b', isSecure: true, lasts: 'until-closed' } as const;
    for (const bad of [{ name: 'a b' }, { name: '' }, { name: 'a;b' }, { value: 'b; Domain=evil' }, { value: 'é' }]) {
      assert.throws(() => printCookie({ ...good, ...bad }));
    }
  });

  test('never makes its reader throw, whatever the field', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (field, name) => {
        const value = readCookie(field, name);
        return value === undefined || field.includes(value);
      }),
    );
  });
});
