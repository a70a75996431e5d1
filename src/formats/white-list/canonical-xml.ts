/**
 * Exclusive XML Canonicalization 1.0 without comments (W3C REC-xml-exc-c14n, over REC-xml-c14n §2), written as the parser
 * goes: nothing of the document is kept but the namespaces rendered by the open elements.
 */

export interface XmlAttribute {
  readonly prefix: string;
  readonly local: string;
  readonly name: string;
  readonly uri: string;
  readonly value: string;
}

/** An element with its names resolved; `attributes` holds no namespace declaration. */
export interface XmlElement {
  readonly prefix: string;
  readonly local: string;
  readonly name: string;
  readonly uri: string;
  readonly attributes: readonly XmlAttribute[];
}

const textEscapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const valueEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

// REC-xml-c14n §2.3, text nodes
function escapeText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (found) => textEscapes[found] ?? found) : text;
}

// REC-xml-c14n §2.3, attribute nodes
function escapeValue(value: string): string {
  return value.replace(/[&<"\t\n\r]/g, (found) => valueEscapes[found] ?? found);
}

/** By code point, as the order of UTF-8 octets is; JavaScript's own order is by UTF-16 unit. */
function compareText(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export class CanonicalWriter {
  readonly #write: (text: string) => void;
  /** Prefix -> namespace in the output, one map for each open element; the outermost has no default namespace. */
  readonly #rendered: ReadonlyMap<string, string>[] = [new Map([['', '']])];
  #hasRoot = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  open(element: XmlElement): void {
    this.#hasRoot = true;
    const outer = this.#rendered.at(-1) ?? new Map<string, string>();
    const added = newNamespaces(element, outer);
    this.#rendered.push(added.length === 0 ? outer : new Map([...outer, ...added]));
    let tag = `<${element.name}`;
    for (const [prefix, uri] of added) tag += ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeValue(uri)}"`;
    for (const { name, value } of inOrder(element.attributes)) tag += ` ${name}="${escapeValue(value)}"`;
    this.#write(`${tag}>`);
  }

  close(name: string): void {
    this.#rendered.pop();
    this.#write(`</${name}>`);
  }

  text(text: string): void {
    this.#write(escapeText(text));
  }

  /** REC-xml-c14n §2.3: a line end parts the root element from instructions outside it. */
  instruction(target: string, body: string): void {
    const text = `<?${target}${body === '' ? '' : ` ${body}`}?>`;
    if (this.#rendered.length > 1) this.#write(text);
    else this.#write(this.#hasRoot ? `\n${text}` : `${text}\n`);
  }
}

/** REC-xml-exc-c14n §3: the prefixes that the element visibly uses, when the output does not bind them so yet. */
function newNamespaces(
  element: XmlElement,
  outer: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] {
  const added: (readonly [string, string])[] = [];
  if (element.prefix !== 'xml' && outer.get(element.prefix) !== element.uri) added.push([element.prefix, element.uri]);
  for (const { prefix, uri } of element.attributes) {
    // An attribute without a prefix uses no namespace; `xml` is bound always.
    if (prefix === '' || prefix === 'xml' || outer.get(prefix) === uri) continue;
    if (!added.some(([known]) => known === prefix)) added.push([prefix, uri]);
  }
  return added.length < 2 ? added : added.sort(([a], [b]) => compareText(a, b));
}

/** REC-xml-c14n §2.3, attribute axis: by namespace, then by local name; those without a namespace come first. */
function inOrder(attributes: readonly XmlAttribute[]): readonly XmlAttribute[] {
  if (attributes.length < 2) return attributes;
  return attributes.toSorted((a, b) => compareText(a.uri, b.uri) || compareText(a.local, b.local));
}
