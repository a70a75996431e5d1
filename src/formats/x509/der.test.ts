import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as write from '../../../testkit/authority/der.ts';
import { x509Limits } from '../../base/limits.ts';
import {
  contentOf,
  DerMembers,
  membersOf,
  readBoolean,
  readDer,
  readIntegerHex,
  readNamedBits,
  readOid,
  readText,
  readTime,
  tags,
} from './der.ts';

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

describe('DER', () => {
  test('refuses what is not in its one strict form', () => {
    for (const text of [
      '', // nothing
      '30', // no length
      '30 80 00 00', // indefinite length
      '30 81 01 00', // a length that fits in one octet
      '30 82 00 80', // a length with a leading zero
      '30 85 00 00 00 00 01', // a length of five octets
      '30 02 00', // cut short
      '30 00 00', // something after it
      '3f 1f 00', // a long tag
      '31 00', // another tag
    ]) {
      assert.throws(() => readDer(hex(text), tags.sequence), { code: 'x509-malformed' }, text);
    }
  });

  test('does not let a member reach past its parent', () => {
    const outer = readDer(hex('30 03 04 02 00'), tags.sequence);
    assert.throws(() => new DerMembers(outer).any(), { code: 'x509-malformed' });
  });

  test('reads a list at the limit of members, and refuses one past it', () => {
    const list = (count: number): Buffer => write.sequence(...Array.from({ length: count }, () => write.nullValue()));
    assert.equal(membersOf(readDer(list(x509Limits.derMembers), tags.sequence)).length, x509Limits.derMembers);
    assert.throws(() => membersOf(readDer(list(x509Limits.derMembers + 1), tags.sequence)), { code: 'x509-too-large' });
  });

  test('refuses values that could be written otherwise', () => {
    const refused = { code: 'x509-malformed' };
    assert.throws(() => readIntegerHex(readDer(hex('02 02 00 7f'), tags.integer)), refused);
    assert.throws(() => readIntegerHex(readDer(hex('02 02 ff 80'), tags.integer)), refused);
    assert.throws(() => readIntegerHex(readDer(hex('02 00'), tags.integer)), refused);
    assert.throws(() => readBoolean(readDer(hex('01 01 01'), tags.boolean)), refused);
    assert.throws(() => readOid(readDer(hex('06 02 55 80'), tags.oid)), refused);
    assert.throws(() => readOid(readDer(hex('06 03 55 80 01'), tags.oid)), refused);
    assert.throws(() => readOid(readDer(hex('06 00'), tags.oid)), refused);
    assert.throws(() => readText(readDer(hex('0c 01 ff'), tags.utf8String)), refused);
    for (const text of ['991332000000Z', '2602300000Z', '260230000000Z', '260101000000+0100', '260101250000Z']) {
      assert.throws(() => readTime(readDer(write.der(0x17, Buffer.from(text)), tags.utcTime)), refused, text);
    }
  });

  test('reads back what is written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 160n }), (value) => {
        assert.equal(readIntegerHex(readDer(write.integer(value.toString(16)), tags.integer)), value.toString(16));
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 2 ** 31 }), { minLength: 1, maxLength: 10 }),
        fc.nat({ max: 39 }),
        (rest, second) => {
          const dotted = `2.${second}.${rest.join('.')}`;
          assert.equal(readOid(readDer(write.oid(dotted), tags.oid)), dotted);
        },
      ),
    );
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true }), (date) => {
        const second = new Date(Math.floor(date.getTime() / 1000) * 1000);
        const encoded = write.time(second);
        assert.deepEqual(readTime(readDer(encoded, encoded[0] ?? 0)), second);
      }),
    );
    assert.equal(readIntegerHex(readDer(hex('02 01 ff'), tags.integer)), '-1');
    assert.deepEqual(readNamedBits(readDer(write.namedBits(0, 5, 8), tags.bitString)), [0, 5, 8]);
    assert.equal(readText(readDer(write.utf8('É'), tags.utf8String)), 'É');
    assert.equal(contentOf(readDer(write.octetString(Buffer.alloc(300)), tags.octetString)).length, 300);
  });

  test('never fails otherwise than by a refusal, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          membersOf(readDer(bytes, bytes[0] ?? 0));
        } catch (fault) {
          assert.equal((fault as { code?: unknown }).code, 'x509-malformed');
        }
      }),
    );
  });
});
