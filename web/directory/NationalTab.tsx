import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { BookUser, CircleAlert, SearchX } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { explainFault } from '../api/faults.ts';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { directoryTexts as texts } from '../texts/directory.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { SearchBox } from '../ui/SearchBox.tsx';
import { EmptyState, LoadingNote, Notice, Skeleton } from '../ui/States.tsx';
import { phone, useMedia } from '../ui/useMedia.ts';
import { CardPane } from './CardPane.tsx';
import type { Go } from './DirectoryPage.tsx';
import { foundQuery, statusQuery } from './data.ts';
import { type DirectorySearch, isFiltered } from './directory-search.ts';
import { FacetRow } from './FacetRow.tsx';
import styles from './NationalTab.module.css';
import { ResultList } from './ResultList.tsx';
import type { Found, Status } from './types.ts';
import { editionDay } from './words.ts';

/** What is typed is asked for once the hand rests. */
const restMs = 150;

export interface NationalTabProps {
  readonly account: HeldAccount;
  readonly search: DirectorySearch;
  readonly go: Go;
}

export function NationalTab({ account, search, go }: NationalTabProps) {
  const isPhone = useMedia(phone);
  const { fiche } = search;
  const card =
    fiche === undefined ? (
      <EmptyState icon={<BookUser aria-hidden="true" />} title={texts.cardEmptyTitle}>
        {texts.cardEmpty}
      </EmptyState>
    ) : (
      <CardPane
        key={fiche}
        id={fiche}
        account={account}
        {...(isPhone ? { onBack: () => go({ fiche: undefined }) } : {})}
      />
    );
  if (isPhone && fiche !== undefined) return card;
  const isAsked = search.q !== undefined || isFiltered(search) || fiche !== undefined;
  return (
    <div className={isAsked ? styles.panes : ''}>
      <SearchPane account={account} search={search} go={go} />
      {isPhone || !isAsked ? null : <div className={styles.card}>{card}</div>}
    </div>
  );
}

function SearchPane({ account, search, go }: NationalTabProps) {
  const { api } = useOffice();
  const list = useRef<HTMLDivElement>(null);
  const [typed, type] = useTyped(search.q ?? '', (q) => go({ q, fiche: undefined }, true));
  const isAsked = search.q !== undefined || isFiltered(search);
  const found = useInfiniteQuery({
    ...foundQuery(api, account.accountId, search),
    enabled: isAsked,
    placeholderData: (before) => before,
  });
  const first = found.data?.pages[0];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    list.current?.querySelector<HTMLElement>('[role="option"]')?.focus();
  };
  return (
    <div className={styles.search} ref={list}>
      <SearchBox
        label={texts.search}
        placeholder={texts.hint}
        clearLabel={texts.clear}
        value={typed}
        onChange={type}
        onKeyDown={onKeyDown}
      />
      {isAsked && first !== undefined ? <FacetRow facets={first.facets} search={search} go={go} /> : null}
      <EditionLine />
      {first?.understood.map(({ typed: words, as }) => (
        <p key={words} className={styles.small}>
          {texts.understood(words, as)}
        </p>
      ))}
      {isAsked ? (
        <Results found={found} search={search} go={go} />
      ) : (
        <EmptyState icon={<BookUser aria-hidden="true" />} title={texts.startTitle}>
          {texts.start}
        </EmptyState>
      )}
    </div>
  );
}

interface ResultsProps {
  readonly found: UseInfiniteQueryResult<InfiniteData<Found>>;
  readonly search: DirectorySearch;
  readonly go: Go;
}

function Results({ found, search, go }: ResultsProps) {
  const { data, error, isPending, hasNextPage, isFetchingNextPage } = found;
  if (data === undefined) {
    if (error !== null) {
      return (
        <EmptyState
          icon={<CircleAlert aria-hidden="true" />}
          title={texts.faultTitle}
          action={<Button onPress={() => void found.refetch()}>{uiTexts.retry}</Button>}
        >
          {explainFault(error)}
        </EmptyState>
      );
    }
    return isPending ? <ResultSkeletons /> : null;
  }
  const [first] = data.pages;
  const total = first?.total ?? 0;
  const kept = first?.kept ?? [];
  if (total === 0 && kept.length === 0) {
    return (
      <EmptyState
        icon={<SearchX aria-hidden="true" />}
        title={texts.nobodyTitle}
        action={
          isFiltered(search) ? (
            <Button
              onPress={() =>
                go({ profession: undefined, specialite: undefined, departement: undefined, type: undefined })
              }
            >
              {texts.unfiltered}
            </Button>
          ) : undefined
        }
      >
        {texts.nobody}
      </EmptyState>
    );
  }
  return (
    <>
      <p className={styles.small} role="status">
        {texts.count(total)}
      </p>
      <ResultList
        items={data.pages.flatMap(({ items }) => items)}
        kept={kept}
        selected={search.fiche}
        onSelect={(fiche) => go({ fiche })}
      />
      {hasNextPage ? (
        <Button isWide isPending={isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
          {texts.more}
        </Button>
      ) : null}
    </>
  );
}

function ResultSkeletons() {
  return (
    <div className={styles.skeletons}>
      <LoadingNote>{uiTexts.loading}</LoadingNote>
      {[70, 55, 80, 60, 75, 50].map((width) => (
        <div key={width} className={styles.skeleton}>
          <Skeleton width={`${width}%`} height="17px" />
          <Skeleton width="40%" height="13px" />
          <Skeleton width="60%" height="13px" />
        </div>
      ))}
    </div>
  );
}

/** Of which day the directory is; and a warning when it is old. */
function EditionLine() {
  const { api } = useOffice();
  const { data } = useQuery(statusQuery(api));
  if (data === undefined) return <Skeleton width="50%" height="20px" />;
  const day = publishedAt(data);
  const warning = { fresh: undefined, old: texts.old, 'too-old': texts.tooOld, none: texts.none }[data.age];
  return (
    <>
      {day === undefined ? null : <p className={styles.small}>{texts.edition(editionDay(day, new Date()))}</p>}
      {warning === undefined ? null : (
        <Notice kind="care" icon={<CircleAlert aria-hidden="true" />}>
          {warning}
        </Notice>
      )}
    </>
  );
}

function publishedAt({ current }: Status): string | undefined {
  return current.find(({ source }) => source === 'mailboxes')?.publishedAt;
}

/** What stands in the field, handed on when the hand rests; the address may change it too. */
function useTyped(asked: string, onRest: (typed: string) => void): readonly [string, (typed: string) => void] {
  const [typed, setTyped] = useState(asked);
  const [shown, setShown] = useState(asked);
  const ask = useRef(onRest);
  ask.current = onRest;
  if (shown !== asked) {
    setShown(asked);
    if (typed.trim() !== asked) setTyped(asked);
  }
  useEffect(() => {
    const words = typed.trim();
    if (words === asked) return;
    const timer = setTimeout(() => ask.current(words), restMs);
    return () => clearTimeout(timer);
  }, [typed, asked]);
  return [typed, setTyped];
}
