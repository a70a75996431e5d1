/** Brings the copy to where the server is: drafts go both ways, what is gone there goes here. */

import type { Mailbox } from '../../contract/jmap/mail.ts';
import type { Settings } from '../../contract/settings.ts';
import type { ApiClient } from '../api/client.ts';
import type { Invocation } from '../jmap/client.ts';
import { isSameAddress } from '../mail/compose/addresses.ts';
import { messageOfDraft, openEmail, saveDraft } from '../mail/compose/draft-calls.ts';
import { senderOf, type WritingPlace } from '../mail/compose/writing-places.ts';
import { copyBounds } from './bounds.ts';
import type { DeviceCopy, KeptDraft, KeptFrame } from './copy.ts';
import type { SendParts } from './send-waiting.ts';

export interface RefreshParts extends SendParts {
  readonly api: Pick<ApiClient, 'request'>;
  readonly session: KeptFrame['session'];
  readonly now: () => number;
  readonly newId: () => string;
}

export async function refreshCopy(copy: DeviceCopy, parts: RefreshParts): Promise<void> {
  await keepFrame(copy, parts);
  await pushDrafts(copy, parts);
  for (const place of parts.places) await pullDrafts(copy, parts, place);
  await dropGone(copy, parts);
}

async function keepFrame(copy: DeviceCopy, { api, jmap, session, accounts, places, now }: RefreshParts): Promise<void> {
  const calls = accounts.map(
    ({ accountId }): Invocation => ['Mailbox/get', { accountId, ids: null, properties: ['id', 'name'] }, accountId],
  );
  const [answers, settings] = await Promise.all([jmap.call(calls), api.request<Settings>('GET', '/api/settings')]);
  const mailboxes = Object.fromEntries(
    accounts.flatMap(({ accountId }) =>
      answers.of<{ list: readonly Mailbox[] }>(accountId).list.map(({ id, name }) => [id, name]),
    ),
  );
  const { person, practice, operator } = session;
  await copy.putFrame({
    ...{ session: { person, practice, operator }, accounts, places, mailboxes, settings, takenAt: now() },
  });
}

/** Written on without network. Where the draft was changed elsewhere too, both stay: nothing that was typed is lost. */
async function pushDrafts(copy: DeviceCopy, { jmap, places }: RefreshParts): Promise<void> {
  for (const kept of await copy.drafts()) {
    if (!kept.isChanged) continue;
    const { message, draft } = kept;
    const sender = senderOf(places, message);
    if (sender === undefined) continue;
    const where = { draftsId: sender.place.draftsId, identity: sender.identity };
    const outcome = await saveDraft(jmap, where, message, draft === undefined ? [] : [draft]);
    if (outcome.kind !== 'saved') continue; // it stays here as it is
    const saved = { accountId: message.accountId, emailId: outcome.emailId };
    await copy.putDraft({ ...kept, draft: saved, isChanged: false });
  }
}

async function pullDrafts(
  copy: DeviceCopy,
  { jmap, now, newId }: RefreshParts,
  { account: { accountId }, identities, draftsId }: WritingPlace,
): Promise<void> {
  const asked = {
    ...{ accountId, filter: { inMailbox: draftsId }, limit: copyBounds.drafts },
    sort: [{ property: 'receivedAt', isAscending: false }],
  };
  const { ids } = (await jmap.call([['Email/query', asked, 'q']])).of<{ ids: readonly string[] }>('q');
  const kept = (await copy.drafts()).filter(({ message }) => message.accountId === accountId);
  const known = new Map(
    kept.flatMap((each) => (each.draft === undefined ? [] : [[each.draft.emailId, each] as const])),
  );
  for (const emailId of ids) {
    if (known.has(emailId)) continue; // emails never change
    const email = await openEmail(jmap, { accountId, emailId });
    const [identity] = identities;
    if (email === undefined || identity === undefined) continue;
    const from = identities.find((each) => isSameAddress(each.email, email.from?.[0]?.email ?? '')) ?? identity;
    const message = messageOfDraft(email, { accountId, identityId: from.id, draftId: newId() });
    const at = Date.parse(email.receivedAt);
    const draft: KeptDraft = {
      ...{ message, draft: { accountId, emailId }, changedAt: Number.isNaN(at) ? now() : at, isChanged: false },
    };
    const before = kept.find((each) => each.message.draftId === message.draftId);
    if (before?.isChanged !== true) await copy.putDraft(draft);
  }
  const pulled = new Set(ids);
  for (const each of await copy.drafts()) {
    const { message, draft, isChanged } = each;
    const isGone = draft !== undefined && !pulled.has(draft.emailId);
    if (message.accountId === accountId && !isChanged && isGone) await copy.dropDraft(message.draftId);
  }
}

/** Asked without opening the emails: nobody reads them now. */
async function dropGone(copy: DeviceCopy, { jmap, accounts }: RefreshParts): Promise<void> {
  const emails = await copy.emails();
  for (const accountId of new Set(emails.map((each) => each.accountId))) {
    const ids = emails.filter((each) => each.accountId === accountId).map(({ email }) => email.id);
    const isOurs = accounts.some((account) => account.accountId === accountId);
    const gone = isOurs ? await notFound(jmap, accountId, ids) : ids;
    for (const id of gone) await copy.dropEmail(accountId, id);
  }
}

async function notFound(
  jmap: RefreshParts['jmap'],
  accountId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const answers = await jmap.call([['Email/get', { accountId, ids, properties: ['id', 'mailboxIds'] }, 'g']]);
  return answers.of<{ notFound?: readonly string[] }>('g').notFound ?? [];
}
