/** From where one may write: accounts with their identities, and the mailboxes that a message passes through. */
import { queryOptions } from '@tanstack/react-query';
import type { Identity, JmapId, Mailbox } from '../../../contract/jmap/mail.ts';
import type { HeldAccount, Office } from '../../app/session.ts';
import type { Invocation } from '../../jmap/client.ts';

export interface WritingPlace {
  readonly account: HeldAccount;
  readonly identities: readonly Identity[];
  readonly draftsId: JmapId;
  readonly sentId: JmapId;
  readonly trashId: JmapId;
  /** Seconds that a message may wait for its time; 0: none may. */
  readonly maxDelayedSend: number;
}

const submission = 'urn:ietf:params:jmap:submission';

/** Drafts are written into the account, and sent from it. */
function mayWrite({ rights }: HeldAccount): boolean {
  return rights.includes('own') || (rights.includes('send') && rights.includes('write'));
}

function delayOf(jmap: Office['jmap'], accountId: string): number {
  const facts = jmap.session.accounts[accountId]?.accountCapabilities[submission];
  const delay = typeof facts === 'object' && facts !== null && 'maxDelayedSend' in facts ? facts.maxDelayedSend : 0;
  return typeof delay === 'number' ? delay : 0;
}

async function openPlaces({ jmap, accounts }: Pick<Office, 'jmap' | 'accounts'>, signal: AbortSignal) {
  const writable = accounts.filter(mayWrite);
  if (writable.length === 0) return [];
  const calls = writable.flatMap(({ accountId }): Invocation[] => [
    ['Identity/get', { accountId, ids: null }, `identities ${accountId}`],
    ['Mailbox/get', { accountId, ids: null, properties: ['id', 'role'] }, `mailboxes ${accountId}`],
  ]);
  const answers = await jmap.call(calls, { signal });
  return writable.flatMap((account): WritingPlace[] => {
    const { accountId } = account;
    const { list: identities } = answers.of<{ list: readonly Identity[] }>(`identities ${accountId}`);
    const { list } = answers.of<{ list: readonly Pick<Mailbox, 'id' | 'role'>[] }>(`mailboxes ${accountId}`);
    const idOf = (role: Mailbox['role']) => list.find((mailbox) => mailbox.role === role)?.id;
    const [draftsId, sentId, trashId] = [idOf('drafts'), idOf('sent'), idOf('trash')];
    if (draftsId === undefined || sentId === undefined || trashId === undefined || identities.length === 0) return [];
    return [{ account, identities, draftsId, sentId, trashId, maxDelayedSend: delayOf(jmap, accountId) }];
  });
}

export function writingPlacesQuery(office: Pick<Office, 'jmap' | 'accounts'>) {
  return queryOptions({
    queryKey: ['writing-places'],
    queryFn: ({ signal }) => openPlaces(office, signal),
    staleTime: 5 * 60_000,
  });
}

export interface Sender {
  readonly place: WritingPlace;
  readonly identity: Identity;
}

/** Undefined: not, or no longer, one's own. */
export function senderOf(
  places: readonly WritingPlace[],
  { accountId, identityId }: { readonly accountId: JmapId; readonly identityId: JmapId },
): Sender | undefined {
  const place = places.find(({ account }) => account.accountId === accountId);
  const identity = place?.identities.find(({ id }) => id === identityId) ?? place?.identities[0];
  return place === undefined || identity === undefined ? undefined : { place, identity };
}
