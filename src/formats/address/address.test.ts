import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { smtpLimits } from '../../base/limits.ts';
import { domainOf, localPartOf, maskAddress, parseAddress, parseDomain } from './address.ts';

function read(text: string): NonNullable<ReturnType<typeof parseAddress>> {
  const address = parseAddress(text);
  assert.ok(address !== undefined, `${text} is an address`);
  return address;
}

describe('parseAddress (RFC 5321 §4.1.2, RFC 5322 §3.4.1)', () => {
  const good: [string, string][] = [
    // the local part keeps its case: RFC 5321 §2.4
    ['elodie.martin@cabinet.mssante.fr', 'elodie.martin@cabinet.mssante.fr'],
    // atext: RFC 5322 §3.2.3
    ['Elodie.Martin@Cabinet.MSSante.FR', 'Elodie.Martin@cabinet.mssante.fr'],
    ["!#$%&'*+-/=?^_`{|}~@a.fr", "!#$%&'*+-/=?^_`{|}~@a.fr"],
    ['"a b\\"c@d"@a.fr', '"a b\\"c@d"@a.fr'],
    ['""@a.fr', '""@a.fr'],
    ['postmaster@localhost', 'postmaster@localhost'],
    ['279035121518989@patient.mssante.fr', '279035121518989@patient.mssante.fr'],
    ['a@xn--hpital-ixa.fr', 'a@xn--hpital-ixa.fr'],
    ['a@3com.com', 'a@3com.com'],
  ];
  for (const [text, expected] of good) test(`reads ${text}`, () => assert.equal(read(text), expected));

  test('reads addresses beyond ASCII, and knows one spelling of a domain (RFC 6531 §3.3, RFC 5890 §2.3.2.1)', () => {
    assert.equal(read('élodie@Hôpital.fr'), 'élodie@xn--hpital-ixa.fr');
    for (const spelling of ['hôpital.fr', 'HÔPITAL.FR', 'xn--hpital-ixa.fr', 'XN--HPITAL-IXA.fr']) {
      assert.equal(domainOf(read(`a@${spelling}`)), 'xn--hpital-ixa.fr');
    }
  });
  for (const lookalike of [
    'ｃabinet.fr',
    'cabinet．fr',
    'cabinet。fr',
    'ﬁn.fr',
    'x².fr',
    '²',
    '⑴.fr',
    'ho\u0302pital.fr',
  ]) {
    test(`refuses ${JSON.stringify(lookalike)}, which only looks like a domain (RFC 5891 §4)`, () => {
      assert.equal(parseDomain(lookalike), undefined);
    });
  }
  // a name of digits alone is an IP address: RFC 1123 §2.1

  const bad = [
    ...[
      '',
      '@',
      'a',
      'a@',
      '@a.fr',
      'a@b@',
      'a b@c.fr',
      'a@b c.fr',
      '<a@b.fr>',
      'a@b.fr ',
      ' a@b.fr',
      'a..b@c.fr',
      '.a@b.fr',
    ],
    ...[
      'a.@b.fr',
      'a@b..fr',
      'a@.fr',
      'a@b.fr.',
      'a@-b.fr',
      'a@b-.fr',
      'a@b_c.fr',
      'a@[192.0.2.1]',
      'a@192.0.2.1',
      '"a@b.fr',
    ],
    ...['a"b@c.fr', '"a"b"@c.fr', 'a@b.fr\r\nRCPT TO:<x@y>', 'a\n@b.fr', 'a\u0000@b.fr', 'a\u0085@b.fr', '"a\n"@b.fr'],
    ...['a\u202e@b.fr', 'a\u200b@b.fr', 'a@b\u202e.fr', 'a@\u2028.fr', 'a(c)@b.fr', 'a,b@c.fr', 'a:b@c.fr'],
  ];
  for (const text of bad) test(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseAddress(text), undefined));

  test('takes a local part of 64 octets and refuses 65 (RFC 5321 §4.5.3.1.1)', () => {
    assert.ok(parseAddress(`${'a'.repeat(smtpLimits.localPartBytes)}@b.fr`));
    assert.equal(parseAddress(`${'a'.repeat(smtpLimits.localPartBytes + 1)}@b.fr`), undefined);
    assert.equal(parseAddress(`${'é'.repeat(smtpLimits.localPartBytes / 2)}a@b.fr`), undefined);
  });

  test('takes a label of 63 octets and refuses 64 (RFC 1035 §2.3.4)', () => {
    assert.ok(parseDomain(`${'a'.repeat(63)}.fr`));
    assert.equal(parseDomain(`${'a'.repeat(64)}.fr`), undefined);
    assert.equal(parseDomain(`${'é'.repeat(57)}.fr`)?.length, 63 + 3);
    assert.equal(parseDomain(`${'é'.repeat(58)}.fr`), undefined);
  });

  test('takes a domain of 255 octets and refuses 256 (RFC 5321 §4.5.3.1.2)', () => {
    const labels = `${'a'.repeat(49)}.`.repeat(5);
    assert.ok(parseDomain(`${labels}${'b'.repeat(smtpLimits.domainBytes - labels.length)}`));
    assert.equal(parseDomain(`${labels}${'b'.repeat(smtpLimits.domainBytes + 1 - labels.length)}`), undefined);
  });

  test('takes a path of 256 octets with its brackets and refuses 257 (RFC 5321 §4.5.3.1.3)', () => {
    const domain = `${'a'.repeat(49)}.`.repeat(4) + 'b'.repeat(49);
    const room = smtpLimits.pathBytes - 2 - 1 - domain.length;
    assert.ok(parseAddress(`${'l'.repeat(room)}@${domain}`));
    assert.equal(parseAddress(`${'l'.repeat(room + 1)}@${domain}`), undefined);
  });

  test('splits what it read, and reads again what it printed', () => {
    const local = fc.stringMatching(/^[a-z0-9]{1,10}(\.[a-z0-9]{1,10}){0,3}$/);
    const domain = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]([a-z0-9]{0,10}))?$/);
    fc.assert(
      fc.property(local, domain, (left, right) => {
        const address = read(`${left}@${right}`);
        assert.equal(localPartOf(address), left);
        assert.equal(domainOf(address), right);
        assert.equal(parseAddress(address), address);
      }),
    );
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseAddress(text)));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseAddress(`${text}@${text}`)));
  });
});

describe('maskAddress', () => {
  for (const local of [
    ...[
      '279035121518989',
      '2790351215189',
      '185052A00402557',
      '185052b03300114',
      '279035121518989+tag',
      '2.79.03.51.215.189.89',
    ],
    ...['２７９０３５１２１５１８９８９', 'ins-279035121518989', '"279035121518989"'],
  ]) {
    test(`hides ${local}, which could be an INS`, () => {
      assert.equal(maskAddress(`${local}@patient.mssante.fr`), '***@patient.mssante.fr');
    });
  }
  for (const local of ['elodie.martin', '899700218896', 'secretariat75011', '']) {
    test(`keeps ${local === '' ? 'an empty local part' : local}`, () => {
      assert.equal(maskAddress(`${local}@a.fr`), `${local}@a.fr`);
    });
  }
  test('hides a local part alone', () => assert.equal(maskAddress('279035121518989'), '***'));
});
