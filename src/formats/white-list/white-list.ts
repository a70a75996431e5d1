import { createHash } from 'node:crypto';
import { Refusal } from '../../base/errors.ts';
import { whiteListLimits } from '../../base/limits.ts';
import { type DomainName, parseDomain } from '../address/address.ts';
import type { Certificate } from '../x509/certificate.ts';
import { canonicalDn, parseDn } from '../x509/dn.ts';
import { CanonicalWriter, type XmlElement } from './canonical-xml.ts';
import { CanonicalDigest, dsigUri, SignatureReader } from './signature.ts';
import { whiteListTexts } from './texts.ts';
import { listMalformed, listTooLarge, walkXml, type XmlVisitor } from './xml-reader.ts';

/**
 * The white list of the MSSanté trust space: which operator's certificate may speak for which domain. One signed XML file,
 * read and checked in a single pass. What comes out was signed, whole, by the key of `signer`; whether that signer is the
 * right one is the caller's question (`domain/trust`).
 */

export interface WhiteListEntry {
  readonly domain: DomainName;
  readonly description: string;
  /** The operator's name as written, and its key ({@link canonicalDn}). */
  readonly dn: string;
  readonly dnKey: string;
  readonly contact: string;
  readonly support: string;
  readonly updatedAt: Date | undefined;
}

export interface SignedWhiteList {
  readonly generatedAt: Date;
  readonly entries: readonly WhiteListEntry[];
  /** Entries without a readable domain or operator's name: they allow nothing, and say that the publisher erred. */
  readonly unreadableEntries: number;
  readonly signer: Certificate;
  /** Of the file, lower-case hexadecimal. */
  readonly sha256: string;
}

const listUri = 'https://listeblanche.mssante.fr/schema';
const fieldNames = ['Nom', 'Description', 'DNCertificatOperateur', 'ResponsableContact', 'SupportContact', 'DateMAJ'];

/**
 * Reads a white list and proves its signature with the certificate it carries.
 * @throws Refusal `white-list-malformed`, `-cut-short`, `-doctype`, `-too-large`, `-wrong-namespace`, `-unsigned`,
 * `-several-signatures`, `-signature-profile`, `-altered`, `-signature-invalid`, or of the certificate, `x509-…`
 */
export function readSignedWhiteList(file: Uint8Array): SignedWhiteList {
  const reader = new ListReader();
  walkXml(file, reader);
  return { ...reader.result(), sha256: createHash('sha256').update(file).digest('hex') };
}

class ListReader implements XmlVisitor {
  readonly #digest = new CanonicalDigest();
  readonly #canonical = new CanonicalWriter(this.#digest.write);
  readonly #path: string[] = [];
  readonly #entries: WhiteListEntry[] = [];
  #unreadable = 0;
  #generatedAt: string | undefined;
  #hasList = false;
  #signature: SignatureReader | undefined;
  /** The entry being read; a field that came twice is kept as unreadable. */
  #fields: Map<string, string> | undefined;
  #text: string | undefined;

  open(element: XmlElement, depth: number): void {
    if (element.uri === dsigUri && element.local === 'Signature') {
      this.#openSignature(element, depth);
    } else if (this.#signature?.isOpen === true) {
      this.#signature.open(element);
    } else {
      this.#canonical.open(element);
      // Elements of other namespaces are signed like the rest, and say nothing to us.
      this.#path.push(element.uri === listUri ? element.local : '');
      this.#enter(depth);
    }
  }

  #openSignature(element: XmlElement, depth: number): void {
    if (this.#signature !== undefined)
      throw new Refusal('white-list-several-signatures', whiteListTexts.severalSignatures);
    if (depth !== 2 || element.attributes.length > 0) {
      throw new Refusal('white-list-signature-profile', whiteListTexts.signatureProfile);
    }
    this.#signature = new SignatureReader(element);
  }

