/** What may stay in a list after a deed, as far as mailboxes and keywords tell; the rest the server says (mail/search/query.ts asks it). */
import type { JmapId, Mailbox } from '../../../contract/jmap/mail.ts';
import type { ListSearch } from '../list-search.ts';
import type { View } from '../views.ts';

type Standing = { readonly mailboxIds: object; readonly keywords: object };

export interface Staying {
  readonly matches: (email: Standing) => boolean;
  /** By mailboxes alone: whether it still is where the view looks. */
  readonly isThere: (email: Standing) => boolean;
}

export function staying(view: View, search: ListSearch, mailboxes: readonly Mailbox[]): Staying {
  const isThere = placeTest(view, mailboxes);
  return {
    isThere,
    matches: (email) =>
      isThere(email) &&
      !(search.nonlus === true && '$seen' in email.keywords) &&
      !(view.kind === 'starred' && !('$flagged' in email.keywords)),
  };
}

function placeTest(view: View, mailboxes: readonly Mailbox[]): (email: Standing) => boolean {
  if (view.kind === 'role' || view.kind === 'mailbox') {
    const id: JmapId | undefined =
      view.kind === 'mailbox' ? view.mailboxId : mailboxes.find(({ role }) => role === view.role)?.id;
    return ({ mailboxIds }) => id !== undefined && id in mailboxIds;
  }
  const left = view.kind === 'starred' ? ['trash'] : ['trash', 'junk'];
  const outside = mailboxes.filter(({ role }) => role !== null && left.includes(role)).map(({ id }) => id);
  return ({ mailboxIds }) => Object.keys(mailboxIds).some((id) => !outside.includes(id));
}
