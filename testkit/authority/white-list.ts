import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto';

/** Writes and signs white lists as the trust space publishes them; the document is written in its canonical form. */

export interface ListedDomain {
  readonly domain: string;
  readonly dn: string;
  readonly description?: string;
  readonly contact?: string;
  readonly support?: string;
  readonly updatedAt?: Date;
}

export interface WhiteListToSign {
  readonly domains: readonly ListedDomain[];
  readonly generatedAt: Date;
  /** An RSA private key and its certificate, in PEM. */
  readonly key: string;
  readonly certificate: string;
}

const dsig = 'http://www.w3.org/2000/09/xmldsig#';
const excC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;');
}

function instant(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** Base64 in lines of 76, ended as the real list's generator ends them. */
function base64(bytes: Uint8Array): string {
  return (
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('&#13;\n');
}

/** The root element without its signature, in canonical form. */
export function writeWhiteList(domains: readonly ListedDomain[], generatedAt: Date): string {
  const entries = domains.map((entry) =>
    [
      '        <Domaine>',
      `            <Nom>${text(entry.domain)}</Nom>`,
      `            <Description>${text(entry.description ?? `Domaine de messagerie MSSanté ${entry.domain}`)}</Description>`,
      `            <DNCertificatOperateur>${text(entry.dn)}</DNCertificatOperateur>`,
      `            <ResponsableContact>${text(entry.contact ?? `responsable@${entry.domain}`)}</ResponsableContact>`,
      `            <SupportContact>${text(entry.support ?? `support@${entry.domain}`)}</SupportContact>`,
      `            <DateMAJ>${instant(entry.updatedAt ?? generatedAt)}</DateMAJ>`,
      '        </Domaine>\n',
    ].join('\n'),
  );
  return [
    '<ListeBlancheMSSante xmlns="https://listeblanche.mssante.fr/schema">',
    `    <DateDeGeneration>${instant(generatedAt)}</DateDeGeneration>`,
    `    <ListeDomaines>\n${entries.join('')}    </ListeDomaines>`,
    '</ListeBlancheMSSante>',
  ].join('\n');
}

/** Adds an enveloped signature to a root element written in canonical form. */
export function signEnveloped(root: string, signer: { readonly key: string; readonly certificate: string }): string {
  const key = createPrivateKey(signer.key);
  const digest = createHash('sha256').update(root).digest('base64');
  const signedInfo = [
    `<SignedInfo xmlns="${dsig}">`,
    `<CanonicalizationMethod Algorithm="${excC14n}"></CanonicalizationMethod>`,
    '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></SignatureMethod>',
    '<Reference URI=""><Transforms>',
    `<Transform Algorithm="${dsig}enveloped-signature"></Transform>`,
    `<Transform Algorithm="${excC14n}"></Transform></Transforms>`,
    '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod>',
    `<DigestValue>${digest}</DigestValue></Reference></SignedInfo>`,
  ].join('');
  const value = sign('sha256', Buffer.from(signedInfo), key);
  const certificate = new X509Certificate(signer.certificate);
  const signature = [
    `<Signature xmlns="${dsig}">`,
    signedInfo.replace(` xmlns="${dsig}"`, ''),
    `<SignatureValue>${base64(value)}</SignatureValue>`,
    `<KeyInfo><X509Data><X509Certificate>${base64(certificate.raw)}</X509Certificate></X509Data></KeyInfo>`,
    '</Signature>',
  ].join('');
  const end = root.lastIndexOf('</');
  return `<?xml version="1.0" encoding="UTF-8"?>${root.slice(0, end)}${signature}${root.slice(end)}`;
}

/** A signed white list, ready to be served. */
export function signWhiteList(list: WhiteListToSign): string {
  return signEnveloped(writeWhiteList(list.domains, list.generatedAt), list);
}
