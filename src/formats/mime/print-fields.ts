/** Printing of header fields: folded (RFC 5322 §2.2.3), encoded (RFC 2047, RFC 2231), and closed to injection. */
import { assert } from '../../base/assert.ts';
import { printGroup, printMailbox } from '../address/print-mailbox.ts';
import { encodeWords } from './encoded-words.ts';

export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

const lineWidth = 76; // RFC 5322 §2.1.1 advises 78; encoded words ask for 76 (RFC 2047 §2)
const longestWord = 900; // RFC 5322 §2.1.1: 998 octets a line, the field's name included
const fieldName = /^[\x21-\x39\x3b-\x7e]{1,70}$/;

/** `name: value`, folded before words, with its CRLF. `value` is already in ASCII or UTF-8 words. */
function printField(name: string, value: string): string {
  assert(fieldName.test(name), 'a header field name with characters outside RFC 5322 §3.6.8');
  let out = '';
  let line = `${name}:`;
  for (const word of value.trim().split(/ (?=[^ ])/)) {
    if (line.length + 1 + word.length > lineWidth) {
      out += `${line}\r\n`;
      line = '';
    }
    line += ` ${word}`;
  }
  return `${out}${line}\r\n`;
}

/** An unstructured field: any text, line ends and controls made spaces. */
export function printTextField(name: string, text: string): string {
  const clean = text.replace(/\p{Cc}+/gu, ' ').trim();
  const isPlain = /^[ -~]*$/.test(clean) && !clean.includes('=?') && !hasLongWord(clean);
  return printField(name, isPlain ? clean : encodeWords(clean));
}

function hasLongWord(text: string): boolean {
  return text.split(' ').some((word) => word.length > longestWord);
}

/** A field that holds mailboxes; nothing when there is none. */
export function printAddressField(name: string, mailboxes: readonly Mailbox[]): string {
  if (mailboxes.length === 0) return '';
  return printField(name, mailboxes.map((mailbox) => printMailbox(mailbox.name, mailbox.address)).join(', '));
}

/** A field that holds groups, and mailboxes of none (`name` null); nothing when there is neither. */
export function printGroupField(
  name: string,
  groups: readonly { readonly name: string | null; readonly members: readonly Mailbox[] }[],
): string {
  const printed = groups.flatMap((group) =>
    group.name === null
      ? group.members.map((mailbox) => printMailbox(mailbox.name, mailbox.address))
      : [printGroup(group.name, group.members)],
  );
  return printed.length === 0 ? '' : printField(name, printed.join(', '));
}

/** A field that holds message identifiers (given without brackets); nothing when there is none. */
export function printIdField(name: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  return printField(name, ids.map((id) => `<${id.replace(/[\s<>\p{Cc}]+/gu, '')}>`).join(' '));
}

/** A structured field whose value we make ourselves, out of ASCII tokens. */
export function printTokenField(name: string, value: string): string {
  assert(/^[ -~]*$/.test(value), 'a structured header value outside printable ASCII');
  return printField(name, value);
}

/** `name: value; parameter=…`, folded before parameters. */
export function printParameterField(
  name: string,
  value: string,
  parameters: readonly { readonly name: string; readonly value: string }[],
): string {
  const printed = parameters.flatMap((parameter) => printParameter(parameter.name, parameter.value));
  let out = '';
  let line = printTokenField(name, value).trimEnd();
  for (const parameter of printed) {
    const fits = line.length + parameter.length + 3 <= lineWidth;
    if (!fits) out += `${line};\r\n`;
    line = fits ? `${line}; ${parameter}` : ` ${parameter}`;
  }
  return `${out}${line}\r\n`;
}

const segmentWidth = 60;

/** A parameter as it fits: token, quoted string, or the segments of RFC 2231 §4.1. */
function printParameter(name: string, value: string): string[] {
  const clean = value.replace(/\p{Cc}+/gu, ' ');
  if (/^[A-Za-z0-9!#$&+.^_`{|}~-]{1,60}$/.test(clean)) return [`${name}=${clean}`];
  // a text that looks like an encoded word, or like RFC 2231, would be read as one
  if (/^[ -~]{0,60}$/.test(clean) && !clean.includes('=?')) return [`${name}="${clean.replace(/[\\"]/g, '\\$&')}"`];
  const segments: string[] = [];
  let segment = "UTF-8''";
  for (const char of clean) {
    const encoded = encodeURIComponent(char.isWellFormed() ? char : '\ufffd').replace(/['()*]/g, escapeChar);
    if (segment.length + encoded.length > segmentWidth) {
      segments.push(segment);
      segment = '';
    }
    segment += encoded;
  }
  segments.push(segment);
  if (segments.length === 1) return [`${name}*=${segment}`];
  return segments.map((text, index) => `${name}*${index}*=${text}`);
}

function escapeChar(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
