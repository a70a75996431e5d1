import { decodeWords } from './encoded-words.ts';
import type { Findings } from './findings.ts';
import { type ParameterizedValue, parseParameterized } from './parameters.ts';
import type { HeaderField, Parameter, TransferEncoding } from './structure.ts';

/** What the `Content-*` fields of one part say (RFC 2045, 2183, 2392, 2557, 3282). */
export interface ContentFacts {
  type: string;
  subtype: string;
  parameters: readonly Parameter[];
  charset?: string;
  disposition?: string;
  dispositionParameters?: readonly Parameter[];
  fileName?: string;
  contentId?: string;
  description?: string;
  location?: string;
  md5?: string;
  language?: readonly string[];
  encoding: TransferEncoding;
  encodingName?: string;
}

// RFC 6838 §4.2: names of up to 127 characters
const mediaType = /^([a-z0-9!#$&^_.+-]{1,127})\s*\/\s*([a-z0-9!#$&^_.+-]{1,127})$/;
const encodings: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary', 'base64', 'quoted-printable']);

/** Reads the content fields among `fields`. `inDigest`: a part without type is then a message (RFC 2046 §5.1.5). */
export function readContentFields(fields: readonly HeaderField[], inDigest: boolean, findings: Findings): ContentFacts {
  const facts: ContentFacts = {
    type: inDigest ? 'message' : 'text',
    subtype: inDigest ? 'rfc822' : 'plain',
    parameters: [],
    encoding: '7bit',
  };
  const seen = new Set<string>();
  let fallbackName: string | undefined;
  let declaredName: string | undefined;
  for (const field of fields) {
    const initial = field.name.charCodeAt(0) | 32;
    if (initial !== 99 || field.name.charCodeAt(7) !== 45) continue; // "c", and the hyphen of "content-"
    const name = field.name.toLowerCase();
    if (seen.has(name)) {
      if (readable.has(name)) findings.add('duplicate-field', field.start, { field: name });
      continue;
    }
    seen.add(name);
    if (name === 'content-type') fallbackName = readType(facts, field, findings);
    else if (name === 'content-disposition') declaredName = readDisposition(facts, field, findings);
    else if (name === 'content-transfer-encoding') readEncoding(facts, field, findings);
    else readRest(facts, name, field.raw);
  }
  if (declaredName !== undefined && fallbackName !== undefined && declaredName !== fallbackName) {
    findings.add('ambiguous-file-name', fields[0]?.start ?? 0);
  }
  const fileName = declaredName ?? fallbackName;
  if (fileName !== undefined) facts.fileName = cleanFileName(fileName, findings, fields[0]?.start ?? 0);
  if (facts.fileName === '') delete facts.fileName;
  return facts;
}

const readable = new Set([
  ...['content-type', 'content-disposition', 'content-transfer-encoding', 'content-id', 'content-description'],
  ...['content-location', 'content-md5', 'content-language'],
]);

function readType(facts: ContentFacts, field: HeaderField, findings: Findings): string | undefined {
  const parsed = parseParameterized(field.raw);
  report(parsed, field, findings);
  const match = mediaType.exec(parsed.value);
  if (match === null) {
    // RFC 2045 §5.2: what cannot be read is text/plain
    findings.add('bad-content-type', field.start, { field: 'content-type' });
  } else {
    facts.type = match[1] ?? 'text';
    facts.subtype = match[2] ?? 'plain';
  }
  facts.parameters = parsed.parameters;
  const charset = parameterOf(parsed.parameters, 'charset');
  if (charset !== undefined && charset !== '') facts.charset = charset.toLowerCase().slice(0, 100);
  return nameOf(parsed, 'name', field, findings);
}

function readDisposition(facts: ContentFacts, field: HeaderField, findings: Findings): string | undefined {
  const parsed = parseParameterized(field.raw);
  report(parsed, field, findings);
  if (parsed.value !== '') facts.disposition = parsed.value.slice(0, 100);
  if (parsed.parameters.length > 0) facts.dispositionParameters = parsed.parameters;
  return nameOf(parsed, 'filename', field, findings);
}

function nameOf(parsed: ParameterizedValue, name: string, field: HeaderField, findings: Findings): string | undefined {
  const value = parameterOf(parsed.parameters, name);
  if (value === undefined) return undefined;
  for (const loser of parsed.losers) {
    // an ASCII form beside the RFC 2231 one is good practice, when both end alike
    const differs = loser.repeated ? loser.value !== value : extensionOf(loser.value) !== extensionOf(value);
    if (loser.name === name && differs) findings.add('ambiguous-file-name', field.start);
  }
  return value;
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot).trimEnd().toLowerCase();
}

function report(parsed: ParameterizedValue, field: HeaderField, findings: Findings): void {
  const where = { field: field.name.toLowerCase() };
  if (parsed.bad) findings.add('bad-parameter', field.start, where);
  if (parsed.cut) findings.add('parameters-cut', field.start, where);
  if (parsed.hasEncodedWord) findings.add('encoded-word-in-parameter', field.start, where);
  const repeats = parsed.losers.filter((loser) => loser.repeated && loser.name !== 'filename' && loser.name !== 'name');
  for (const loser of repeats) {
    if (parameterOf(parsed.parameters, loser.name) !== loser.value) {
      findings.add('duplicate-parameter', field.start, where);
    }
  }
}

function readEncoding(facts: ContentFacts, field: HeaderField, findings: Findings): void {
  // some senders add a comment, a ";" or quotes
  const token = /^[\s"]*([^\s;("]*)/.exec(field.raw)?.[1]?.toLowerCase() ?? '';
  if (isEncoding(token)) {
    facts.encoding = token;
    return;
  }
  findings.add('bad-transfer-encoding', field.start, { field: 'content-transfer-encoding' });
  if (token === '') return;
  facts.encoding = 'unknown';
  facts.encodingName = token.slice(0, 100);
}

function isEncoding(token: string): token is TransferEncoding {
  return encodings.has(token);
}

function readRest(facts: ContentFacts, name: string, raw: string): void {
  const text = decodeWords(raw).trim().slice(0, 2_000);
  if (text === '') return;
  if (name === 'content-id') facts.contentId = text.replace(/^.*?<|>.*$/g, '');
  else if (name === 'content-description') facts.description = text;
  else if (name === 'content-location') facts.location = text.replace(/\s+/g, '');
  else if (name === 'content-md5') facts.md5 = text;
  else if (name === 'content-language') facts.language = text.split(/[\s,]+/).filter((tag) => tag !== '');
}

export function parameterOf(parameters: readonly Parameter[] | undefined, name: string): string | undefined {
  return parameters?.find((parameter) => parameter.name === name)?.value;
}

/** RFC 2183 §2.3: a received name is no path; marks that reverse the direction of text make `fdp.exe` of `exe.pdf`. */
function cleanFileName(name: string, findings: Findings, at: number): string {
  const shown = name.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
  const last = shown.slice(Math.max(shown.lastIndexOf('/'), shown.lastIndexOf('\\')) + 1);
  if (last !== name) findings.add('deceptive-file-name', at);
  return last.trim();
}
