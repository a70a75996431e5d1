/**
 * Addresses of mail: RFC 5321 §4.1.2, RFC 5322 §3.4, RFC 6531 §3.3.
 *
 * An {@link Address} is an envelope address, `local@domain`, read strictly. A {@link DomainName} has one spelling alone:
 * lower case, in ASCII (A-labels), so that whoever compares two domains, of the white list, of our own or of the queue,
 * compares the same thing. The local part is kept as written: its case may count (RFC 5321 §2.4). Address literals
 * (`[192.0.2.1]`) are refused: no domain of the trust space is one.
 * What headers hold is looser: see `address-list.ts`.
 */
import { domainToASCII, domainToUnicode } from 'node:url';
import type { Brand } from '../../base/brand.ts';
import { smtpLimits } from '../../base/limits.ts';

export type Address = Brand<string, 'Address'>;
export type DomainName = Brand<string, 'DomainName'>;

// RFC 5322 §3.2.3 atext, RFC 6531 §3.3 adds what lies beyond ASCII; C1 controls and separators stay out
const atom =
  "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~\\u00a1-\\u1fff\\u2070-\\u2fff\\u3001-\\ud7ff\\uf900-\\ufefe\\uff00-\\uffef\\u{10000}-\\u{10ffff}]+";
const dotString = new RegExp(`^${atom}(?:\\.${atom})*$`, 'u');
// RFC 5321 §4.1.2 Quoted-string: qtextSMTP and quoted pairs of printable ASCII
const quotedString = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u00a1-\u{10ffff}]|\\[\x20-\x7e])*"$/u;
const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const wideLabel = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}\u00b7-]*[\p{L}\p{N}\p{M}])?$/u;
const maxLabelBytes = 63; // RFC 1035 §2.3.4

/** The address that `text` writes, or undefined when it writes none. No brackets, comments or white space around. */
export function parseAddress(text: string): Address | undefined {
  const at = text.lastIndexOf('@');
  if (at <= 0) return undefined;
  const local = text.slice(0, at);
  if (!isLocalPart(local)) return undefined;
  const domain = parseDomain(text.slice(at + 1));
  if (domain === undefined) return undefined;
  const address = `${local}@${domain}`;
  // RFC 5321 §4.5.3.1.3: the two angle brackets of a path count
  if (Buffer.byteLength(address) > smtpLimits.pathBytes - 2) return undefined;
  return address as Address; // the branded constructor
}

/** The domain that `text` names, in lower case and ASCII, or undefined. */
export function parseDomain(text: string): DomainName | undefined {
  if (text.length > smtpLimits.domainBytes) return undefined; // A-labels are never the shorter form
  const labels = text.toLowerCase().split('.').map(asciiLabel);
  if (labels.includes(undefined)) return undefined;
  const domain = labels.join('.');
  if (domain.length > smtpLimits.domainBytes) return undefined; // RFC 5321 §4.5.3.1.2
  if (/^\d+$/.test(labels.at(-1) ?? '')) return undefined; // an IP address, not a name: RFC 1123 §2.1
  return domain as DomainName; // the branded constructor
}

/** RFC 5891 §4: the A-label of a U-label. What only looks like one (wide letters, ligatures, lone digits) is refused. */
function asciiLabel(text: string): string | undefined {
  const ascii = wideLabel.test(text) && !label.test(text) ? domainToASCII(text) : text;
  if (!label.test(ascii) || ascii.length > maxLabelBytes) return undefined;
  return ascii === text || domainToUnicode(ascii) === text ? ascii : undefined; // RFC 5890 §2.3.2.1
}

function isLocalPart(text: string): boolean {
  // RFC 5321 §4.5.3.1.1
  if (Buffer.byteLength(text) > smtpLimits.localPartBytes) return false;
  return text.startsWith('"') ? quotedString.test(text) : dotString.test(text);
}

export function domainOf(address: Address): DomainName {
  return address.slice(address.lastIndexOf('@') + 1) as DomainName; // parseAddress has read it
}

/** The local part as written, quotes included. */
export function localPartOf(address: Address): string {
  return address.slice(0, address.lastIndexOf('@'));
}

/** The matricule of an INS: 13 digits and most often a key of two; 2A and 2B are the Corsican departments. */
const insPattern = /\d{5}(?:\d\d|2[ab])\d{6}(?:\d\d)?/i;

/** `text` as logs and public texts may show it: the local part goes when it could be an INS (a patient's trait). */
export function maskAddress(text: string): string {
  const at = text.lastIndexOf('@');
  const local = at < 0 ? text : text.slice(0, at);
  // digits of other scripts and widths are digits to who reads them
  if (!insPattern.test(local.normalize('NFKC').replace(/[^0-9A-Za-z]/g, ''))) return text;
  return at < 0 ? '***' : `***${text.slice(at)}`;
}
