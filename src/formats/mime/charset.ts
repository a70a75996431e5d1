import { isUtf8 } from 'node:buffer';
import { decodeUtf7 } from './utf7.ts';

/** Text, and how sure we are of it: `known` is false when the label is not one we can read, or does not fit the bytes. */
export interface DecodedText {
  readonly text: string;
  readonly known: boolean;
}

/** The upper halves of two code pages that the platform's decoder lacks and that old French software still writes. */
const codePages: ReadonlyMap<string, string> = new Map([
  [
    'cp437',
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0',
  ],
  [
    'cp850',
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0',
  ],
]);

/** Other names of the above, and labels in the field that the platform does not know. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['ibm437', 'cp437'],
  ['437', 'cp437'],
  ['ibm850', 'cp850'],
  ['850', 'cp850'],
  ['utf-7', 'utf-7'],
  ['utf7', 'utf-7'],
  ['unicode-1-1-utf-7', 'utf-7'],
  ['cp1252', 'windows-1252'],
  ['cp1250', 'windows-1250'],
  ['cp932', 'shift_jis'],
  ['cp936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['iso-8859-8-i', 'iso-8859-8'],
  ['latin9', 'iso-8859-15'],
  ['latin-1', 'windows-1252'],
]);

/**
 * The text of `bytes` under the charset `label` of a message. Nothing throws: bytes that do not fit are replaced, and a
 * label that nobody can read gives UTF-8 when the bytes are valid UTF-8, else windows-1252.
 */
export function decodeCharset(bytes: Uint8Array, label: string | undefined): DecodedText {
  const name = label === undefined ? '' : canonicalLabel(label);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (name === 'utf-8') return { text: stripMark(buffer.toString('utf8')), known: isUtf8(buffer) };
  if (name === '' || name === 'us-ascii') return decodeUndeclared(buffer);
  if (name === 'utf-7') return { text: decodeUtf7(buffer.toString('latin1')), known: true };
  const page = codePages.get(name);
  if (page !== undefined) return { text: decodePage(buffer, page), known: true };
  const decoder = decoderOf(name);
  if (decoder === undefined) return { text: decodeUndeclared(buffer).text, known: false };
  return { text: decoder.decode(buffer), known: true };
}

/** True when `label` names a charset that {@link decodeCharset} reads. */
export function isKnownCharset(label: string): boolean {
  const name = canonicalLabel(label);
  if (name === 'utf-8' || name === 'us-ascii' || name === 'utf-7' || codePages.get(name) !== undefined) return true;
  return decoderOf(name) !== undefined;
}

function canonicalLabel(label: string): string {
  const name = label.trim().toLowerCase();
  if (name === 'utf8' || name === 'utf-8') return 'utf-8';
  if (name === 'us-ascii' || name === 'ascii' || name === 'ansi_x3.4-1968' || name === '7bit') return 'us-ascii';
  return aliases.get(name) ?? name;
}

function decoderOf(name: string): TextDecoder | undefined {
  try {
    return new TextDecoder(name);
  } catch {
    return undefined; // the platform throws RangeError on a label that it does not know
  }
}

/** RFC 2045 §5.2 says US-ASCII; 8-bit bytes there are UTF-8 when valid, else what Windows programs write. */
function decodeUndeclared(buffer: Buffer): DecodedText {
  if (isUtf8(buffer)) return { text: stripMark(buffer.toString('utf8')), known: true };
  return { text: new TextDecoder('windows-1252').decode(buffer), known: false };
}

function decodePage(buffer: Buffer, page: string): string {
  return buffer.toString('latin1').replace(/[\x80-\xff]/g, (char) => page[char.charCodeAt(0) - 0x80] ?? '\ufffd');
}

function stripMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** `bytes` without the character that a cut may have left incomplete at its end. */
export function trimCutText(bytes: Buffer, label: string | undefined): Buffer {
  const name = label === undefined ? '' : canonicalLabel(label);
  if (name !== '' && name !== 'utf-8' && name !== 'us-ascii') return bytes;
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue; // a continuation byte: RFC 3629 §3
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
