import { decodeCharset, isKnownCharset } from './charset.ts';

/** An unfolded field text with its encoded words read; `faulty` when one of them could not be read as it says. */
export interface DecodedWords {
  readonly text: string;
  readonly faulty: boolean;
}

/** RFC 2047 §2; spaces inside the text are not allowed there, but senders write them. */
const wordPattern = /=\?([^?\s]{1,75})\?([bBqQ])\?([^?]*)\?=/g;

interface Run {
  charset: string;
  bytes: Buffer[];
}

/** The text of an unstructured field, folding removed and encoded words decoded (RFC 2047). */
export function decodeWords(raw: string): string {
  return readWords(raw).text;
}

/** Like {@link decodeWords}, saying also whether a word was ill-formed. */
export function readWords(raw: string): DecodedWords {
  if (!raw.includes('=?')) return { text: cleanControls(raw), faulty: false };
  let out = '';
  let faulty = false;
  let run: Run | undefined;
  let from = 0;
  const endRun = (): void => {
    if (run === undefined) return;
    const decoded = decodeCharset(Buffer.concat(run.bytes), run.charset);
    if (!decoded.known) faulty = true;
    out += decoded.text;
    run = undefined;
  };
  for (const match of raw.matchAll(wordPattern)) {
    const between = raw.slice(from, match.index);
    from = match.index + match[0].length;
    // RFC 2047 §6.2: white space between two encoded words is not shown
    if (run === undefined || !/^[ \t\r\n]*$/.test(between)) {
      endRun();
      out += between;
    }
    const charset = (match[1] ?? '').split('*', 1)[0] ?? ''; // RFC 2231 §5: a language may follow
    const bytes = decodeWord(match[2] ?? '', match[3] ?? '');
    if (bytes === undefined) faulty = true;
    // a character may be cut between two words, against RFC 2047 §5: words of one charset are joined first
    if (run === undefined || run.charset.toLowerCase() !== charset.toLowerCase()) {
      endRun();
      run = { charset, bytes: [] };
    }
    run.bytes.push(bytes ?? Buffer.from(match[3] ?? '', 'latin1'));
  }
  endRun();
  const rest = raw.slice(from);
  if (rest.includes('=?') || out.includes('=?')) faulty = true;
  return { text: cleanControls(out + rest), faulty };
}

function decodeWord(encoding: string, text: string): Buffer | undefined {
  if (encoding === 'b' || encoding === 'B') {
    return /[^A-Za-z0-9+/=\s]/.test(text) ? undefined : Buffer.from(text.replace(/=+/g, ''), 'base64');
  }
  const latin = text
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /[^\p{Cc} -\xff]/u.test(latin) ? Buffer.from(latin, 'utf8') : Buffer.from(latin, 'latin1');
}

/** Folding goes (RFC 5322 §2.2.3), and an encoded word cannot bring line ends or control characters in. */
function cleanControls(text: string): string {
  const unfolded = text.replace(/\r?\n(?=[ \t])/g, '');
  return unfolded.replace(/(?:(?!\t)\p{Cc})+/gu, ' ');
}

/** True when an encoded word of `raw` names a charset that nobody reads. */
export function hasUnreadableWord(raw: string): boolean {
  for (const match of raw.matchAll(wordPattern)) {
    if (!isKnownCharset((match[1] ?? '').split('*', 1)[0] ?? '')) return true;
  }
  return false;
}

const maxWordBytes = 36; // RFC 2047 §2: 75 characters a word at most; 36 bytes make 48 of base64, 12 go around, and `Subject:` fits before

/** `text` as encoded words in UTF-8, several when it is long, cut between characters (RFC 2047 §5). */
export function encodeWords(text: string): string {
  const words: string[] = [];
  let piece = '';
  let pieceBytes = 0;
  for (const char of text) {
    const bytes = Buffer.byteLength(char);
    if (pieceBytes + bytes > maxWordBytes) {
      words.push(encodeOneWord(piece));
      piece = '';
      pieceBytes = 0;
    }
    piece += char;
    pieceBytes += bytes;
  }
  if (piece !== '') words.push(encodeOneWord(piece));
  return words.join(' ');
}

function encodeOneWord(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  const quoted = bytes.toString('latin1').replace(/[^A-Za-z0-9!*+\-/]/g, (char) => {
    return char === ' ' ? '_' : `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
  const base64 = bytes.toString('base64');
  // Q is the readable one; B when it is shorter
  return quoted.length <= base64.length ? `=?UTF-8?Q?${quoted}?=` : `=?UTF-8?B?${base64}?=`;
}
