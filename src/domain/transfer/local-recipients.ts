import { transferLimits } from '../../base/domain-limits.ts';
import type { TenantId } from '../../base/ids.ts';
import { type Address, domainOf, localPartOf } from '../../formats/address/address.ts';
import { postmaster } from '../../formats/smtp/path.ts';
import type { AccountRef } from '../mail/mail.ts';
import type { Refused, Verdict } from './acceptance.ts';
import { refused } from './replies.ts';
import type { TransferParts } from './transfer.ts';

type RecipientParts = Pick<TransferParts, 'access' | 'options' | 'db' | 'mail' | 'clock'>;

/** An envelope recipient that is one of our accounts; `address` is what reports call it. */
export interface LocalRecipient {
  readonly account: AccountRef;
  readonly address: Address;
}

/** Identifies an account in maps and sets. */
export function accountText(account: AccountRef): `${TenantId}/${string}` {
  return `${account.tenantId}/${account.accountId}`;
}

/** What a sender is told when every recipient failed so. */
export function noRoom(outcome: 'over-quota' | 'closed'): Refused {
  return refused(outcome === 'over-quota' ? 'mailbox-full' : 'mailbox-closed');
}

export function isOurs(parts: Pick<TransferParts, 'options'>, recipient: Address | typeof postmaster): boolean {
  return recipient === postmaster || parts.options.domains.includes(domainOf(recipient));
}

/** RFC 5321 §4.5.1, RFC 2142: these reach a person in every domain, and so does `postmaster` without one. */
function isRoleAddress(recipient: Address | typeof postmaster): boolean {
  return recipient === postmaster || ['postmaster', 'abuse'].includes(localPartOf(recipient).toLowerCase());
}

interface Remembered {
  readonly account: AccountRef;
  roomBytes: number;
  roomUntilMs: number;
}

/**
 * Finds our accounts for RCPT. It remembers where addresses lead, which never changes (an address is never given again), and
 * for a second that there was room: an early answer, for the delivery decides under the account's lock.
 */
export class LocalRecipients {
  readonly #parts: RecipientParts;
  readonly #remembered = new Map<Address, Remembered>();

  constructor(parts: RecipientParts) {
    this.#parts = parts;
  }

  /** The account that `recipient`, bare or of one of our domains, reaches. Closed or full accounts too. */
  async find(recipient: Address | typeof postmaster): Promise<LocalRecipient | undefined> {
    const { administrator } = this.#parts.options;
    const address = recipient === postmaster ? administrator : recipient;
    const found = await this.#accountOf(address);
    if (found !== undefined) return { account: found.account, address };
    const fallback = isRoleAddress(recipient) ? await this.#accountOf(administrator) : undefined;
    return fallback === undefined ? undefined : { account: fallback.account, address };
  }

  /** May `sizeBytes` be put there now? */
  async checkRoom({ account, address }: LocalRecipient, sizeBytes: number): Promise<Verdict> {
    const remembered = this.#remembered.get(address);
    const nowMs = this.#parts.clock.monotonicMs();
    if (remembered !== undefined && sizeBytes <= remembered.roomBytes && nowMs < remembered.roomUntilMs) {
      return { kind: 'accepted' };
    }
    const room = await this.#parts.mail.hasRoomFor(this.#parts.db, account, sizeBytes);
    if (room !== 'yes') return noRoom(room);
    if (remembered !== undefined) {
      remembered.roomBytes = sizeBytes;
      remembered.roomUntilMs = nowMs + transferLimits.rememberedRoomMs;
    }
    return { kind: 'accepted' };
  }

  async #accountOf(address: Address): Promise<Remembered | undefined> {
    const held = this.#remembered.get(address);
    if (held !== undefined) return held;
    const account = await this.#parts.access.findAddress(this.#parts.db, address);
    if (account === undefined) return undefined;
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= transferLimits.rememberedRecipients) {
      this.#remembered.delete(oldest);
    }
    const remembered = { account, roomBytes: 0, roomUntilMs: 0 };
    this.#remembered.set(address, remembered);
    return remembered;
  }
}
