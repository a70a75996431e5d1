/** What the composer starts from: nothing, a draft, what is answered or passed on, or what the journal kept. */
import type { JmapClient } from '../../jmap/client.ts';
import type { EmailRef } from '../store/types.ts';
import { isSameAddress, readRecipients } from './addresses.ts';
import type { ComposeSearch } from './compose-search.ts';
import { attachmentsOf, copyBlobs, messageOfDraft, type OpenedEmail, openEmail } from './draft-calls.ts';
import type { BegunDraft } from './draft-session.ts';
import type { ComposedMessage, Origin } from './message.ts';
import { originalHtml, quoteHtml, signatureHtml, signatureOf } from './quoting.ts';
import { replyIdentity, replyRecipients, replySubject, replyThreading } from './reply-rules.ts';
import type { Sender, WritingPlace } from './writing-places.ts';

export type Beginning =
  | { readonly kind: 'ready'; readonly begun: BegunDraft; readonly isOriginalGone: boolean }
  | { readonly kind: 'gone' | 'nowhere' };

export interface BeginParts {
  readonly jmap: Pick<JmapClient, 'call'>;
  readonly places: readonly WritingPlace[];
  /** Every address that is one's own, or that one writes for. */
  readonly ownAddresses: readonly string[];
  /** Of HTML from elsewhere, what a message may hold. */
  readonly clean: (html: string) => string;
  readonly newId: () => string;
  readonly signal: AbortSignal;
}

const mark = /^([\w-]{1,255})\.([\w-]{1,255})$/;

function readOrigin({ reponse, mode }: ComposeSearch): Origin | undefined {
  const [, accountId, emailId] = mark.exec(reponse ?? '') ?? [];
  if (accountId === undefined || emailId === undefined) return undefined;
  return { accountId, emailId, mode: mode ?? 'repondre' };
}

export function printOrigin(origin: Origin | undefined): ComposeSearch {
  return origin === undefined ? {} : { reponse: `${origin.accountId}.${origin.emailId}`, mode: origin.mode };
}

function firstSender(places: readonly WritingPlace[], accountId: string | undefined): Sender | undefined {
  const place = places.find(({ account }) => account.accountId === accountId) ?? places[0];
  const identity = place?.identities[0];
  return place === undefined || identity === undefined ? undefined : { place, identity };
}

function emptyMessage({ newId, clean }: BeginParts, { place, identity }: Sender): ComposedMessage {
  return {
    ...{ draftId: newId(), accountId: place.account.accountId, identityId: identity.id },
    ...{ to: [], cc: [], bcc: [], subject: '', format: 'html', text: '', attachments: [] },
    html: `<p></p>${signatureHtml(clean(signatureOf(identity).html))}`,
    ...{ isUrgent: false, wantsReceipt: false, inReplyTo: [], references: [], origin: undefined },
  };
}

export async function begin(parts: BeginParts, draft: EmailRef | undefined, search: ComposeSearch): Promise<Beginning> {
  if (draft !== undefined) return beginFromDraft(parts, draft, search);
  const origin = readOrigin(search);
  const sender = firstSender(parts.places, search.compte ?? origin?.accountId);
  if (sender === undefined) return { kind: 'nowhere' };
  if (origin !== undefined) return beginFromOrigin(parts, sender, origin);
  const message = { ...emptyMessage(parts, sender), to: readRecipients(search.a ?? '').recipients };
  return { kind: 'ready', begun: { message, draft: undefined }, isOriginalGone: false };
}

async function beginFromDraft(parts: BeginParts, draft: EmailRef, search: ComposeSearch): Promise<Beginning> {
  const place = parts.places.find(({ account }) => account.accountId === draft.accountId);
  const email = place === undefined ? undefined : await openEmail(parts.jmap, draft, parts.signal);
  if (place === undefined || email === undefined || !('$draft' in email.keywords)) return { kind: 'gone' };
  const from = email.from?.[0]?.email ?? '';
  const identity = place.identities.find((each) => isSameAddress(each.email, from)) ?? place.identities[0];
  if (identity === undefined) return { kind: 'nowhere' };
  const held = messageOfDraft(email, {
    accountId: draft.accountId,
    identityId: identity.id,
    draftId: parts.newId(),
  });
  const message = { ...held, html: parts.clean(held.html), origin: held.origin ?? readOrigin(search) };
  return { kind: 'ready', begun: { message, draft }, isOriginalGone: false };
}

async function beginFromOrigin(parts: BeginParts, sender: Sender, origin: Origin): Promise<Beginning> {
  const email = await openEmail(parts.jmap, origin, parts.signal);
  const isSameAccount = sender.place.account.accountId === origin.accountId;
  const found = email === undefined || !isSameAccount ? undefined : replyIdentity(email, sender.place.identities);
  const from = { ...sender, identity: found ?? sender.identity };
  const empty = emptyMessage(parts, from);
  if (email === undefined) {
    return { kind: 'ready', begun: { message: empty, draft: undefined }, isOriginalGone: true };
  }
  const message: ComposedMessage = {
    ...empty,
    ...replyRecipients(email, origin.mode, parts.ownAddresses),
    subject: replySubject(email.subject, origin.mode),
    html: `${empty.html}${quoteHtml(email, origin.mode, parts.clean(originalHtml(email)))}`,
    attachments: origin.mode === 'transferer' ? await passedOn(parts, { email, origin, from }) : [],
    ...(origin.mode === 'transferer' ? {} : replyThreading(email)),
    origin,
  };
  return { kind: 'ready', begun: { message, draft: undefined }, isOriginalGone: false };
}

async function passedOn(
  { jmap }: BeginParts,
  { email, origin, from }: { readonly email: OpenedEmail; readonly origin: Origin; readonly from: Sender },
) {
  const wanted = attachmentsOf(email.attachments);
  const copied = await copyBlobs(jmap, { from: origin.accountId, to: from.place.account.accountId }, wanted);
  if (copied.length < wanted.length) throw new Error('files of the original could not be had'); // never without them
  return copied;
}
