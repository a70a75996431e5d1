/** The mailboxes of the accounts, with their counts, as the server last told them. */
import type { JmapId, Mailbox, MailboxRole } from '../../../contract/jmap/mail.ts';

const roleOrder: readonly (MailboxRole | null)[] = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash', null];

/** Those of the standard first, then the person's own by their order and name. */
function inOrder(mailboxes: readonly Mailbox[]): readonly Mailbox[] {
  return mailboxes.toSorted(
    (one, other) =>
      roleOrder.indexOf(one.role) - roleOrder.indexOf(other.role) ||
      one.sortOrder - other.sortOrder ||
      one.name.localeCompare(other.name, 'fr', { numeric: true }),
  );
}

export class Mailboxes {
  readonly #told = new Map<JmapId, readonly Mailbox[]>();
  readonly #listeners = new Set<() => void>();
  #version = 0;

  take(accountId: JmapId, mailboxes: readonly Mailbox[]): void {
    this.#told.set(accountId, inOrder(mailboxes));
    this.#version += 1;
    for (const each of this.#listeners) each();
  }

  of(accountId: JmapId): readonly Mailbox[] | undefined {
    return this.#told.get(accountId);
  }

  withRole(accountId: JmapId, role: MailboxRole): Mailbox | undefined {
    return this.#told.get(accountId)?.find((mailbox) => mailbox.role === role);
  }

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  };

  /** Another number after each change. */
  readonly version = (): number => this.#version;
}
