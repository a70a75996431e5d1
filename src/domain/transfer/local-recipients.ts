import type { TenantId } from '../../base/ids.ts';
import { type Address, type DomainName, domainOf, localPartOf } from '../../formats/address/address.ts';
import { postmaster } from '../../formats/smtp/path.ts';
import type { Db } from '../../platform/db/db.ts';
import type { AccountRef, Mail } from '../mail/mail.ts';
import type { Refused, Verdict } from './acceptance.ts';
import { refused } from './replies.ts';
import type { TransferParts } from './transfer.ts';

type LocalParts = Pick<TransferParts, 'access' | 'options'> & {
  readonly db: Db;
  readonly mail: Pick<Mail, 'hasRoomFor'>;
};

/** An envelope recipient that is one of our accounts; `address` is what reports call it. */
export interface LocalRecipient {
  readonly account: AccountRef;
  readonly address: Address;
}

/** Identifies an account in maps and sets. */
export function accountText(account: AccountRef): `${TenantId}/${string}` {
  return `${account.tenantId}/${account.accountId}`;
}

export function isOurDomain(parts: Pick<TransferParts, 'options'>, domain: DomainName): boolean {
  return parts.options.domains.includes(domain);
}

/** RFC 5321 §4.5.1, RFC 2142: these reach a person in every domain, and so does `postmaster` without one. */
function isRoleAddress(recipient: Address | typeof postmaster): boolean {
  if (recipient === postmaster) return true;
  return ['postmaster', 'abuse'].includes(localPartOf(recipient).toLowerCase());
}

/** The account that `recipient`, bare or of one of our domains, reaches. Closed or full accounts too. */
export async function findLocalRecipient(
  parts: LocalParts,
  recipient: Address | typeof postmaster,
): Promise<LocalRecipient | undefined> {
  const address = recipient === postmaster ? parts.options.administrator : recipient;
  const account = await parts.access.findAddress(parts.db, address);
  if (account !== undefined) return { account, address };
  if (!isRoleAddress(recipient)) return undefined;
  const administrator = await parts.access.findAddress(parts.db, parts.options.administrator);
  return administrator === undefined ? undefined : { account: administrator, address };
}

/** May `sizeBytes` be put there now? An early answer: the delivery decides under the account's lock. */
export async function checkRoom(parts: LocalParts, account: AccountRef, sizeBytes: number): Promise<Verdict> {
  const room = await parts.mail.hasRoomFor(parts.db, account, sizeBytes);
  return room === 'yes' ? { kind: 'accepted' } : noRoom(room);
}

/** What a sender is told when every recipient failed so. */
export function noRoom(outcome: 'over-quota' | 'closed'): Refused {
  return refused(outcome === 'over-quota' ? 'mailbox-full' : 'mailbox-closed');
}

export function isOurs(parts: Pick<TransferParts, 'options'>, recipient: Address | typeof postmaster): boolean {
  return recipient === postmaster || isOurDomain(parts, domainOf(recipient));
}
