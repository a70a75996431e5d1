/** The mailboxes of an account as a tree, and what they are called. */
import type { Mailbox } from '../../../contract/jmap/mail.ts';
import { listTexts as texts } from '../../texts/list.ts';

export interface MailboxLine {
  readonly mailbox: Mailbox;
  /** 0: at the root. */
  readonly depth: number;
  /** `Patients / Bilans` */
  readonly path: string;
}

/** Those that every account has are called by what they are for, the others by their own name. */
export function mailboxName({ role, name }: Mailbox): string {
  return role === null ? name : texts.views[role];
}

/** Each under its parent, in the order given. One whose parent is not there stands at the root. */
export function mailboxLines(mailboxes: readonly Mailbox[]): readonly MailboxLine[] {
  const ids = new Set(mailboxes.map(({ id }) => id));
  const lines: MailboxLine[] = [];
  const seen = new Set<string>();
  const add = (parentId: string | null, depth: number, above: string): void => {
    for (const mailbox of mailboxes) {
      const parent = mailbox.parentId !== null && ids.has(mailbox.parentId) ? mailbox.parentId : null;
      if (parent !== parentId || seen.has(mailbox.id)) continue;
      seen.add(mailbox.id);
      const path = above === '' ? mailboxName(mailbox) : `${above} / ${mailboxName(mailbox)}`;
      lines.push({ mailbox, depth, path });
      add(mailbox.id, depth + 1, path);
    }
  };
  add(null, 0, '');
  return lines;
}

/** The person's own, with their place among themselves. */
export function ownLines(mailboxes: readonly Mailbox[]): readonly MailboxLine[] {
  return mailboxLines(mailboxes).filter(({ mailbox }) => mailbox.role === null);
}

/** Whether `mailbox` stands somewhere under `above`, or is it. */
export function isWithin(mailboxes: readonly Mailbox[], mailboxId: string, aboveId: string): boolean {
  let at: string | null = mailboxId;
  for (let steps = 0; at !== null && steps <= mailboxes.length; steps += 1) {
    if (at === aboveId) return true;
    at = mailboxes.find(({ id }) => id === at)?.parentId ?? null;
  }
  return false;
}
