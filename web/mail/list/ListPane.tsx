/** The pane of a list: search, where one is or what is ticked, the lines. */
import { useNavigate } from '@tanstack/react-router';
import { CircleAlert, Pencil, WifiOff } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { explainFault } from '../../api/faults.ts';
import { useIsLineUp } from '../../app/live-context.ts';
import { listTexts as texts } from '../../texts/list.ts';
import { mailTexts } from '../../texts/mail.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { LoadingNote, Notice } from '../../ui/States.tsx';
import type { ListSearch } from '../list-search.ts';
import { SearchBar } from '../search/SearchBar.tsx';
import { useMailStore } from '../store/hooks.ts';
import type { EmailRef } from '../store/types.ts';
import { type View, viewName } from '../views.ts';
import { type Cursor, noCursor, placedOn, settled } from './cursor.ts';
import { ListBar } from './ListBar.tsx';
import styles from './ListPane.module.css';
import { ListEmpty, ListFailed, ListShape } from './ListStates.tsx';
import { MailGrid } from './MailGrid.tsx';
import { everything, extended, keyOf, noSelection, type Selection, toggled } from './selection.ts';
import { useListDeeds } from './useListDeeds.ts';
import { useListShortcuts } from './useListShortcuts.ts';
import { useSelectionDeeds } from './useSelectionDeeds.ts';
import { type ShownList, useShownList } from './useShownList.ts';

/** Fetched when they are first asked for. */
const SelectionBar = lazy(async () => ({ default: (await import('./SelectionBar.tsx')).SelectionBar }));
const MoveDialog = lazy(async () => ({ default: (await import('./MoveDialog.tsx')).MoveDialog }));
const TrashBar = lazy(async () => ({ default: (await import('./TrashBar.tsx')).TrashBar }));

export interface ListPaneProps {
  readonly view: View;
  readonly search: ListSearch;
  /** What is read beside the list, or over it on a phone. */
  readonly open: EmailRef | undefined;
}

export function ListPane({ view, search, open }: ListPaneProps) {
  const list = useShownList(view, search);
  const { cursor, setCursor, selection, setSelection } = useLines(list, view, search, open);
  const openEmail = useOpenEmail(view, search, open);
  useNextWhenGone(list, open, openEmail);
  const targets = (): readonly EmailRef[] => meantLines(selection, cursor, open);
  const deeds = useListDeeds(list);
  const selectionDeeds = useSelectionDeeds(deeds, targets, () => setSelection(noSelection));
  const select = (how: 'toggle' | 'extend', ref: EmailRef): void =>
    setSelection((now) => (how === 'toggle' ? toggled(now, ref) : extended(now, ref, list.view)));
  useListShortcuts({
    list,
    cursor,
    setCursor,
    open: openEmail,
    isReading: open !== undefined,
    close: () => (selection.refs.size > 0 ? setSelection(noSelection) : openEmail(undefined)),
    select,
    deeds: selectionDeeds,
  });
  const isTrash = view.kind === 'role' && view.role === 'trash';
  const { moving } = selectionDeeds;
  return (
    <section className={styles.pane} aria-label={texts.list}>
      <SearchBar view={view} search={search}>
        <div className={styles.compose}>
          <IconButton label={texts.compose} shortcut="c" kind="main" onPress={() => deeds.compose({})}>
            <Pencil aria-hidden="true" />
          </IconButton>
        </div>
      </SearchBar>
      {selection.refs.size > 0 ? (
        <Suspense fallback={<ListBar view={view} search={search} list={list} />}>
          <SelectionBar
            count={selection.refs.size}
            view={view}
            deeds={selectionDeeds}
            onAll={() => setSelection(everything(list.view))}
            onNone={() => setSelection(noSelection)}
          />
        </Suspense>
      ) : (
        <ListBar view={view} search={search} list={list} />
      )}
      <Lines list={list} />
      <Suspense fallback={null}>{isTrash ? <TrashBar accountIds={list.accountIds} /> : null}</Suspense>
      <ListBody list={list} view={view} search={search}>
        <MailGrid
          list={list}
          words={search.q}
          isOutgoing={view.kind === 'role' && (view.role === 'sent' || view.role === 'drafts')}
          cursor={cursor}
          onCursor={setCursor}
          selection={selection}
          onSelect={select}
          open={open}
          onOpen={openEmail}
          onStar={(ref) => deeds.star([ref])}
        />
      </ListBody>
      {moving === undefined ? null : (
        <Suspense fallback={null}>
          <MoveDialog accountId={moving.accountId} isOpen onClose={moving.close} onMove={moving.to} />
        </Suspense>
      )}
    </section>
  );
}

