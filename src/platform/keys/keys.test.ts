import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyBytes, newKey, seal, sealOverheadBytes, unseal, unwrapKey, wrapKey } from './keys.ts';

const damaged = { name: 'IntegrityFault', code: 'sealed-bytes-damaged' };
const aad = Buffer.from('mail.email/subject/1');

test('what is sealed opens again, whatever the bytes', () => {
  const key = newKey();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.uint8Array({ maxLength: 100 }), (plaintext, context) => {
      const sealed = seal(key, plaintext, context);
      assert.equal(sealed.length, plaintext.length + sealOverheadBytes);
      assert.deepEqual(unseal(key, sealed, context), Buffer.from(plaintext));
    }),
  );
});

test('two sealings of the same bytes differ', () => {
  const key = newKey();
  assert.notDeepEqual(seal(key, Buffer.from('x'), aad), seal(key, Buffer.from('x'), aad));
});

test('one altered bit anywhere, version and nonce included, and it does not open', () => {
  const key = newKey();
  const sealed = seal(key, Buffer.from('Bonjour'), aad);
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const altered = Buffer.from(sealed);
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.throws(() => unseal(key, altered, aad), damaged, `bit ${bit}`);
  }
});

test('bytes cut short or continued do not open', () => {
  const key = newKey();
  const sealed = seal(key, Buffer.from('Bonjour'), aad);
  for (let length = 0; length < sealed.length; length += 1) {
    assert.throws(() => unseal(key, sealed.subarray(0, length), aad), damaged);
  }
  assert.throws(() => unseal(key, Buffer.concat([sealed, Buffer.alloc(1)]), aad), damaged);
});

test('bytes moved to another place, or tried with another key, do not open', () => {
  const key = newKey();
  const sealed = seal(key, Buffer.from('Bonjour'), aad);
  assert.throws(() => unseal(key, sealed, Buffer.from('mail.email/subject/2')), damaged);
  assert.throws(() => unseal(key, sealed, Buffer.alloc(0)), damaged);
  assert.throws(() => unseal(newKey(), sealed, aad), damaged);
});

test('a wrapped key opens as a key and never as data, nor data as a key', () => {
  const [wrapping, key] = [newKey(), newKey()];
  const wrapped = wrapKey(wrapping, key, aad);
  assert.deepEqual(unwrapKey(wrapping, wrapped, aad), key);
  assert.throws(() => unseal(wrapping, wrapped, aad), damaged);
  const sealed = seal(wrapping, key, aad);
  assert.throws(() => unwrapKey(wrapping, sealed, aad), damaged);
  // Nor when the version byte is changed to match.
  const disguised = Buffer.from(wrapped);
  disguised[0] = sealed.readUInt8(0);
  assert.throws(() => unseal(wrapping, disguised, aad), damaged);
});

test('only a key of 32 bytes is wrapped', () => {
  for (const length of [keyBytes - 1, keyBytes + 1]) {
    assert.throws(() => wrapKey(newKey(), Buffer.alloc(length), aad), { name: 'AssertionFault' });
  }
});
