import { createHash, verify } from 'node:crypto';
import { Refusal } from '../../base/errors.ts';
import { whiteListLimits } from '../../base/limits.ts';
import { type Certificate, readCertificate } from '../x509/certificate.ts';
import { CanonicalWriter, type XmlElement } from './canonical-xml.ts';
import { whiteListTexts } from './texts.ts';
import { listTooLarge } from './xml-reader.ts';

/**
 * The one accepted profile of XML signature (W3C xmldsig-core1): enveloped, exclusive canonicalization, RSA with SHA-256,
 * one reference to the whole document. Anything more, less or other is refused: what is not understood cannot mislead.
 */

export const dsigUri = 'http://www.w3.org/2000/09/xmldsig#';
const excC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const enveloped = `${dsigUri}enveloped-signature`;

interface Node {
  readonly element: XmlElement;
  readonly children: Node[];
  text: string;
}

function profileFault(): Refusal {
  return new Refusal('white-list-signature-profile', whiteListTexts.signatureProfile);
}

/** Collects the `Signature` element as the parser goes, and canonicalizes its `SignedInfo`. */
export class SignatureReader {
  readonly #root: Node;
  readonly #open: Node[];
  readonly #signedInfo: string[] = [];
  readonly #canonical = new CanonicalWriter((text) => this.#signedInfo.push(text));
  #length = 0;

  constructor(signature: XmlElement) {
    this.#root = { element: signature, children: [], text: '' };
    this.#open = [this.#root];
  }

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  open(element: XmlElement): void {
    const node: Node = { element, children: [], text: '' };
    this.#open.at(-1)?.children.push(node);
    this.#open.push(node);
    this.#count(element.name.length);
    if (this.#isInSignedInfo()) this.#canonical.open(element);
  }

  close(): void {
    const node = this.#open.at(-1);
    if (node !== undefined && this.#isInSignedInfo()) this.#canonical.close(node.element.name);
    this.#open.pop();
  }

  text(text: string): void {
    const node = this.#open.at(-1);
    if (node !== undefined) node.text += text;
    this.#count(text.length);
    if (this.#isInSignedInfo()) this.#canonical.text(text);
  }

  /** The canonical form of an instruction within the signature is never needed: the profile has none. */
  instruction(): void {
    throw profileFault();
  }

  #count(length: number): void {
    this.#length += length;
    if (this.#length > whiteListLimits.signatureLength) throw listTooLarge();
  }

  #isInSignedInfo(): boolean {
    return this.#open[1]?.element.local === 'SignedInfo';
  }

  /**
   * Checks the profile, the digest of the document and the signature.
   * @returns the certificate that the signature names first: nothing says yet that it is trusted
   * @throws Refusal `white-list-signature-profile`, `white-list-altered`, `white-list-signature-invalid`, `x509-…`
   */
  verify(documentDigest: Buffer): Certificate {
    const [signedInfo, value, keyInfo] = exactly(this.#root, ['SignedInfo', 'SignatureValue', 'KeyInfo']);
    requireAlgorithms(signedInfo, documentDigest);
    const signer = certificateOf(keyInfo);
    const isSigned =
      signer.publicKey.asymmetricKeyType === 'rsa' &&
      verify('sha256', Buffer.from(this.#signedInfo.join('')), signer.publicKey, base64(value.text));
    if (!isSigned) throw new Refusal('white-list-signature-invalid', whiteListTexts.signatureInvalid);
    return signer;
  }
}

/** The children of `node`, which must be these, in this order, with white space alone between them and no attribute on them. */
function exactly<const Names extends readonly string[]>(node: Node, names: Names): { [Key in keyof Names]: Node } {
  const { children } = node;
  const fits =
    children.length === names.length &&
    children.every(({ element }, i) => element.uri === dsigUri && element.local === names[i]) &&
    node.text.trim() === '';
  if (!fits) throw profileFault();
  // The check above gives the array as many nodes as there are names.
  return children as unknown as { [Key in keyof Names]: Node };
}

/** The single attribute that `node` may have. */
function attribute(node: Node, name: string): string {
  const [only, ...rest] = node.element.attributes;
  if (only === undefined || rest.length > 0 || only.name !== name) throw profileFault();
  return only.value;
}

function requireAlgorithm(node: Node, expected: string): void {
  if (attribute(node, 'Algorithm') !== expected || node.children.length > 0 || node.text.trim() !== '')
    throw profileFault();
}

// xmldsig-core1 §4.4
function requireAlgorithms(signedInfo: Node, documentDigest: Buffer): void {
  const [canonicalization, method, reference] = exactly(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]);
  requireAlgorithm(canonicalization, excC14n);
  requireAlgorithm(method, rsaSha256);
  // xmldsig-core1 §4.4.3.2: the empty reference is the document that holds the signature.
  if (attribute(reference, 'URI') !== '') throw profileFault();
  const [transforms, digestMethod, digestValue] = exactly(reference, ['Transforms', 'DigestMethod', 'DigestValue']);
  const [first, second] = exactly(transforms, ['Transform', 'Transform']);
  requireAlgorithm(first, enveloped);
  requireAlgorithm(second, excC14n);
  requireAlgorithm(digestMethod, sha256);
  if (!base64(digestValue.text).equals(documentDigest)) throw new Refusal('white-list-altered', whiteListTexts.altered);
}

/** xmldsig-core1 §4.5.4; `KeyInfo` is not signed, so what else it holds (other certificates too) means nothing here. */
function certificateOf(keyInfo: Node): Certificate {
  const [data, ...rest] = keyInfo.children.filter(({ element }) => element.local === 'X509Data');
  const first = data?.children.find(({ element }) => element.local === 'X509Certificate');
  if (first === undefined || rest.length > 0) throw profileFault();
  return readCertificate(base64(first.text));
}

/** Base64 with white space and carriage returns, as the real signer writes it. */
function base64(text: string): Buffer {
  const folded = text.replace(/[ \t\r\n]+/g, '');
  if (folded.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(folded)) throw profileFault();
  return Buffer.from(folded, 'base64');
}

/** Digest of what a {@link CanonicalWriter} writes, gathered so that each update has some length. */
export class CanonicalDigest {
  readonly #hash = createHash('sha256');
  #pending = '';

  readonly write = (text: string): void => {
    this.#pending += text;
    if (this.#pending.length >= 64 * 1024) this.#flush();
  };

  digest(): Buffer {
    this.#flush();
    return this.#hash.digest();
  }

  #flush(): void {
    this.#hash.update(this.#pending, 'utf8');
    this.#pending = '';
  }
}
