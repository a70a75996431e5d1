import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SignedXml } from 'xml-crypto';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { signEnveloped, signWhiteList, writeWhiteList } from '../../../testkit/authority/white-list.ts';
import { Refusal } from '../../base/errors.ts';
import { whiteListLimits } from '../../base/limits.ts';
import { readSignedWhiteList, type SignedWhiteList } from './white-list.ts';

const generatedAt = new Date('2026-11-22T10:00:00Z');
const authority = createAuthority({ name: 'ESSAI', at: generatedAt });
const issued = authority.issueWhiteListSigner({ name: 'alb.mssante.example' });
const signer = { key: issued.keyPem, certificate: issued.certificatePem };
const dn = 'CN=mss.cabinet.example,OU=318310021300028,O=CABINET,ST=Haute-Garonne (31),C=FR';
const domains = [
  { domain: 'Cabinet.mssante.example', dn, description: 'a & b\r\n<c>' },
  { domain: 'hopital.mssante.example', dn: dn.replaceAll(',', ', '), updatedAt: new Date('2024-01-02T03:04:05Z') },
];
const good = signWhiteList({ domains, generatedAt, ...signer });

function read(xml: string): SignedWhiteList {
  return readSignedWhiteList(Buffer.from(xml));
}

function refuses(xml: string | Uint8Array, code: string): void {
  assert.throws(() => readSignedWhiteList(typeof xml === 'string' ? Buffer.from(xml) : xml), { code });
}

/** The good list with one part replaced; the part must be there. */
function changed(from: string, to: string): string {
  assert.ok(good.includes(from), from);
  return good.replace(from, to);
}