  #enter(depth: number): void {
    const [root, child] = this.#path;
    const name = this.#path.at(-1);
    if (depth === 1 && root !== 'ListeBlancheMSSante') {
      throw new Refusal('white-list-wrong-namespace', whiteListTexts.wrongNamespace);
    }
    if (depth === 2 && name === 'DateDeGeneration') {
      if (this.#generatedAt !== undefined) throw listMalformed();
      this.#text = '';
    }
    if (depth === 2 && name === 'ListeDomaines') {
      if (this.#hasList) throw listMalformed();
      this.#hasList = true;
    }
    if (depth === 3 && child === 'ListeDomaines' && name === 'Domaine') this.#fields = new Map();
    if (depth === 4 && this.#fields !== undefined && fieldNames.includes(name ?? '')) this.#text = '';
  }

  close(element: XmlElement, depth: number): void {
    if (this.#signature?.isOpen === true) {
      this.#signature.close();
    } else {
      this.#canonical.close(element.name);
      this.#leave(depth);
      this.#path.pop();
    }
  }

  #leave(depth: number): void {
    const text = this.#text;
    if (depth === 2) {
      if (text !== undefined) this.#generatedAt = text;
      this.#text = undefined;
    } else if (depth === 3 && this.#fields !== undefined) {
      this.#addEntry(this.#fields);
      this.#fields = undefined;
    } else if (depth === 4 && this.#fields !== undefined) {
      const name = this.#path.at(-1) ?? '';
      // A name that stands twice could be read either way: neither is taken.
      if (text !== undefined) this.#fields.set(name, this.#fields.has(name) ? '' : text.trim());
      this.#text = undefined;
    }
  }

  text(text: string, depth: number): void {
    if (this.#signature?.isOpen === true) {
      this.#signature.text(text);
      return;
    }
    this.#canonical.text(text);
    if (this.#text === undefined || depth !== (this.#fields === undefined ? 2 : 4)) return;
    this.#text += text;
    if (this.#text.length > whiteListLimits.fieldLength) throw listTooLarge();
  }

  instruction(target: string, body: string): void {
    if (this.#signature?.isOpen === true) this.#signature.instruction();
    else this.#canonical.instruction(target, body);
  }

  #addEntry(fields: ReadonlyMap<string, string>): void {
    if (this.#entries.length + this.#unreadable === whiteListLimits.entries) throw listTooLarge();
    const domain = readDomain(fields.get('Nom') ?? '');
    const dn = fields.get('DNCertificatOperateur') ?? '';
    const dnKey = keyOf(dn);
    if (domain === undefined || dnKey === undefined) {
      this.#unreadable += 1;
      return;
    }
    this.#entries.push({
      domain,
      description: fields.get('Description') ?? '',
      dn,
      dnKey,
      contact: fields.get('ResponsableContact') ?? '',
      support: fields.get('SupportContact') ?? '',
      updatedAt: readInstant(fields.get('DateMAJ') ?? ''),
    });
  }

  result(): Omit<SignedWhiteList, 'sha256'> {
    if (this.#signature === undefined) throw new Refusal('white-list-unsigned', whiteListTexts.unsigned);
    const signer = this.#signature.verify(this.#digest.digest());
    const generatedAt = readInstant(this.#generatedAt?.trim() ?? '');
    if (generatedAt === undefined || !this.#hasList) throw listMalformed();
    return { generatedAt, entries: this.#entries, unreadableEntries: this.#unreadable, signer };
  }
}

function keyOf(dn: string): string | undefined {
  try {
    return canonicalDn(parseDn(dn));
  } catch (fault) {
    if (fault instanceof Refusal) return undefined;
    throw fault;
  }
}

/** Two labels at least: the list names no top-level domain. */
function readDomain(text: string): DomainName | undefined {
  const domain = parseDomain(text);
  return domain?.includes('.') === true ? domain : undefined;
}

/** An `xs:dateTime` with its zone. */
function readInstant(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
