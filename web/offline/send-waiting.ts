/** One message that waited, to the server: as the composer sends, under the id of its first try. */
import { explainSetError } from '../api/faults.ts';
import type { HeldAccount } from '../app/session.ts';
import type { JmapClient } from '../jmap/client.ts';
import { saveDraft } from '../mail/compose/draft-calls.ts';
import { afterSendCalls, sendMessage } from '../mail/compose/sending.ts';
import { senderOf, type WritingPlace } from '../mail/compose/writing-places.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import type { WaitingMessage } from './copy.ts';

export interface SendParts {
  readonly jmap: Pick<JmapClient, 'call'>;
  readonly places: readonly WritingPlace[];
  readonly accounts: readonly HeldAccount[];
}

export type WaitingOutcome =
  | { readonly kind: 'sent' }
  /** It is a draft at the server now. */
  | { readonly kind: 'drafted'; readonly reason: string }
  /** The server has nothing of it. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Throws when it is not known what the server did: to be tried again, under the same id. */
export async function sendWaiting(waiting: WaitingMessage, parts: SendParts): Promise<WaitingOutcome> {
  const { message, idempotencyId, drafts } = waiting;
  const { accountId } = message;
  const { jmap, places } = parts;
  const sender = senderOf(places, message);
  if (sender === undefined) return { kind: 'refused', reason: texts.accountGone };
  const { place, identity } = sender;
  const hold = { kind: 'none' } as const;
  const outcome = await sendMessage(jmap, { message, identity, places: place, hold, idempotencyId });
  if (outcome.kind === 'refused') {
    const reason = explainSetError(outcome.error);
    if (outcome.emailId !== undefined) {
      await tidy(jmap, afterSendCalls(message, { drafts, mayMarkOrigin: false }));
      return { kind: 'drafted', reason };
    }
    const saved = await saveDraft(jmap, { draftsId: place.draftsId, identity }, message, drafts);
    return saved.kind === 'saved' ? { kind: 'drafted', reason } : { kind: 'refused', reason };
  }
  const duplicateId = outcome.kind === 'repeated' ? outcome.duplicateId : undefined;
  const left = duplicateId === undefined ? drafts : [...drafts, { accountId, emailId: duplicateId }];
  const origin = parts.accounts.find((account) => account.accountId === message.origin?.accountId);
  const mayMarkOrigin = origin?.rights.some((right) => right === 'own' || right === 'write') ?? false;
  await tidy(jmap, afterSendCalls(message, { drafts: left, mayMarkOrigin }));
  return { kind: 'sent' };
}

/** It left: a draft too many or a mark too few is no failure. */
async function tidy(jmap: SendParts['jmap'], calls: ReturnType<typeof afterSendCalls>): Promise<void> {
  if (calls.length > 0) await jmap.call(calls).catch(() => undefined);
}