describe('a signed white list', () => {
  test('gives its date, its entries and its signer', () => {
    const list = read(good);
    assert.deepEqual(list.generatedAt, generatedAt);
    assert.deepEqual(
      list.entries.map(({ domain }) => domain),
      ['cabinet.mssante.example', 'hopital.mssante.example'],
    );
    const [first, second] = list.entries;
    assert.equal(first?.description, 'a & b\r\n<c>');
    assert.equal(first?.dn, dn);
    assert.equal(first?.dnKey, second?.dnKey);
    assert.deepEqual(second?.updatedAt, new Date('2024-01-02T03:04:05Z'));
    assert.equal(first?.contact, 'responsable@Cabinet.mssante.example');
    assert.equal(list.signer.serial, issued.serial);
    assert.equal(list.unreadableEntries, 0);
    assert.match(list.sha256, /^[0-9a-f]{64}$/);
  });

  // xmldsig-core1 §4.4
  test('may be written otherwise as long as its canonical form is the same', () => {
    for (const xml of [
      `\ufeff${good}`,
      changed('<?xml version="1.0" encoding="UTF-8"?>', ''),
      changed('<?xml version="1.0" encoding="UTF-8"?>', '<!-- note -->\n'),
      changed('<Nom>', '<Nom  ><!-- note -->'),
      changed('<Nom>Cabinet', '<Nom><![CDATA[Cabinet]]>'),
      changed('xmlns="https://listeblanche.mssante.fr/schema"', "xmlns = 'https://listeblanche.mssante.fr/schema'"),
      changed('\n', '\r\n'),
      changed(
        '<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></Transform>',
        '<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
      ),
      changed('<X509Data>', '\n<X509Data>\n'),
      changed('</X509Data>', '<X509Certificate>AAAA</X509Certificate></X509Data>'),
    ]) {
      assert.equal(read(xml).entries.length, 2);
    }
  });

  test('is read when a general library signed it, with prefixes and white space of its own', () => {
    const root = writeWhiteList(domains, generatedAt).replace('<ListeDomaines>', '<!-- note --><ListeDomaines >');
    const excC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';
    for (const prefix of ['ds', '']) {
      const library = new SignedXml({
        privateKey: signer.key,
        publicCert: signer.certificate,
        canonicalizationAlgorithm: excC14n,
        signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      });
      library.addReference({
        xpath: '/*',
        isEmptyUri: true,
        transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', excC14n],
        digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
      });
      library.computeSignature(root, prefix === '' ? {} : { prefix });
      assert.equal(read(library.getSignedXml()).entries.length, 2);
    }
  });

  test('is refused when one character of what is signed changed', () => {
    refuses(changed('Cabinet', 'Cabinel'), 'white-list-altered');
    refuses(changed('</Nom>', '</Nom> '), 'white-list-altered');
    refuses(changed('<Nom>', '<Nom x="1">'), 'white-list-altered');
    refuses(changed('<ListeDomaines>', '<?x?><ListeDomaines>'), 'white-list-altered');
    refuses(changed('</ListeBlancheMSSante>', '</ListeBlancheMSSante><?x?>'), 'white-list-altered');
    refuses(changed('<Nom>Cabinet', '<Nom xmlns="u:x">Cabinet'), 'white-list-altered');
  });

  test('never comes out changed, whatever single octet is flipped', () => {
    const bytes = Buffer.from(good);
    const expected = JSON.stringify(read(good).entries);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        try {
          assert.equal(JSON.stringify(readSignedWhiteList(flipped).entries), expected);
        } catch (fault) {
          assert.ok(fault instanceof Refusal, String(fault));
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('is refused when its signature was made by another key than its certificate says', () => {
    const other = authority.issueWhiteListSigner({ name: 'alb.mssante.example' });
    refuses(
      signWhiteList({ domains, generatedAt, key: other.keyPem, certificate: signer.certificate }),
      'white-list-signature-invalid',
    );
    const ec = authority.issue({ dn });
    refuses(
      signWhiteList({ domains, generatedAt, key: signer.key, certificate: ec.certificatePem }),
      'white-list-signature-invalid',
    );
  });

  test('is refused without a signature', () => {
    refuses(good.replace(/<Signature .*<\/Signature>/s, ''), 'white-list-unsigned');
    refuses(writeWhiteList(domains, generatedAt), 'white-list-unsigned');
    refuses(
      good.replaceAll('http://www.w3.org/2000/09/xmldsig#"><SignedInfo', 'u:x"><SignedInfo'),
      'white-list-unsigned',
    );
  });

  test('is refused with several signatures, or one moved or wrapped', () => {
    const signature = /<Signature .*<\/Signature>/s.exec(good)?.[0] ?? '';
    refuses(
      good.replace('</ListeBlancheMSSante>', `${signature}</ListeBlancheMSSante>`),
      'white-list-several-signatures',
    );
    refuses(changed('</KeyInfo>', `</KeyInfo><Object>${signature}</Object>`), 'white-list-several-signatures');
    refuses(
      good.replace(signature, '').replace('<ListeDomaines>', `<ListeDomaines>${signature}`),
      'white-list-signature-profile',
    );
    refuses(signature, 'white-list-signature-profile');
    // The signed list hidden in another one.
    const root = good.slice(good.indexOf('<ListeBlancheMSSante'));
    const wrapped = writeWhiteList(domains, generatedAt).replace('<ListeDomaines>', `${root}<ListeDomaines>`);
    refuses(wrapped, 'white-list-signature-profile');
    refuses(
      changed('</KeyInfo>', `</KeyInfo><Object>${writeWhiteList(domains, generatedAt)}</Object>`),
      'white-list-signature-profile',
    );
  });

  test('is refused when its signature has another form than the one profile', () => {
    for (const [from, to] of [
      ['URI=""', 'URI="#x"'],
      ['URI=""', 'URI="" Id="x"'],
      ['<Reference URI="">', '<Reference>'],
      ['<Transforms>', '<Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>'],
      ['#enveloped-signature', '#x'],
      [
        '<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">',
        '<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315">',
      ],
      ['xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256'],
      ['xmlenc#sha256', 'xmlenc#sha512'],
      ['</SignedInfo>', '<Reference URI=""/></SignedInfo>'],
      ['<SignatureValue>', '<SignatureValue>*'],
      ['<KeyInfo>', '<KeyInfo><X509Data/>'],
      [/<X509Certificate>.*<\/X509Certificate>/s.exec(good)?.[0] ?? '', ''],
      ['<SignedInfo>', '<SignedInfo><?x?>'],
      ['<SignedInfo>', '<SignedInfo>x'],
      ['<DigestValue>', '<DigestValue xmlns="u:x">'],
      [
        '</CanonicalizationMethod>',
        '<InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="x"/></CanonicalizationMethod>',
      ],
    ] as const) {
      refuses(changed(from, to), 'white-list-signature-profile');
    }
    refuses(changed('<SignedInfo>', '<SignedInfo Id="x">'), 'white-list-signature-invalid');
  });

  test('is refused when it is cut short anywhere', () => {
    const bytes = Buffer.from(good);
    for (let length = 0; length < bytes.length; length += 61) {
      assert.throws(
        () => readSignedWhiteList(bytes.subarray(0, length)),
        (fault) => {
          assert.ok(fault instanceof Refusal);
          return /^white-list-(cut-short|malformed)$/.test(fault.code);
        },
      );
    }
    refuses(good.slice(0, -5), 'white-list-cut-short');
  });

  test('is refused with a DTD, an entity, another encoding or another root', () => {
    refuses(changed('?><Liste', '?><!DOCTYPE ListeBlancheMSSante [<!ENTITY a "b">]><Liste'), 'white-list-doctype');
    refuses(changed('Cabinet', '&a;'), 'white-list-malformed');
    refuses(changed('encoding="UTF-8"', 'encoding="ISO-8859-1"'), 'white-list-malformed');
    refuses(changed('version="1.0"', 'version="1.1"'), 'white-list-malformed');
    refuses(Buffer.from(good, 'utf16le'), 'white-list-malformed');
    refuses(Buffer.concat([Buffer.from(good), Buffer.from([0xff])]), 'white-list-malformed');
    refuses(good.replace('mssante.fr/schema', 'mssante.fr/autre'), 'white-list-wrong-namespace');
    refuses('<html/>', 'white-list-wrong-namespace');
    refuses('', 'white-list-malformed');
  });

  test('sets aside entries that cannot be read, and keeps the others', () => {
    const list = read(
      signWhiteList({
        domains: [
          { domain: 'pas un domaine', dn },
          { domain: 'mssante', dn },
          { domain: `${'a'.repeat(64)}.fr`, dn }, // RFC 1035 §2.3.4
          { domain: `${'a.'.repeat(127)}fr`, dn }, // RFC 5321 §4.5.3.1.2
          { domain: `${'a.'.repeat(127)}f`, dn },
          { domain: `${'b'.repeat(63)}.fr`, dn },
          { domain: 'a.mssante.example', dn: 'ni nom ni rien' },
          { domain: 'b.mssante.example', dn },
        ],
        generatedAt,
        ...signer,
      }),
    );
    assert.deepEqual(
      list.entries.map(({ domain }) => domain.length),
      [255, 66, 17],
    );
    assert.equal(list.unreadableEntries, 5);
  });

  test('ignores what a later edition may add, and does not choose between two values', () => {
    const root = writeWhiteList(domains, generatedAt)
      .replace('<Description>', '<Pays>FR</Pays><Description>')
      .replace('<ListeDomaines>', '<Version>2</Version><ListeDomaines>')
      .replace('</Domaine>', '<Nom>x.mssante.example</Nom></Domaine>');
    const list = read(signEnveloped(root, signer));
    assert.deepEqual(
      [list.entries.map(({ domain }) => domain), list.unreadableEntries],
      [['hopital.mssante.example'], 1],
    );
  });

  test('is refused without a date, with a date that is none, or with two lists', () => {
    const root = writeWhiteList(domains, generatedAt);
    const date = '<DateDeGeneration>2026-11-22T10:00:00Z</DateDeGeneration>';
    for (const bad of [
      root.replace(date, ''),
      root.replace(date, date + date),
      root.replace('10:00:00Z', '25:00:00Z'),
      root.replace('10:00:00Z', '10:00:00'),
      root.replace('</ListeDomaines>', '</ListeDomaines><ListeDomaines></ListeDomaines>'),
      root.replace(/<ListeDomaines>.*<\/ListeDomaines>/s, ''),
    ]) {
      assert.notEqual(bad, root);
      refuses(signEnveloped(bad, signer), 'white-list-malformed');
    }
  });
});

describe('the bounds of a white list', () => {
  const withEntries = (content: string): string =>
    signEnveloped(
      writeWhiteList([], generatedAt).replace(
        /<ListeDomaines>.*<\/ListeDomaines>/s,
        `<ListeDomaines>${content}</ListeDomaines>`,
      ),
      signer,
    );

  test('hold for its size, its entries, their fields, its depth and its attributes: one past each is too large', () => {
    const cases: readonly ((n: number) => string | Uint8Array)[] = [
      (n) => withEntries('<Domaine></Domaine>'.repeat(whiteListLimits.entries + n)),
      (n) => withEntries(`<Domaine><Nom>${'a'.repeat(whiteListLimits.fieldLength + n)}</Nom></Domaine>`),
      // The root and the list are two levels.
      (n) => withEntries('<x>'.repeat(whiteListLimits.depth - 2 + n) + '</x>'.repeat(whiteListLimits.depth - 2 + n)),
      (n) => withEntries(`<x ${attributes(whiteListLimits.attributes + n)}></x>`),
    ];
    for (const make of cases) {
      const within = make(0);
      assert.equal(readSignedWhiteList(Buffer.from(within)).entries.length, 0);
      refuses(make(1), 'white-list-too-large');
    }
    refuses(Buffer.alloc(whiteListLimits.fileBytes, 0x20), 'white-list-malformed');
    refuses(Buffer.alloc(whiteListLimits.fileBytes + 1, 0x20), 'white-list-too-large');
  });

  test('hold for its signature', () => {
    const room = whiteListLimits.signatureLength - signatureLength();
    assert.equal(read(changed('</KeyInfo>', `${' '.repeat(room)}</KeyInfo>`)).entries.length, 2);
    refuses(changed('</KeyInfo>', `${' '.repeat(room + 1)}</KeyInfo>`), 'white-list-too-large');
  });
});

function attributes(count: number): string {
  return Array.from({ length: count }, (_, i) => `a${String(i).padStart(2, '0')}=""`).join(' ');
}

/** Characters of text and of element names within the signature, as the reader counts them. */
function signatureLength(): number {
  const inside = /<Signature [^>]*>(.*)<\/Signature>/s.exec(good)?.[1] ?? '';
  const names = [...inside.matchAll(/<([A-Za-z0-9]+)/g)].reduce((sum, [, name]) => sum + (name ?? '').length, 0);
  return names + inside.replace(/<[^>]*>/g, '').replaceAll('&#13;', '\r').length;
}

const folder = path.resolve(import.meta.dirname, '../../../../shared/data/white-list');
const skip = existsSync(folder) ? false : 'corpus absent';

describe('the real white list', { skip }, () => {
  test('of 28 February 2025 is whole, and signed by the certificate it carries', () => {
    const list = readSignedWhiteList(readFileSync(path.join(folder, 'listeblanchemssante-2025-02-28.xml')));
    assert.deepEqual([list.entries.length, list.unreadableEntries], [6494, 0]);
    assert.equal(new Set(list.entries.map(({ domain }) => domain)).size, 4944);
    assert.equal(list.generatedAt.toISOString(), '2025-02-28T15:42:07.000Z');
    assert.ok(list.signer.notBefore < list.generatedAt && list.generatedAt < list.signer.notAfter);
    assert.ok(list.entries.every(({ updatedAt }) => updatedAt !== undefined));
  });

  test('as the shorter sample is refused: it bears no signature', () => {
    const sample = readFileSync(path.join(folder, 'listeblanchemssante-sample.xml'));
    assert.throws(() => readSignedWhiteList(sample), { code: /^white-list-(unsigned|cut-short)$/ });
  });
});
