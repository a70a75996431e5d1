/** A message in plain text, as it is shown: paragraphs, quotes that fold, links that can be followed. */
import { type LinkTarget, readLink } from '../safety/addresses.ts';

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly target: LinkTarget };

export type Block =
  | { readonly kind: 'own' | 'signature'; readonly text: string }
  /** What an earlier message said, without its marks; quotes in it keep theirs. */
  | { readonly kind: 'quote'; readonly text: string };

interface Line {
  readonly depth: number;
  readonly text: string;
}

/** RFC 3676 §4.5: marks at the beginning of the line, and the space that stuffing put there (§4.4). */
function readLine(line: string, isFlowed: boolean): Line {
  const [marks = ''] = /^(?:>\s?(?=>))*>?/.exec(line) ?? [];
  const depth = (marks.match(/>/g) ?? []).length;
  const rest = line.slice(marks.length);
  return { depth, text: depth > 0 || isFlowed ? rest.replace(/^ /, '') : rest };
}

/** Lines that end with a space go on in the next (RFC 3676 §4.1); the mark of a signature does not (§4.3). */
function unflow(lines: readonly Line[], isDelSp: boolean): Line[] {
  const joined: Line[] = [];
  let isOpen = false;
  for (const line of lines) {
    const last = joined.at(-1);
    const isSignature = line.text === '-- ';
    const goesOn = isOpen && last !== undefined && last.depth === line.depth && !isSignature;
    if (goesOn)
      joined[joined.length - 1] = { ...last, text: `${isDelSp ? last.text.slice(0, -1) : last.text}${line.text}` };
    else joined.push(line);
    isOpen = line.text.endsWith(' ') && !isSignature;
  }
  return joined.map(({ depth, text }) => ({ depth, text: text === '-- ' ? text : text.trimEnd() }));
}

export interface PlainForm {
  /** `format=flowed` of the part's Content-Type, RFC 3676 §4. */
  readonly isFlowed: boolean;
  readonly isDelSp: boolean;
}

/** Of the raw Content-Type of a part. */
export function readPlainForm(contentType: string | null | undefined): PlainForm {
  const given = contentType ?? '';
  return {
    isFlowed: /;\s*format\s*=\s*"?flowed"?\s*(?:;|$)/i.test(given),
    isDelSp: /;\s*delsp\s*=\s*"?yes"?\s*(?:;|$)/i.test(given),
  };
}

export function readPlainText(text: string, { isFlowed, isDelSp }: PlainForm): Block[] {
  const read = text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => readLine(line, isFlowed));
  const lines = isFlowed ? unflow(read, isDelSp) : read;
  const blocks: { kind: Block['kind']; lines: string[] }[] = [];
  for (const { depth, text: words } of lines) {
    const last = blocks.at(-1);
    const kind = kindOf({ depth, words, before: last?.kind });
    const line = kind === 'quote' && depth > 1 ? `${'> '.repeat(depth - 1)}${words}` : words;
    if (last?.kind === kind) last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  return blocks
    .map(({ kind, lines: held }) => ({ kind, text: held.join('\n').replace(/^\n+|\s+$/g, '') }))
    .filter(({ text: held }) => held !== '');
}

/** RFC 3676 §4.3: what follows `-- ` is the signature, up to a quote. */
function kindOf({
  depth,
  words,
  before,
}: {
  depth: number;
  words: string;
  before: Block['kind'] | undefined;
}): Block['kind'] {
  if (depth > 0) return 'quote';
  return words === '-- ' || words === '--' || before === 'signature' ? 'signature' : 'own';
}

const addressed =
  /\bhttps?:\/\/[^\s<>"«»]{2,2000}|\bwww\.[^\s<>"«»]{3,2000}|\bmailto:[^\s<>"«»]{3,320}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/giu;

/** What ends the sentence does not belong to the address; a parenthesis does when it was opened in it. */
function trimEnd(address: string): string {
  let end = address.length;
  while (end > 0) {
    const last = address[end - 1] ?? '';
    const isOpened = last === ')' && count(address.slice(0, end), '(') >= count(address.slice(0, end), ')');
    if (!/[.,;:!?'’)\]}]/.test(last) || isOpened) break;
    end -= 1;
  }
  return address.slice(0, end);
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

/** The text in order, cut where addresses begin and end: joined, the segments are the text again. */
export function linkify(text: string): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const match of text.matchAll(addressed)) {
    const shown = trimEnd(match[0]);
    const target = readLink(hrefOf(shown));
    if (target === undefined) continue;
    if (match.index > at) segments.push({ kind: 'text', text: text.slice(at, match.index) });
    segments.push({ kind: 'link', text: shown, target });
    at = match.index + shown.length;
  }
  if (at < text.length) segments.push({ kind: 'text', text: text.slice(at) });
  return segments;
}

function hrefOf(shown: string): string {
  if (/^(?:https?:|mailto:)/i.test(shown)) return shown;
  return /^www\./i.test(shown) ? `https://${shown}` : `mailto:${shown}`;
}
