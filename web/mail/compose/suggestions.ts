/** What the box of recipients proposes: what the account keeps first, then the national directory. */
import type { Static } from 'typebox';
import type { foundCorrespondentsSchema } from '../../../contract/contacts.ts';
import type { EmailAddress } from '../../../contract/jmap/mail.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { addressKey } from './addresses.ts';
import { roleAndPlace } from './standing.ts';

export type FoundCorrespondents = Static<typeof foundCorrespondentsSchema>;
type Found = FoundCorrespondents['items'][number];

export type Source = 'favourite' | 'group' | 'book' | 'written' | 'directory';

export interface Suggestion {
  readonly id: string;
  readonly source: Source;
  readonly name: string;
  /** Role, service, place; of a group, its members. */
  readonly detail: string;
  readonly isHomonym: boolean;
  /** Several for a group. */
  readonly recipients: readonly EmailAddress[];
}

/** Fits a phone above its keyboard, with what the account keeps in sight. */
const mostShown = 12;

function named(name: string | null, address: string): EmailAddress {
  return { name: name === '' ? null : name, email: address };
}

function keptSuggestion(match: FoundCorrespondents['kept'][number], listed: ReadonlyMap<string, Found>) {
  const detailOf = (address: string): string => {
    const found = listed.get(addressKey(address));
    return found === undefined ? '' : roleAndPlace(found);
  };
  switch (match.kind) {
    case 'favourite':
    case 'written': {
      const { name, address, leftAt } = match.recipient;
      const detail = leftAt === null ? detailOf(address) : texts.left;
      return single(match.kind, { name: name ?? address, detail, recipient: named(name, address) });
    }
    case 'book': {
      const { name, address, leftAt } = match.entry;
      if (address === null) return undefined;
      const detail = leftAt === null ? detailOf(address) : texts.left;
      return single('book', { name, detail, recipient: named(name, address) });
    }
    case 'group': {
      const members = match.group.members.filter(({ leftAt }) => leftAt === null);
      if (members.length === 0) return undefined;
      return {
        id: `group/${match.group.id}`,
        source: 'group' as const,
        name: match.group.name,
        detail: texts.members(members.map(({ name, address }) => name ?? address)),
        isHomonym: false,
        recipients: members.map(({ name, address }) => named(name, address)),
      };
    }
  }
}

function single(
  source: Source,
  { name, detail, recipient }: { readonly name: string; readonly detail: string; readonly recipient: EmailAddress },
): Suggestion {
  return { id: `${source}/${recipient.email}`, source, name, detail, isHomonym: false, recipients: [recipient] };
}

/** The address to write to: the one that the account prefers, or the first. */
function addressOf({ preferred, addresses }: Found): string | undefined {
  return preferred ?? addresses[0]?.address;
}

/** `taken`: addresses that are recipients already. Nobody is proposed twice. */
export function suggestionsOf(found: FoundCorrespondents, taken: readonly string[]): readonly Suggestion[] {
  const seen = new Set(taken.map(addressKey));
  const listed = new Map(found.items.flatMap((item) => item.addresses.map((each) => [addressKey(each.address), item])));
  const suggestions: Suggestion[] = [];
  for (const match of found.kept) {
    const one = keptSuggestion(match, listed);
    if (one === undefined) continue;
    const recipients = one.recipients.filter(({ email }) => !seen.has(addressKey(email)));
    if (recipients.length === 0) continue;
    if (one.source !== 'group') for (const { email } of recipients) seen.add(addressKey(email));
    suggestions.push({ ...one, recipients });
  }
  for (const item of found.items) {
    const address = addressOf(item);
    if (address === undefined || item.addresses.some((each) => seen.has(addressKey(each.address)))) continue;
    suggestions.push({
      id: `directory/${item.id}`,
      source: item.isFavourite === true ? 'favourite' : 'directory',
      name: item.name,
      detail: roleAndPlace(item),
      isHomonym: item.isHomonym,
      recipients: [named(item.name, address)],
    });
  }
  return suggestions.slice(0, mostShown);
}
