import { assert } from '../../base/assert.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import type { Uuid } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import { findFields } from '../../formats/mime/header-block.ts';
import { printMailDate } from '../../formats/mime/mail-date.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';

/** Who handed a message over, and how: what `Received` tells. */
export interface Handover {
  readonly clientName: string;
  /** Absent for people: where a doctor sits when writing concerns nobody on the way. */
  readonly remoteAddress?: string;
  readonly tls: { readonly version: string; readonly cipher: string };
  readonly isAuthenticated: boolean;
  readonly smtpUtf8: boolean;
}

/** RFC 5321 §4.4: the sender's address, written by who delivers for good. */
export function printReturnPath(sender: Address | null): string {
  return `Return-Path: <${sender ?? ''}>\r\n`;
}

/**
 * RFC 5321 §4.4. No `for` clause: it would tell one recipient of another, and a patient's address contains the INS
 * (§7.6 warns of it).
 */
export function printReceived(handover: Handover, by: { hostName: string; id: Uuid; at: Date }): string {
  const from = `from ${word(handover.clientName)}${handover.remoteAddress === undefined ? '' : ` (${addressLiteral(handover.remoteAddress)})`}`;
  return [
    `Received: ${from}`,
    // RFC 8314 §4.3 tls clause; RFC 3848 and RFC 6531 §4.3 name the protocols.
    `\tby ${word(by.hostName)} with ${protocolName(handover)} tls ${word(handover.tls.cipher)} (${word(handover.tls.version)}) id ${by.id};`,
    `\t${printMailDate(by.at)}`,
    '',
  ].join('\r\n');
}

function protocolName({ isAuthenticated, smtpUtf8 }: Handover): string {
  return `${smtpUtf8 ? 'UTF8SMTPS' : 'ESMTPS'}${isAuthenticated ? 'A' : ''}`;
}

/** RFC 5321 §4.1.3. */
function addressLiteral(address: string): string {
  return address.includes(':') ? `[IPv6:${word(address)}]` : `[${word(address)}]`;
}

/** One word of a trace field: what a peer says of itself cannot write structure. */
function word(text: string): string {
  const clean = text.replace(/[^A-Za-z0-9.:_[\]-]/g, '?').slice(0, 255);
  return clean === '' ? 'unknown' : clean;
}

/** RFC 5321 §6.3: a message that was relayed too often turns in circles. */
export function isLooping(fields: readonly HeaderField[], limit: number): boolean {
  assert(limit > 0, 'a message may be relayed at least once');
  return findFields(fields, 'Received').length > limit;
}

/** The header that reports return (RFC 3461 §6.2), cut between two fields. */
export function printHeader(fields: readonly HeaderField[], maxBytes = transferLimits.returnedHeaderBytes): string {
  let header = '';
  for (const field of fields) {
    const line = `${field.name}:${field.raw}\r\n`;
    if (Buffer.byteLength(header) + Buffer.byteLength(line) > maxBytes) break;
    header += line;
  }
  return header;
}
