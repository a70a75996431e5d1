import { type Address, parseAddress } from '../address/address.ts';
import { refusal, type SmtpRefusalCode } from './refusals.ts';

/** `<postmaster>` without a domain (RFC 5321 §4.5.1). An {@link Address} has a domain, so the two never meet. */
export const postmaster = 'postmaster';

/** What stands between angle brackets: an address, `postmaster`, or null for `<>` (RFC 5321 §4.5.5). */
export type Path = Address | typeof postmaster | null;

type PathFault = Extract<SmtpRefusalCode, 'smtp-sender' | 'smtp-recipient'>;

// Where the path ends: a quoted local part may hold `>` and `@`. Whether it is an address is parseAddress's to say.
const addressPath = /^<((?:"(?:[^"\\]|\\.)*"|[^"<>@ ]+)@[^<>@ ]+)>/u;

export interface ReadPath {
  readonly path: Path;
  /** What follows it. */
  readonly rest: string;
  /** It was written in ASCII: such a path may stand in a command without SMTPUTF8 (RFC 6531 §3.3). */
  readonly isAscii: boolean;
}

/** Reads the path at the start of `text`. Source routes are declined (RFC 5321 §3.3, §4.1.1.3). */
export function readPath(text: string, fault: PathFault): ReadPath {
  if (text.startsWith('<>')) return { path: null, rest: text.slice(2), isAscii: true };
  const named = /^<postmaster>/i.exec(text);
  if (named !== null) return { path: postmaster, rest: text.slice(named[0].length), isAscii: true };
  const match = addressPath.exec(text);
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1]);
  if (match === null || address === undefined) throw refusal(fault);
  return { path: address, rest: text.slice(match[0].length), isAscii: /^\p{ASCII}*$/u.test(match[0]) };
}

/** Writes a path with its angle brackets. */
export function printPath(path: Path): string {
  return `<${path ?? ''}>`;
}
