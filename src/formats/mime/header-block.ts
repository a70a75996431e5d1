import { isAscii, isUtf8 } from 'node:buffer';
import { mimeLimits } from '../../base/limits.ts';
import { Findings } from './findings.ts';
import type { HeaderField } from './structure.ts';

/** RFC 5322 §2.2 field-name; §4.5 lets white space stand before the colon. */
const namePattern = /^[\x21-\x39\x3b-\x7e]+[ \t]*$/;

/**
 * The fields of a header: `block` holds its lines, without the empty line or with it. `offset` is where it starts in the
 * message. Lines that are neither a field nor the continuation of one are reported and left out.
 */
export function parseHeaderBlock(block: Buffer, offset = 0, findings = new Findings()): HeaderField[] {
  const fields: HeaderField[] = [];
  const text = block.toString('latin1'); // one character a byte: positions are offsets
  const ascii = isAscii(block);
  let at = 0;
  while (at < text.length) {
    const end = fieldEnd(text, at);
    const start = at;
    at = end;
    const first = text.charCodeAt(start);
    if (first === 10 || (first === 13 && text.charCodeAt(start + 1) === 10)) continue;
    const colon = text.indexOf(':', start);
    const name = colon < 0 || colon >= end ? '' : text.slice(start, colon);
    if (!namePattern.test(name)) {
      // a mailbox file's separator line is no part of the message
      if (start > 0 || offset > 0 || !text.startsWith('From ')) findings.addOnce('bad-header-line', offset + start);
      continue;
    }
    if (fields.length >= mimeLimits.fields) {
      findings.addOnce('header-cut', offset + start);
      break;
    }
    let valueEnd = end;
    if (text.charCodeAt(valueEnd - 1) === 10) valueEnd -= text.charCodeAt(valueEnd - 2) === 13 ? 2 : 1;
    if (valueEnd - colon - 1 > mimeLimits.fieldBytes) {
      findings.addOnce('header-cut', offset + start, { field: name.trimEnd().toLowerCase() });
      valueEnd = colon + 1 + mimeLimits.fieldBytes;
    }
    const raw = ascii
      ? text.slice(colon + 1, valueEnd)
      : decodeRaw(block.subarray(colon + 1, valueEnd), offset + colon + 1, findings);
    fields.push({ name: name.trimEnd(), raw, start: offset + start, end: offset + end });
  }
  return fields;
}

/** Where the field that starts at `at` ends: after the first line end that no white space follows (RFC 5322 §2.2.3). */
function fieldEnd(text: string, at: number): number {
  let from = at;
  for (;;) {
    const lf = text.indexOf('\n', from);
    if (lf < 0) return text.length;
    const next = text.charCodeAt(lf + 1);
    if (next !== 32 && next !== 9) return lf + 1;
    from = lf + 1;
  }
}

/** RFC 6532 §3: headers are UTF-8; older senders wrote their own code page. */
function decodeRaw(bytes: Buffer, offset: number, findings: Findings): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  findings.addOnce('header-not-utf8', offset);
  return new TextDecoder('windows-1252').decode(bytes);
}

/** The first field called `name` (any case). */
export function findField(fields: readonly HeaderField[], name: string): HeaderField | undefined {
  const lower = name.toLowerCase();
  return fields.find((field) => field.name.length === lower.length && field.name.toLowerCase() === lower);
}

/** Every field called `name` (any case), in order. */
export function findFields(fields: readonly HeaderField[], name: string): HeaderField[] {
  const lower = name.toLowerCase();
  return fields.filter((field) => field.name.length === lower.length && field.name.toLowerCase() === lower);
}
