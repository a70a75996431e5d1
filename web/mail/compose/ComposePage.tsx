/** `/ecrire`: finds what the message starts from, then hands it to the composer. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { PenLine } from 'lucide-react';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { explainFault } from '../../api/faults.ts';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState, LoadingNote, Skeleton } from '../../ui/States.tsx';
import type { EmailRef } from '../store/types.ts';
import { begin } from './begin.ts';
import styles from './Composer.module.css';
import { Composer } from './Composer.tsx';
import { type ComposeSearch, readComposeSearch } from './compose-search.ts';
import type { BegunDraft } from './draft-session.ts';
import type { JournalEntry } from './journal.ts';
import { UnsavedNotice } from './UnsavedNotice.tsx';
import { forgetEntry, unsavedEntries } from './useDraft.ts';
import { type WritingPlace, writingPlacesQuery } from './writing-places.ts';

/** What one writes on: another place in the address is another message. */
interface Subject {
  readonly key: string;
  readonly draft: EmailRef | undefined;
  readonly search: ComposeSearch;
}

function useSubject(): Subject {
  const { accountId, emailId } = useParams({ strict: false });
  const search = readComposeSearch(useSearch({ strict: false }));
  if (accountId === undefined || emailId === undefined) {
    return { key: `new ${JSON.stringify(search)}`, draft: undefined, search };
  }
  const draft = { accountId, emailId };
  return { key: keyOf(draft), draft, search };
}

function keyOf({ accountId, emailId }: EmailRef): string {
  return `${accountId}.${emailId}`;
}

export function ComposePage() {
  const subject = useSubject();
  const [shown, setShown] = useState({ key: subject.key, subject, count: 0 });
  // A draft's address changes with each save: what this screen saved itself is not another message.
  const own = useRef<string>(undefined);
  if (subject.key !== shown.key) {
    const isOwn = own.current === subject.key;
    setShown({ ...shown, key: subject.key, ...(isOwn ? {} : { subject, count: shown.count + 1 }) });
  }
  const onSaved = useCallback((draft: EmailRef) => {
    own.current = keyOf(draft);
  }, []);
  return <OpenedComposer key={shown.count} subject={shown.subject} onSaved={onSaved} />;
}

/** Everything the composer starts from, asked for once. */
function useBeginning({ draft, search, key }: Subject) {
  const office = useOffice();
  const queries = useQueryClient();
  const { api, jmap, accounts } = office;
  return useQuery({
    queryKey: ['compose', key],
    queryFn: async ({ signal }) => {
      const [places, { cleanHtml }, unsaved] = await Promise.all([
        queries.fetchQuery(writingPlacesQuery(office)),
        import('./editor-schema.ts'),
        unsavedEntries(api, queries).catch((): readonly JournalEntry[] => []), // no journal: nothing to offer
      ]);
      const ownAddresses = [
        ...accounts.map(({ address }) => address),
        ...places.flatMap(({ identities }) => identities.map(({ email }) => email)),
      ];
      const parts = { jmap, places, ownAddresses, clean: cleanHtml, newId: () => crypto.randomUUID(), signal };
      return { places, unsaved, beginning: await begin(parts, draft, search) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

interface OpenedComposerProps {
  readonly subject: Subject;
  readonly onSaved: (draft: EmailRef) => void;
}

function OpenedComposer({ subject, onSaved }: OpenedComposerProps) {
  const { api } = useOffice();
  const queries = useQueryClient();
  const { data, error, refetch } = useBeginning(subject);
  const [resumed, setResumed] = useState<BegunDraft>();
  const [isForgotten, setForgotten] = useState(false);
  if (error !== null) {
    return (
      <EmptyState
        isPage
        title={texts.loadFailedTitle}
        action={<Button onPress={() => refetch()}>{uiTexts.retry}</Button>}
      >
        {explainFault(error)}
      </EmptyState>
    );
  }
  if (data === undefined) return <ComposerSkeleton />;
  const { beginning, places, unsaved } = data;
  const [latest] = unsaved;
  const resume = ({ message, savedAs }: JournalEntry): void => setResumed({ message, draft: savedAs, isUnsaved: true });
  const forget = ({ message }: JournalEntry): void => {
    setForgotten(true);
    void forgetEntry(api, queries, message.draftId).catch(() => undefined); // it goes by itself within the week
  };
  const offer =
    latest === undefined || resumed !== undefined || isForgotten ? null : (
      <UnsavedNotice entry={latest} onResume={() => resume(latest)} onForget={() => forget(latest)} />
    );
  const begun = resumed ?? (beginning.kind === 'ready' ? beginning.begun : undefined);
  if (begun === undefined) return <NothingToWrite kind={beginning.kind}>{offer}</NothingToWrite>;
  const isOriginalGone = resumed === undefined && beginning.kind === 'ready' && beginning.isOriginalGone;
  const props = { begun, places: usable(places, begun), isOriginalGone, onSaved };
  return (
    <Composer key={begun.message.draftId + String(begun.isUnsaved)} {...props}>
      {offer}
    </Composer>
  );
}

/** What the journal kept may be of an account that was taken away since: it is written on from another. */
function usable(places: readonly WritingPlace[], { message }: BegunDraft): readonly WritingPlace[] {
  const own = places.filter(({ account }) => account.accountId === message.accountId);
  return own.length === 0 ? places : [...own, ...places.filter((place) => !own.includes(place))];
}

function NothingToWrite({
  kind,
  children,
}: {
  readonly kind: 'gone' | 'nowhere' | 'ready';
  readonly children: ReactNode;
}) {
  const isGone = kind === 'gone';
  return (
    <div className={styles.page}>
      {children}
      <EmptyState
        isPage
        icon={<PenLine aria-hidden="true" />}
        title={isGone ? texts.goneTitle : texts.noAccountTitle}
        action={
          isGone ? (
            <Link to="/messages/$view" params={{ view: 'brouillons' }}>
              {texts.drafts}
            </Link>
          ) : undefined
        }
      >
        {isGone ? texts.gone : texts.noAccount}
      </EmptyState>
    </div>
  );
}

function ComposerSkeleton() {
  return (
    <div className={styles.page}>
      <div className={styles.top} />
      <div className={styles.sheet}>
        {['de', 'a', 'objet'].map((row) => (
          <div key={row} className={styles.row}>
            <Skeleton width="60%" />
          </div>
        ))}
      </div>
      <LoadingNote>{uiTexts.loading}</LoadingNote>
    </div>
  );
}
