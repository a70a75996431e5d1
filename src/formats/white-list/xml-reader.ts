import { SaxesParser, type SaxesTagNS } from 'saxes';
import { Refusal } from '../../base/errors.ts';
import { whiteListLimits } from '../../base/limits.ts';
import type { XmlAttribute, XmlElement } from './canonical-xml.ts';
import { whiteListTexts } from './texts.ts';

/** Walks an XML 1.0 document in UTF-8, without DTD, within the bounds of a white list. */

export interface XmlVisitor {
  /** `depth` is 1 for the root element. */
  open(element: XmlElement, depth: number): void;
  close(element: XmlElement, depth: number): void;
  text(text: string, depth: number): void;
  instruction(target: string, body: string, depth: number): void;
}

const xmlnsUri = 'http://www.w3.org/2000/xmlns/';
/** UTF-16 units given to the parser at a time. */
const chunkLength = 64 * 1024;

export function listMalformed(cause?: unknown): Refusal {
  const options = cause === undefined ? undefined : { cause };
  return new Refusal('white-list-malformed', whiteListTexts.malformed, options);
}

export function listTooLarge(): Refusal {
  return new Refusal('white-list-too-large', whiteListTexts.tooLarge);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw listMalformed(cause);
  }
}

/** @throws Refusal `white-list-malformed`, `white-list-cut-short`, `white-list-doctype`, `white-list-too-large` */
export function walkXml(bytes: Uint8Array, visitor: XmlVisitor): void {
  if (bytes.byteLength > whiteListLimits.fileBytes) throw listTooLarge();
  const text = decode(bytes);
  const open: XmlElement[] = [];
  const parser = parserFor(visitor, open);
  try {
    for (let at = 0; at < text.length; at += chunkLength) parser.write(text.slice(at, at + chunkLength));
    if (open.length > 0) throw new Refusal('white-list-cut-short', whiteListTexts.cutShort);
    parser.close();
  } catch (fault) {
    if (fault instanceof Refusal) throw fault;
    throw listMalformed(fault);
  }
}

function parserFor(visitor: XmlVisitor, open: XmlElement[]): SaxesParser<{ xmlns: true }> {
  const parser = new SaxesParser({ xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  let attributes = 0;
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0' || (encoding !== undefined && encoding.toLowerCase() !== 'utf-8')) throw listMalformed();
  });
  parser.on('doctype', () => {
    throw new Refusal('white-list-doctype', whiteListTexts.doctype);
  });
  parser.on('opentagstart', () => {
    attributes = 0;
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > whiteListLimits.attributes) throw listTooLarge();
  });
  parser.on('opentag', (tag) => {
    if (open.length === whiteListLimits.depth) throw listTooLarge();
    const element = elementOf(tag);
    open.push(element);
    visitor.open(element, open.length);
  });
  parser.on('closetag', () => {
    const element = open.at(-1);
    if (element === undefined) throw listMalformed();
    visitor.close(element, open.length);
    open.pop();
  });
  const onText = (text: string): void => {
    if (open.length > 0) visitor.text(text, open.length);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('processinginstruction', ({ target, body }) => visitor.instruction(target, body, open.length));
  return parser;
}

function elementOf(tag: SaxesTagNS): XmlElement {
  const attributes: XmlAttribute[] = [];
  for (const name in tag.attributes) {
    const attribute = tag.attributes[name];
    if (attribute !== undefined && attribute.uri !== xmlnsUri) attributes.push(attribute);
  }
  return { prefix: tag.prefix, local: tag.local, name: tag.name, uri: tag.uri, attributes };
}
