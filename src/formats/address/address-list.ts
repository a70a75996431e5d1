/**
 * Address lists as headers hold them: RFC 5322 §3.4 with §4.4 (obsolete forms), read with the leniency that mail in the
 * field needs: brackets missing (Outlook drafts, scanners), unquoted commas aside, encoded words inside quotes (Exchange),
 * `;` between mailboxes (Outlook). Nothing throws; what has no address keeps its name.
 */
import { mimeLimits } from '../../base/limits.ts';
import { decodeWords } from '../mime/encoded-words.ts';
import { type Token, tokenize } from './address-tokens.ts';

/** One correspondent of a header. `address` is as written and may be ill-formed: {@link parseAddress} judges it. */
export interface HeaderMailbox {
  readonly name?: string;
  readonly address?: string;
}

export type AddressEntry =
  | ({ readonly kind: 'mailbox' } & HeaderMailbox)
  | { readonly kind: 'group'; readonly name: string; readonly members: readonly HeaderMailbox[] };

/** The mailboxes and groups of an address field (`From`, `To`, `Disposition-Notification-To` …), in order, bounded. */
export function parseAddressList(value: string): AddressEntry[] {
  const entries: AddressEntry[] = [];
  let group: { name: string; members: HeaderMailbox[] } | undefined;
  let pending: Token[] = [];
  let count = 0;
  const endMailbox = (): void => {
    const mailbox = readMailbox(pending);
    pending = [];
    if (mailbox === undefined || count >= mimeLimits.addresses) return;
    count += 1;
    if (group === undefined) entries.push({ kind: 'mailbox', ...mailbox });
    else group.members.push(mailbox);
  };
  const endGroup = (): void => {
    if (group !== undefined) entries.push({ kind: 'group', name: group.name, members: group.members });
    group = undefined;
  };
  let pendingHasMark = false;
  const brackets = new Brackets();
  for (const token of tokenize(value)) {
    if (count >= mimeLimits.addresses) break;
    if (pending.length === 0) pendingHasMark = false;
    const separator = token.kind === 'mark' && !brackets.hold(token.text) ? token.text : '';
    if (token.kind !== 'mark') brackets.pass();
    if (separator === ',') {
      endMailbox();
    } else if (separator === ';') {
      endMailbox();
      endGroup();
    } else if (separator === ':' && group === undefined && pending.length > 0 && !pendingHasMark) {
      group = { name: phraseOf(pending), members: [] };
      pending = [];
    } else {
      pending.push(token);
      if (token.kind === 'mark') pendingHasMark = true;
    }
  }
  endMailbox();
  endGroup();
  return entries;
}

/** Whether a mark stands between angle brackets, where only a route holds `,` and `:` (RFC 5322 §4.4). */
class Brackets {
  #state: 'outside' | 'opened' | 'address' | 'route' = 'outside';

