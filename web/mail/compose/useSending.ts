/** From « Envoyer » to the message that left, or that did not; and the way back while it waits. */
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import type { SetError } from '../../../contract/jmap/mail.ts';
import type { SubmissionSetError } from '../../../contract/jmap/submission.ts';
import { Unreachable } from '../../api/client.ts';
import { explainFault } from '../../api/faults.ts';
import { useOffice } from '../../app/session.ts';
import { useOutbox } from '../../offline/outbox.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { addressKey } from './addresses.ts';
import { printOrigin } from './begin.ts';
import type { DraftSession } from './draft-session.ts';
import { type ComposedMessage, isSameContent } from './message.ts';
import { afterSendCalls, type Hold, refusedAddresses, type SendOutcome, sendMessage, takeBack } from './sending.ts';
import type { Sender } from './writing-places.ts';

export type SendState =
  | { readonly kind: 'writing' | 'sending' }
  | { readonly kind: 'failed'; readonly text: string; readonly refused: ReadonlyMap<string, string> };

function explain(error: SetError | SubmissionSetError): string {
  const known = Object.entries(texts.refusals).find(([type]) => type === error.type)?.[1];
  return error.description ?? known ?? texts.sendRefused;
}

/** Where one was before; a composer that was opened by its address has no before. */
export function useLeave(): () => void {
  const { history } = useRouter();
  const navigate = useNavigate();
  return useCallback(() => {
    if (history.canGoBack()) history.back();
    else void navigate({ to: '/messages/$view', params: { view: 'reception' } });
  }, [history, navigate]);
}

/** The line that says it left, and takes it back while it may. */
function useSentToast() {
  const { jmap } = useOffice();
  const toasts = useToasts();
  const navigate = useNavigate();
  return (
    message: ComposedMessage,
    { place }: Sender,
    sent: Extract<SendOutcome, { kind: 'sent' }>,
    hold: Hold,
  ): void => {
    if (!sent.isHeld || hold.kind === 'none') {
      toasts.show(texts.sent);
      return;
    }
    const { accountId } = message;
    const undo = async (): Promise<void> => {
      try {
        const outcome = await takeBack(jmap, { accountId, submissionId: sent.submissionId, places: place });
        if (outcome === 'too-late') return void toasts.show(texts.tooLate, { kind: 'fault' });
        toasts.show(texts.takenBack, { lastsMs: 3_000 });
        const params = { accountId, emailId: sent.emailId };
        await navigate({ to: '/ecrire/$accountId/$emailId', params, search: printOrigin(message.origin) });
      } catch {
        toasts.show(texts.takeBackFailed, { kind: 'fault' });
      }
    };
    const text = hold.kind === 'for' ? texts.sentIn(hold.seconds) : texts.scheduled(hold.at);
    const lastsMs = hold.kind === 'for' ? hold.seconds * 1_000 : 10_000;
    toasts.show(text, { undo: () => void undo(), lastsMs });
  };
}

/** What stays to do once it left. */
function useFinish(session: DraftSession) {
  const { jmap, accounts } = useOffice();
  const leave = useLeave();
  return async (message: ComposedMessage, duplicateId: string | undefined): Promise<void> => {
    const former = await session.finish();
    const duplicate = duplicateId === undefined ? [] : [{ accountId: message.accountId, emailId: duplicateId }];
    const origin = accounts.find(({ accountId }) => accountId === message.origin?.accountId);
    const mayMarkOrigin = origin?.rights.some((right) => right === 'own' || right === 'write') ?? false;
    const calls = afterSendCalls(message, { drafts: [...former, ...duplicate], mayMarkOrigin });
    if (calls.length > 0) void jmap.call(calls).catch(() => undefined); // it left: a mark too few is no failure
    leave();
  };
}

/** On a device that keeps a copy, it waits there for the network. Resolves to whether it does. */
function useQueue(session: DraftSession) {
  const toasts = useToasts();
  const outbox = useOutbox();
  const leave = useLeave();
  return async (message: ComposedMessage, idempotencyId: string): Promise<boolean> => {
    if (outbox === undefined) return false;
    try {
      const { draft } = session.view();
      await outbox.queueForLater({ message, idempotencyId, drafts: draft === undefined ? [] : [draft] });
    } catch {
      return false;
    }
    await session.finish();
    toasts.show(texts.queued);
    leave();
    return true;
  };
}

export interface Sending {
  readonly state: SendState;
  send(sender: Sender, hold: Hold): Promise<void>;
  /** What was said of the last try no longer holds. */
  clear(): void;
}

export function useSending(session: DraftSession): Sending {
  const { jmap } = useOffice();
  const toasts = useToasts();
  const finish = useFinish(session);
  const queue = useQueue(session);
  const tellSent = useSentToast();
  const [state, setState] = useState<SendState>({ kind: 'writing' });
  /**
   * The same id for the same message: an answer that was lost must not send it twice. The first is the draft's own, which a
   * reload and another tab find again.
   */
  const nextId = useRef(session.view().message.draftId);
  const attempt = useRef<{ id: string; message: ComposedMessage } | undefined>(undefined);
  const isRunning = useRef(false);
  const fail = (text: string, refused: ReadonlyMap<string, string> = new Map()): void =>
    setState({ kind: 'failed', text, refused });

  const refuse = (outcome: Extract<SendOutcome, { kind: 'refused' }>, { accountId }: ComposedMessage): void => {
    if (outcome.emailId !== undefined) session.takeOver({ accountId, emailId: outcome.emailId });
    attempt.current = undefined;
    const text = explain(outcome.error);
    const addresses = refusedAddresses(outcome.error);
    fail(
      addresses.length === 0 ? text : `${texts.refusedFor(addresses.length)} ${text}`,
      new Map(addresses.map((address) => [addressKey(address), text])),
    );
  };

  const trySending = async (sender: Sender, hold: Hold): Promise<void> => {
    const { message } = session.view();
    const { identity, place: places } = sender;
    const isFirst = attempt.current === undefined;
    attempt.current ??= { id: nextId.current, message };
    const tried = attempt.current;
    try {
      const outcome = await sendMessage(jmap, { message, identity, places, hold, idempotencyId: tried.id });
      if (outcome.kind === 'refused') return refuse(outcome, message);
      // What left before a reload may have been other words than these.
      if (outcome.kind === 'repeated' && (isFirst || !isSameContent(tried.message, message))) {
        if (outcome.duplicateId !== undefined) {
          session.takeOver({ accountId: message.accountId, emailId: outcome.duplicateId });
        }
        attempt.current = undefined;
        nextId.current = crypto.randomUUID();
        return fail(texts.formerLeft);
      }
      if (outcome.kind === 'sent') tellSent(message, sender, outcome, hold);
      else toasts.show(texts.sentAlready);
      await finish(message, outcome.kind === 'repeated' ? outcome.duplicateId : undefined);
    } catch (fault) {
      const isAway = fault instanceof Unreachable;
      if (isAway && hold.kind !== 'until' && (await queue(message, tried.id))) return;
      fail(isAway ? texts.sendUnreachable : explainFault(fault));
    }
  };

  const send = async (sender: Sender, hold: Hold): Promise<void> => {
    if (isRunning.current) return;
    isRunning.current = true;
    setState({ kind: 'sending' });
    await session.pause();
    await trySending(sender, hold);
    session.resume();
    isRunning.current = false;
  };
  return { state, send, clear: () => setState((now) => (now.kind === 'failed' ? { kind: 'writing' } : now)) };
}