/** What a deed is on: the ticked lines, or the one that the keyboard is on, or what is read. */
function meantLines({ refs }: Selection, { ref }: Cursor, open: EmailRef | undefined): readonly EmailRef[] {
  if (refs.size > 0) return [...refs.values()];
  const isGridFocused = document.activeElement?.getAttribute('role') === 'grid';
  const meant = isGridFocused ? (ref ?? open) : (open ?? ref);
  return meant === undefined ? [] : [meant];
}

/** Cursor and ticks, which end with the list that they are of. */
function useLines(list: ShownList, view: View, search: ListSearch, open: EmailRef | undefined) {
  const [cursor, setCursor] = useState<Cursor>(noCursor);
  const [selection, setSelection] = useState(noSelection);
  const place = JSON.stringify([viewName(view), search]);
  const [shownPlace, setShownPlace] = useState(place);
  if (place !== shownPlace) {
    setShownPlace(place);
    setCursor(noCursor);
    setSelection(noSelection);
  }
  const now = settled(cursor, list.view);
  if (now !== cursor) setCursor(now);
  // A message opened by a link: the cursor begins on it.
  if (open !== undefined && cursor.index < 0 && list.view.indexOf(open) >= 0) setCursor(placedOn(open, list.view));
  return { cursor: now, setCursor, selection, setSelection };
}

/** Opens what a line stands for; undefined: back to the list. */
function useOpenEmail(view: View, search: ListSearch, open: EmailRef | undefined) {
  const navigate = useNavigate();
  const store = useMailStore();
  const isReading = open !== undefined;
  return (ref: EmailRef | undefined): void => {
    const params = { view: viewName(view) };
    if (ref === undefined) {
      if (isReading) void navigate({ to: '/messages/$view', params, search });
      return;
    }
    if ('$draft' in (store.email(ref)?.keywords ?? {})) {
      void navigate({ to: '/ecrire/$accountId/$emailId', params: { ...ref } });
      return;
    }
    // From one message to the next is one step for the back button.
    void navigate({
      to: '/messages/$view/$accountId/$emailId',
      params: { ...params, ...ref },
      search,
      replace: isReading,
    });
  };
}

/** What is read was filed or deleted: the next one takes its place; the list does when there is none. */
function useNextWhenGone(
  list: ShownList,
  open: EmailRef | undefined,
  openEmail: (ref: EmailRef | undefined) => void,
): void {
  const store = useMailStore();
  const last = useRef<{ readonly key: string; readonly index: number }>(undefined);
  useEffect(() => {
    if (open === undefined) {
      last.current = undefined;
      return;
    }
    const key = keyOf(open);
    const index = list.view.indexOf(open);
    if (index >= 0) {
      last.current = { key, index };
      return;
    }
    if (last.current?.key !== key || list.view.status !== 'ready') return;
    const email = store.email(open);
    // Out of a list of unread ones because it is read now: it stays open.
    if (email !== undefined && list.isThere(open.accountId, email)) return;
    const place = Math.min(last.current.index, list.view.count - 1);
    last.current = undefined;
    const isPhone = window.matchMedia('(max-width: 699px)').matches;
    openEmail(isPhone ? undefined : list.view.refAt(place));
  }, [list, open, store, openEmail]);
}

/** What one must know of the list: out of touch, not up to date, being brought up to date. */
function Lines({ list: { view, retry } }: { readonly list: ShownList }) {
  const isUp = useIsLineUp();
  return (
    <>
      <div className={styles.progress} data-on={view.isFetching || undefined} aria-hidden="true" />
      <div role="status" className={styles.lines}>
        {isUp ? null : (
          <p className={styles.offline}>
            <WifiOff aria-hidden="true" />
            {mailTexts.offline}
          </p>
        )}
      </div>
      {view.status === 'ready' && view.fault !== undefined ? (
        <Notice
          kind="care"
          icon={<CircleAlert aria-hidden="true" />}
          isLive
          action={<Button onPress={retry}>{uiTexts.retry}</Button>}
        >
          {texts.partFailed} {explainFault(view.fault)}
        </Notice>
      ) : null}
    </>
  );
}

function ListBody({
  list,
  view,
  search,
  children,
}: Pick<ListPaneProps, 'view' | 'search'> & { readonly list: ShownList; readonly children: React.ReactNode }) {
  if (list.isMissing || list.accountIds.length === 0) return <ListEmpty view={view} search={search} list={list} />;
  if (list.view.status === 'failed') return <ListFailed fault={list.view.fault} onRetry={list.retry} />;
  if (list.view.status === 'loading') {
    return (
      <>
        <LoadingNote>{uiTexts.loading}</LoadingNote>
        <ListShape />
      </>
    );
  }
  if (list.view.count === 0) return <ListEmpty view={view} search={search} list={list} />;
  return children;
}
