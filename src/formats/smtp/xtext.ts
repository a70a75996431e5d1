import { assert } from '../../base/assert.ts';
import { refusal } from './refusals.ts';

/** xtext of RFC 3461 §4: printable ASCII in which `+`, `=` and what is not printable stand as `+HH`. Spaces count among the latter. */
export function encodeXtext(text: string): string {
  assert(/^[ -~]*$/.test(text), 'only printable ASCII has an xtext');
  return text.replace(/[^!-*,-<>-~]/g, (char) => `+${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/**
 * Reads xtext. What it stands for must be printable ASCII: it ends up in the fields of a report, where an encoded line
 * feed would begin a field of the peer's own.
 */
export function decodeXtext(xtext: string): string {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/.test(xtext)) throw refusal('smtp-parameter');
  const text = xtext.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (!/^[ -~]*$/.test(text)) throw refusal('smtp-parameter');
  return text;
}
