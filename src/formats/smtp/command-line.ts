import { smtpLimits } from '../../base/limits.ts';
import { refusal } from './refusals.ts';

/** A command cut into its verb and what follows, not yet understood. */
export interface CommandLine {
  /** In upper case. */
  readonly verb: string;
  /** Without the space after the verb; empty when there is nothing. */
  readonly text: string;
}

/** Cuts a command line (already decoded, without CRLF). */
export function parseCommandLine(line: string): CommandLine {
  const match = /^([A-Za-z][A-Za-z0-9]{0,15})(?: (.*))?$/s.exec(line.replace(/ +$/, '')); // trailing spaces: RFC 5321 §4.1.1
  const [, verb, text] = match ?? [];
  if (verb === undefined) throw refusal('smtp-command');
  return { verb: verb.toUpperCase(), text: text ?? '' };
}

/** Refuses arguments after a command that takes none (RFC 5321 §4.1.1.4 DATA, §4.1.1.5 RSET, §4.1.1.10 QUIT). */
export function parseNoArguments(text: string): void {
  if (text !== '') throw refusal('smtp-arguments');
}

/** RFC 5321 §4.1.3, as far as its shape goes: nobody connects to it. */
const addressLiteral = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-F.]*(?::[0-9A-F.]*){2,7})\]$/i;

/** Reads what follows `EHLO `: a domain or an address literal (RFC 5321 §4.1.1.1). It proves nothing; it goes to `Received`. */
export function parseClientName(text: string): string {
  const isDomain = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text) && !text.includes('..');
  if (text.length > smtpLimits.domainBytes) throw refusal('smtp-arguments');
  // Underscores are no host name's (RFC 1123 §2.1), but Windows machines introduce themselves with them.
  if (!isDomain && !addressLiteral.test(text)) throw refusal('smtp-arguments');
  return text;
}

/** BDAT (RFC 3030 §2). */
export interface BdatArguments {
  readonly sizeBytes: number;
  readonly isLast: boolean;
}

/** Reads what follows `BDAT `. */
export function parseBdatArguments(text: string): BdatArguments {
  const [, size, last] = /^(\d{1,20})( LAST)?$/i.exec(text) ?? [];
  if (size === undefined) throw refusal('smtp-chunk-size');
  const sizeBytes = Number(size);
  if (!Number.isSafeInteger(sizeBytes)) throw refusal('smtp-chunk-size');
  return { sizeBytes, isLast: last !== undefined };
}

/** Writes a BDAT command without its CRLF. */
export function printBdat(bdat: BdatArguments): string {
  return `BDAT ${bdat.sizeBytes}${bdat.isLast ? ' LAST' : ''}`;
}
