/** Throwing a draft away: into the trash, from where « Annuler » brings it back. */
import { useNavigate } from '@tanstack/react-router';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { printOrigin } from './begin.ts';
import { moveDraft } from './draft-calls.ts';
import type { DraftSession } from './draft-session.ts';
import { useLeave } from './useSending.ts';
import { senderOf, type WritingPlace } from './writing-places.ts';

export function useDiscard(session: DraftSession, places: readonly WritingPlace[]): () => Promise<void> {
  const { jmap } = useOffice();
  const toasts = useToasts();
  const navigate = useNavigate();
  const leave = useLeave();
  return async () => {
    const isSaved = await session.flush();
    const { draft, message } = session.view();
    const sender = senderOf(places, message);
    if (!isSaved || sender === undefined) return void toasts.show(texts.discardFailed, { kind: 'fault' });
    const { trashId, draftsId } = sender.place;
    if (draft !== undefined) {
      const isMoved = await moveDraft(jmap, draft, trashId).catch(() => false);
      if (!isMoved) return void toasts.show(texts.discardFailed, { kind: 'fault' });
      const undo = async (): Promise<void> => {
        const isBack = await moveDraft(jmap, draft, draftsId).catch(() => false);
        if (!isBack) return void toasts.show(texts.discardFailed, { kind: 'fault' });
        const search = printOrigin(message.origin);
        await navigate({ to: '/ecrire/$accountId/$emailId', params: draft, search });
      };
      toasts.show(texts.discarded, { undo: () => void undo() });
    }
    await session.finish();
    leave();
  };
}
