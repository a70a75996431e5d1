import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { createAuthority } from './authority.ts';
import { signWhiteList } from './white-list.ts';

test('a general library accepts the white list that the test authority signs', () => {
  const at = new Date('2026-11-22T10:00:00Z');
  const signer = createAuthority({ name: 'ESSAI', at }).issueWhiteListSigner({ name: 'alb.mssante.example' });
  const xml = signWhiteList({
    domains: [{ domain: 'cabinet.mssante.example', dn: 'CN=a,O=É & <Cie>,C=FR', description: 'a\r\nb > c' }],
    generatedAt: at,
    key: signer.keyPem,
    certificate: signer.certificatePem,
  });
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const signature = document.getElementsByTagName('Signature')[0];
  assert.ok(signature !== undefined);
  const check = new SignedXml({ publicCert: signer.certificatePem });
  check.loadSignature(signature);
  assert.ok(check.checkSignature(xml));
  const altered = new SignedXml({ publicCert: signer.certificatePem });
  altered.loadSignature(signature);
  assert.equal(altered.checkSignature(xml.replace('cabinet', 'cabinel')), false);
});
