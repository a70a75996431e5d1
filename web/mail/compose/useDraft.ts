/** The draft of a screen: saved as one types, kept by the journal, alone in its tab. */
import { type QueryClient, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ApiClient } from '../../api/client.ts';
import { useOffice } from '../../app/session.ts';
import { saveDraft } from './draft-calls.ts';
import { type BegunDraft, beginDraft, type DraftSession, type DraftView } from './draft-session.ts';
import { type JournalEntry, journalKey, openJournal } from './journal.ts';
import { openJournalStore } from './journal-store.ts';
import { senderOf, type WritingPlace } from './writing-places.ts';

function journalQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ['journal'],
    queryFn: async () => {
      const { key } = await api.request<{ key: string }>('GET', '/api/session/journal-key');
      return openJournal(await openJournalStore(), await journalKey(key));
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
}

const lockOf = (draftId: string): string => `hygie-draft-${draftId}`;

/** What the journal kept and no tab has open, the latest first. */
export async function unsavedEntries(api: ApiClient, queries: QueryClient): Promise<readonly JournalEntry[]> {
  const journal = await queries.ensureQueryData(journalQuery(api));
  const { held = [] } = await navigator.locks.query();
  const open = new Set(held.map(({ name }) => name));
  return (await journal.entries(Date.now())).filter(({ message }) => !open.has(lockOf(message.draftId)));
}

export async function forgetEntry(api: ApiClient, queries: QueryClient, draftId: string): Promise<void> {
  await (await queries.ensureQueryData(journalQuery(api))).erase(draftId);
}

export interface HeldDraft extends DraftView {
  readonly session: DraftSession;
  /** Another tab has it open too. */
  readonly isTwice: boolean;
}

export function useDraft(begun: BegunDraft, places: readonly WritingPlace[]): HeldDraft {
  const { api, jmap } = useOffice();
  const queries = useQueryClient();
  const [session] = useState(() => {
    const journal = () => queries.ensureQueryData(journalQuery(api));
    return beginDraft(begun, {
      async save(message, former) {
        const sender = senderOf(places, message);
        if (sender === undefined) throw new Error('a draft has no place to be saved in');
        return saveDraft(jmap, { draftsId: sender.place.draftsId, identity: sender.identity }, message, former);
      },
      journal: {
        write: async (entry) => (await journal()).write(entry),
        erase: async (draftId) => (await journal()).erase(draftId),
      },
      setTimer: (deed, ms) => {
        const timer = setTimeout(deed, ms);
        return () => clearTimeout(timer);
      },
      now: () => Date.now(),
    });
  });
  const view = useSyncExternalStore(
    (onChange) => session.subscribe(onChange),
    () => session.view(),
  );
  useSavedOnLeaving(session);
  return { ...view, session, isTwice: useLock(session) };
}

/** A tab that is hidden may never come back: phones end it without a word. */
function useSavedOnLeaving(session: DraftSession): void {
  useEffect(() => {
    const flush = (): void => void session.flush();
    const onVisibility = (): void => {
      if (document.visibilityState === 'hidden') flush();
    };
    document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener('pagehide', flush);
    window.addEventListener('blur', flush);
    window.addEventListener('online', flush);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('pagehide', flush);
      window.removeEventListener('blur', flush);
      window.removeEventListener('online', flush);
      flush();
    };
  }, [session]);
}

/** Time for a tab that just closed to let go. */
const patienceMs = 600;

/** The lock goes with its tab, however that ends. */
function useLock(session: DraftSession): boolean {
  const [isTwice, setTwice] = useState(false);
  const { draftId } = session.view().message;
  useEffect(() => {
    const abort = new AbortController();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const timer = setTimeout(() => setTwice(true), patienceMs);
    navigator.locks
      .request(lockOf(draftId), { signal: abort.signal }, () => {
        clearTimeout(timer);
        setTwice(false);
        return held;
      })
      .catch(() => undefined); // given up below
    return () => {
      clearTimeout(timer);
      // What is still on its way is not offered to another screen as lost.
      void whenSaved(session).then(() => {
        release();
        abort.abort();
      });
    };
  }, [draftId, session]);
  return isTwice;
}

async function whenSaved(session: DraftSession): Promise<void> {
  const isSaved = (): boolean => ['clean', 'saved'].includes(session.view().save.kind);
  if (isSaved()) return;
  await new Promise<void>((resolve) => {
    const stop = session.subscribe(() => {
      if (!isSaved()) return;
      stop();
      resolve();
    });
  });
}
