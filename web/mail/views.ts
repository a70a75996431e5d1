/** The lists that an address names: those that every account has, and an account's own mailboxes. */
import type { MailboxRole } from '../../contract/jmap/mail.ts';

/** French, as they stand in the address. */
const roleViews = {
  reception: 'inbox',
  envoyes: 'sent',
  brouillons: 'drafts',
  archives: 'archive',
  indesirables: 'junk',
  corbeille: 'trash',
} as const satisfies Readonly<Record<string, MailboxRole>>;

export type View =
  | { readonly kind: 'role'; readonly role: MailboxRole }
  /** Starred, in any mailbox but the trash. */
  | { readonly kind: 'starred' }
  | { readonly kind: 'all' }
  | { readonly kind: 'mailbox'; readonly accountId: string; readonly mailboxId: string };

const mailboxName = /^dossier-([0-9a-f-]{36})-([0-9a-f-]{36})$/;

export function readView(name: string): View | undefined {
  if (name === 'suivis') return { kind: 'starred' };
  if (name === 'tous') return { kind: 'all' };
  const role = Object.entries(roleViews).find(([french]) => french === name)?.[1];
  if (role !== undefined) return { kind: 'role', role };
  const [, accountId, mailboxId] = mailboxName.exec(name) ?? [];
  return accountId === undefined || mailboxId === undefined ? undefined : { kind: 'mailbox', accountId, mailboxId };
}

export function viewName(view: View): string {
  switch (view.kind) {
    case 'starred':
      return 'suivis';
    case 'all':
      return 'tous';
    case 'mailbox':
      return `dossier-${view.accountId}-${view.mailboxId}`;
    case 'role':
      return Object.entries(roleViews).find(([, role]) => role === view.role)?.[0] ?? 'reception';
  }
}