  /** True when `mark` belongs to what is between brackets; a separator outside a route ends brackets that were never closed. */
  hold(mark: string): boolean {
    if (mark === '<') this.#state = 'opened';
    else if (mark === '>') this.#state = 'outside';
    else if (this.#state === 'opened') this.#state = mark === '@' ? 'route' : 'address';
    if ((mark === ',' || mark === ';') && this.#state === 'address') this.#state = 'outside';
    return this.#state !== 'outside';
  }

  /** Something else than a mark stands there. */
  pass(): void {
    if (this.#state === 'opened') this.#state = 'address';
  }
}

/** The mailboxes of a list, groups opened. */
export function mailboxesOf(entries: readonly AddressEntry[]): HeaderMailbox[] {
  return entries.flatMap((entry) => (entry.kind === 'group' ? entry.members : [withoutKind(entry)]));
}

/**
 * Every `x@y` that stands in an address field outside quotes and comments, whether this reader takes it for an address or
 * for part of a name; undefined when quotes or a comment are never closed. For who must know whether two readers
 * could see two authors.
 */
export function addressesShown(value: string): readonly string[] | undefined {
  // What is never closed swallows what is put behind it.
  const tokens = [...tokenize(`${value} end`)].filter((token) => token.kind !== 'comment');
  if (tokens.at(-1)?.text !== 'end' || tokens.at(-1)?.kind !== 'atom') return undefined;
  return tokens.flatMap((token, index) =>
    token.kind === 'mark' && token.text === '@'
      ? [`${tokens[index - 1]?.source ?? ''}@${tokens[index + 1]?.source ?? ''}`]
      : [],
  );
}

function withoutKind(entry: HeaderMailbox): HeaderMailbox {
  return {
    ...(entry.name === undefined ? {} : { name: entry.name }),
    ...(entry.address === undefined ? {} : { address: entry.address }),
  };
}

/** The words of a display name; encoded words that stand side by side are one text (RFC 2047 §6.2). */
function phraseOf(tokens: readonly Token[]): string {
  let raw = '';
  for (const token of tokens) {
    if (token.kind === 'comment') continue;
    raw += (token.spaced && raw !== '' ? ' ' : '') + token.text;
  }
  return decodeWords(raw).trim();
}

function readMailbox(tokens: readonly Token[]): HeaderMailbox | undefined {
  const open = tokens.findIndex((token) => token.kind === 'mark' && token.text === '<');
  if (open >= 0) return bracketed(tokens, open);
  const at = tokens.findLastIndex((token) => token.kind === 'mark' && token.text === '@');
  if (at < 0) return nameAlone(tokens);
  return bare(tokens, at);
}

/** `name <address>`; the closing bracket may lack. */
function bracketed(tokens: readonly Token[], open: number): HeaderMailbox | undefined {
  const close = tokens.findIndex((token, index) => index > open && token.kind === 'mark' && token.text === '>');
  const inside = tokens.slice(open + 1, close < 0 ? undefined : close).filter((token) => token.kind !== 'comment');
  // RFC 5322 §4.4 obs-route: "@a,@b:" before the address is dropped
  const colon = inside.findIndex((token) => token.kind === 'mark' && token.text === ':');
  const isRoute = colon >= 0 && inside[0]?.kind === 'mark' && inside[0].text === '@';
  const address = joined(isRoute ? inside.slice(colon + 1) : inside);
  const before = tokens.slice(0, open);
  let name = phraseOf(before);
  if (name === '') name = commentOf(tokens);
  return mailboxOf(name, address);
}

/** `address (name)`, or words around an address without brackets. */
function bare(tokens: readonly Token[], at: number): HeaderMailbox | undefined {
  let first = at;
  while (first > 0 && !(tokens[first]?.spaced ?? false) && tokens[first - 1]?.kind !== 'comment') first -= 1;
  if (first === at && first > 0 && tokens[first - 1]?.kind !== 'comment') first -= 1; // "a @b.fr": RFC 5322 §4.4
  let last = at;
  while (last + 1 < tokens.length && tokens[last + 1]?.kind !== 'comment' && joins(tokens, last)) last += 1;
  const words = [...tokens.slice(0, first), ...tokens.slice(last + 1)].filter((token) => token.kind !== 'mark');
  const name = phraseOf(words);
  return mailboxOf(name === '' ? commentOf(tokens) : name, joined(tokens.slice(first, last + 1)));
}

function joins(tokens: readonly Token[], last: number): boolean {
  const next = tokens[last + 1];
  return next !== undefined && (!next.spaced || tokens[last]?.text === '@');
}

function nameAlone(tokens: readonly Token[]): HeaderMailbox | undefined {
  const name = phraseOf(tokens);
  return mailboxOf(name === '' ? commentOf(tokens) : name, '');
}

function mailboxOf(name: string, address: string): HeaderMailbox | undefined {
  if (name === '' && address === '') return undefined;
  return { ...(name === '' ? {} : { name }), ...(address === '' ? {} : { address }) };
}

function commentOf(tokens: readonly Token[]): string {
  return decodeWords(tokens.findLast((token) => token.kind === 'comment')?.text ?? '').trim();
}

function joined(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'quoted' ? token.source : token.text)).join('');
}
