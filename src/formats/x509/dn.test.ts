import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { x509Limits } from '../../base/limits.ts';
import { canonicalDn, type Dn, dnValue, formatDn, parseDn, sameDn } from './dn.ts';

const mipih = 'CN=medimail-asip.mipih.fr,OU=318310021300028,O=GIP MIPIH,ST=Haute-Garonne (31),C=FR';

describe('a distinguished name written as text', () => {
  const readings: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    [
      mipih,
      [
        ['CN', 'medimail-asip.mipih.fr'],
        ['OU', '318310021300028'],
        ['O', 'GIP MIPIH'],
        ['ST', 'Haute-Garonne (31)'],
        ['C', 'FR'],
      ],
    ],
    [
      'CN = a.fr , O= APICEM ; C=FR',
      [
        ['CN', 'a.fr'],
        ['O', 'APICEM'],
        ['C', 'FR'],
      ],
    ],
    [
      'O="C.H. DE  CADILLAC",C=FR',
      [
        ['O', 'C.H. DE  CADILLAC'],
        ['C', 'FR'],
      ],
    ],
    [
      'O="A, B \\"C\\"" ,C=FR',
      [
        ['O', 'A, B "C"'],
        ['C', 'FR'],
      ],
    ],
    [
      'O=CRLCC "PAUL STRAUSS",C=FR',
      [
        ['O', 'CRLCC "PAUL STRAUSS"'],
        ['C', 'FR'],
      ],
    ],
    [
      'O=DUPONT\\, DURAND,C=FR',
      [
        ['O', 'DUPONT, DURAND'],
        ['C', 'FR'],
      ],
    ],
    ['O=Rh\\C3\\B4ne', [['O', 'Rhône']]],
    [
      'O=#0c0452686f6e,C=FR',
      [
        ['O', 'Rhon'],
        ['C', 'FR'],
      ],
    ],
    [
      'O=a\\ ,C=FR',
      [
        ['O', 'a '],
        ['C', 'FR'],
      ],
    ],
    [
      'CN=a+OU=b',
      [
        ['CN', 'a'],
        ['OU', 'b'],
      ],
    ],
    [
      '2.5.4.3=a,OID.2.5.4.10=b,1.2.3.4=c',
      [
        ['CN', 'a'],
        ['O', 'b'],
        ['1.2.3.4', 'c'],
      ],
    ],
    [
      's=Paris (75),e=a@b.fr',
      [
        ['ST', 'Paris (75)'],
        ['emailAddress', 'a@b.fr'],
      ],
    ],
    ['O=a=b', [['O', 'a=b']]],
  ];
  for (const [text, expected] of readings) {
    // RFC 4514 §2.4, and RFC 2253 §4 for quotation marks and semicolons
    test(`reads ${text}`, () => {
      assert.deepEqual(
        parseDn(text).map(({ type, value }) => [type, value]),
        expected,
      );
    });
  }

  const malformed = [
    '',
    'CN',
    'CN=',
    'CN= ,C=FR',
    'CN=a,',
    ',CN=a',
    'X=a',
    'CN=a\\',
    'CN=a\\q',
    'O="a',
    'O="a"b',
    'O=\\ff',
    'O=#0c05',
    'O=#zz',
    '3.1=a',
    'CN=a\0b',
  ];
  for (const text of malformed) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseDn(text), { code: /^(dn|x509)-malformed$/ });
    });
  }

  test('is read at the limit of length and of attributes, and refused one past it', () => {
    const atLength = `CN=${'a'.repeat(x509Limits.dnTextLength - 3)}`;
    assert.equal(parseDn(atLength).length, 1);
    assert.throws(() => parseDn(`${atLength}a`), { code: 'dn-too-long' });
    const many = Array.from({ length: x509Limits.dnAttributes }, (_, i) => `OU=${i}`).join(',');
    assert.equal(parseDn(many).length, x509Limits.dnAttributes);
    assert.throws(() => parseDn(`${many},C=FR`), { code: 'dn-too-long' });
  });

  test('is read in a time that grows with its length only', () => {
    const started = performance.now();
    for (let i = 0; i < 50; i += 1) parseDn(`O=${'\\C3\\A9'.repeat(330)}`);
    assert.ok(performance.now() - started < 500);
  });
});

describe('two distinguished names', () => {
  const same: readonly (readonly [string, string])[] = [
    [mipih, mipih.replaceAll(',', ', ')],
    [mipih, mipih.split(',').reverse().join(',')],
    [mipih, mipih.toUpperCase()],
    ['O="HOPITAL LA\u00a0 MUSSE",C=FR', 'C=FR,O=HOPITAL LA MUSSE'],
    ['CN=smtp-1.mssante.adista.fr ,C=FR', 'CN=smtp-1.mssante.adista.fr,C=FR'],
    ['ST=Bouches-du-Rhône (13)', 'ST=Bouches-du-Rho\u0302ne (13)'],
    ['CN=a+OU=b', 'OU=b,CN=a'],
  ];
  for (const [a, b] of same) {
    // RFC 4518 §2.2, RFC 4518 §2.6.1
    test(`are the same: ${a} and ${b}`, () => {
      assert.ok(sameDn(parseDn(a), parseDn(b)));
    });
  }

  const different: readonly (readonly [string, string])[] = [
    ['CN=a,C=FR', 'CN=a'],
    ['CN=a,CN=a', 'CN=a'],
    ['CN=a,OU=b', 'CN=b,OU=a'],
    ['O=a\\,ou=b', 'O=a,OU=b'],
    ['ST=Rhône (69)', 'ST=Rhone (69)'],
    ['CN=a', 'O=a'],
  ];
  for (const [a, b] of different) {
    test(`differ: ${a} and ${b}`, () => {
      assert.ok(!sameDn(parseDn(a), parseDn(b)));
    });
  }
});

const anyDn: fc.Arbitrary<Dn> = fc.array(
  fc.record(
    {
      type: fc.constantFrom('CN', 'OU', 'O', 'ST', 'C', 'serialNumber', 'emailAddress', '1.2.3.4'),
      value: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((value) => value.trim() !== ''),
    },
    { noNullPrototype: true },
  ),
  { minLength: 1, maxLength: 6 },
);

test('what is printed is read back, and keeps its key in any order', () => {
  fc.assert(
    fc.property(anyDn, (dn) => {
      assert.deepEqual(parseDn(formatDn(dn)), dn);
      assert.equal(canonicalDn([...dn].reverse()), canonicalDn(dn));
    }),
  );
});

test('the first value of an attribute is found', () => {
  assert.equal(dnValue(parseDn(mipih), 'O'), 'GIP MIPIH');
  assert.equal(dnValue(parseDn(mipih), 'L'), undefined);
});

const realList = path.resolve(
  import.meta.dirname,
  '../../../../shared/data/white-list/listeblanchemssante-2025-02-28.xml',
);
test('every name of the real white list is read', { skip: existsSync(realList) ? false : 'corpus absent' }, () => {
  const text = readFileSync(realList, 'utf8');
  const names = new Set(
    [...text.matchAll(/<DNCertificatOperateur>([^<]*)</g)].map(([, name]) => (name ?? '').replaceAll('&amp;', '&')),
  );
  const keys = new Set([...names].map((name) => canonicalDn(parseDn(name))));
  assert.equal(names.size, 391);
  // Seven pairs are the same name written twice (quoted values, no-break spaces, a trailing space).
  assert.ok(keys.size < names.size);
});
