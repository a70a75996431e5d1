import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mimeLimits } from '../../base/limits.ts';
import { mailboxesOf, parseAddressList } from './address-list.ts';
import { printMailbox } from './print-mailbox.ts';

/** `name <address>` for each mailbox, for short tables. */
function shown(value: string): string[] {
  return mailboxesOf(parseAddressList(value)).map((box) => `${box.name ?? ''}<${box.address ?? ''}>`);
}

describe('parseAddressList (RFC 5322 §3.2, §3.4 and §4.4)', () => {
  const table: [string, string, string[]][] = [
    ['a bare address', 'a@b.fr', ['<a@b.fr>']],
    ['brackets alone', '<a@b.fr>', ['<a@b.fr>']],
    ['a name', 'Élodie Martin <a@b.fr>', ['Élodie Martin<a@b.fr>']],
    ['a quoted name with a comma', '"Martin, Élodie" <a@b.fr>, c@d.fr', ['Martin, Élodie<a@b.fr>', '<c@d.fr>']],
    ['escapes in quotes', '"a \\"b\\" \\\\c" <a@b.fr>', ['a "b" \\c<a@b.fr>']],
    ['a comment as the name', 'a@b.fr (Élodie Martin)', ['Élodie Martin<a@b.fr>']],
    // RFC 5322 §3.2.2
    ['nested comments', 'a@b.fr (x (y) \\) z)', ['x (y) ) z<a@b.fr>']],
    ['a comment within', 'A1 (The Enforcer) Gore <a@b.fr>', ['A1 Gore<a@b.fr>']],
    ['encoded words', '=?UTF-8?Q?=C3=89lodie?= =?UTF-8?B?TWFydGlu?= <a@b.fr>', ['ÉlodieMartin<a@b.fr>']],
    ['an encoded word in quotes', '"=?UTF-8?Q?=C3=89lodie?=" <a@b.fr>', ['Élodie<a@b.fr>']],
    ['an encoded comma', '=?UTF-8?Q?Martin=2C_E?= <a@b.fr>', ['Martin, E<a@b.fr>']],
    ['a route', '<@x.fr,@y.fr:a@b.fr>', ['<a@b.fr>']],
    ['spaces around the at sign', 'a @ b.fr', ['<a@b.fr>']],
    ['a quoted local part', '"a b"@c.fr', ['<"a b"@c.fr>']],
    ['a domain literal', '<a@[192.0.2.1]>', ['<a@[192.0.2.1]>']],
    ['a name without address', 'Whomever', ['Whomever<>']],
    ['a missing closing bracket', 'Élodie <a@b.fr, c@d.fr', ['Élodie<a@b.fr>', '<c@d.fr>']],
    ['words around an address without brackets', 'Élodie a@b.fr', ['Élodie<a@b.fr>']],
    ['semicolons between mailboxes', 'a@b.fr; c@d.fr', ['<a@b.fr>', '<c@d.fr>']],
    ['empty places', ', a@b.fr,, ,c@d.fr,', ['<a@b.fr>', '<c@d.fr>']],
    ['dots in a name', 'Dr. E. Martin <a@b.fr>', ['Dr. E. Martin<a@b.fr>']],
    ['two addresses', '"a@b.fr" <c@d.fr>', ['a@b.fr<c@d.fr>']],
    ['an open quote', '"Élodie <a@b.fr>', ['Élodie <a@b.fr><>']],
    ['nothing', '  ', []],
    ['an empty group', 'undisclosed-recipients:;', []],
  ];
  for (const [name, value, expected] of table) test(`reads ${name}`, () => assert.deepEqual(shown(value), expected));

  test('keeps groups (RFC 5322 §3.4)', () => {
    assert.deepEqual(parseAddressList('x@y.fr, Équipe: a@b.fr, "C" <c@d.fr>;, z@y.fr'), [
      { kind: 'mailbox', address: 'x@y.fr' },
      { kind: 'group', name: 'Équipe', members: [{ address: 'a@b.fr' }, { name: 'C', address: 'c@d.fr' }] },
      { kind: 'mailbox', address: 'z@y.fr' },
    ]);
  });

  test('keeps as many mailboxes as the limit, not one more', () => {
    const list = (count: number): string => Array.from({ length: count }, (_, i) => `a${i}@b.fr`).join(',');
    assert.equal(shown(list(mimeLimits.addresses)).length, mimeLimits.addresses);
    assert.equal(shown(list(mimeLimits.addresses + 1)).length, mimeLimits.addresses);
  });

  test('takes time in proportion to hostile input', () => {
    const size = mimeLimits.fieldBytes;
    for (const unit of ['(', '"', '<', ':', ',', 'a ', 'a@', '\\', '[', 'a:', ';', '=?', '@ ']) {
      const started = performance.now();
      parseAddressList(unit.repeat(size / unit.length));
      parseAddressList(`${'a '.repeat(size / 4)}@${unit.repeat(size / 2 / unit.length)}`);
      assert.ok(performance.now() - started < 1_000, `${unit} took too long`);
    }
  });
});

describe('printMailbox (RFC 5322 §3.2.4)', () => {
  const table: [string | undefined, string][] = [
    [undefined, 'a@b.fr'],
    ['', 'a@b.fr'],
    ['Elodie Martin', 'Elodie Martin <a@b.fr>'],
    ['Martin, Elodie', '"Martin, Elodie" <a@b.fr>'],
    ['Dr. Martin', '"Dr. Martin" <a@b.fr>'],
    ['a "b" \\c', '"a \\"b\\" \\\\c" <a@b.fr>'],
    ['Élodie', '=?UTF-8?Q?=C3=89lodie?= <a@b.fr>'],
    ['x\r\nBcc: y@z.fr', '"x Bcc: y@z.fr" <a@b.fr>'],
    ['=?UTF-8?Q?x?=', '=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?= <a@b.fr>'],
  ];
  for (const [name, expected] of table) {
    test(`prints ${JSON.stringify(name ?? null)}`, () => assert.equal(printMailbox(name, 'a@b.fr'), expected));
  }

  test('prints what it reads again, whatever the name (RFC 2047 §5)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
        const expected = name.replace(/\p{Cc}+/gu, ' ').trim();
        const [box] = mailboxesOf(parseAddressList(printMailbox(name, 'a@b.fr')));
        assert.equal(box?.address, 'a@b.fr');
        assert.equal(box?.name ?? '', expected);
      }),
    );
  });

  test('never lets an address bring a new line or a second address in', () => {
    assert.equal(printMailbox('x', 'a@b.fr>\r\nBcc: <c@d.fr'), 'x <a@b.frBcc:c@d.fr>');
  });
});
