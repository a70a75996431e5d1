import { type Address, parseAddress } from '../address/address.ts';
import { refusal, type SmtpRefusalCode } from './refusals.ts';

/** `<postmaster>` without a domain (RFC 5321 §4.5.1). An {@link Address} has a domain, so the two never meet. */
export const postmaster = 'postmaster';

/** What stands between angle brackets: an address, `postmaster`, or null for `<>` (RFC 5321 §4.5.5). */
export type Path = Address | typeof postmaster | null;

type PathFault = Extract<SmtpRefusalCode, 'smtp-sender' | 'smtp-recipient'>;

// Where the path ends: a quoted local part may hold `>` and `@`. Whether it is an address is parseAddress's to say.
const addressPath = /^<((?:"(?:[^"\\]|\\.)*"|[^"<>@ ]+)@[^<>@ ]+)>/u;

/** Reads the path at the start of `text` and gives what follows it. Source routes are declined (RFC 5321 §3.3, §4.1.1.3). */
export function readPath(text: string, fault: PathFault): { path: Path; rest: string } {
  if (text.startsWith('<>')) return { path: null, rest: text.slice(2) };
  if (/^<postmaster>/i.test(text)) return { path: postmaster, rest: text.slice('<postmaster>'.length) };
  const match = addressPath.exec(text);
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1]);
  if (match === null || address === undefined) throw refusal(fault);
  return { path: address, rest: text.slice(match[0].length) };
}

/** Writes a path with its angle brackets. */
export function printPath(path: Path): string {
  return `<${path ?? ''}>`;
}

/** True when the path may stand in a command without SMTPUTF8 (RFC 6531 §3.3). */
export function isAsciiPath(path: Path): boolean {
  return /^\p{ASCII}*$/u.test(path ?? '');
}
