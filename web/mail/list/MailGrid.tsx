/**
 * The lines of a list, however many: those in sight and a few more are on the page. A grid for the keyboard and for screen
 * readers: it holds the focus itself, and names the line that it is on.
 */
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { usePreferences } from '../../app/preferences/usePreferences.ts';
import { useOffice } from '../../app/session.ts';
import { listTexts as texts } from '../../texts/list.ts';
import type { EmailRef } from '../store/types.ts';
import { type Cursor, moved } from './cursor.ts';
import styles from './MailGrid.module.css';
import { MailRow, type RowDeeds } from './MailRow.tsx';
import { keyOf, type Selection } from './selection.ts';
import { useDeliveries } from './useDeliveries.ts';
import type { ShownList } from './useShownList.ts';
import { useSnippets } from './useSnippets.ts';
import { refsIn, useVisibleLines } from './useVisibleLines.ts';
import { useWindow } from './useWindow.ts';

/** Pixels of one line, as in the style sheet. */
const rowHeights = { comfortable: 97, compact: 62 };

export interface MailGridProps {
  readonly list: ShownList;
  readonly words: string | undefined;
  readonly isOutgoing: boolean;
  readonly cursor: Cursor;
  readonly onCursor: (cursor: Cursor) => void;
  readonly selection: Selection;
  readonly onSelect: (how: 'toggle' | 'extend', ref: EmailRef) => void;
  readonly open: EmailRef | undefined;
  readonly onOpen: (ref: EmailRef) => void;
  readonly onStar: (ref: EmailRef, isStarred: boolean) => void;
}

const rowId = (index: number): string => `message-${index}`;

export function MailGrid(props: MailGridProps) {
  const { list, cursor, selection, open } = props;
  const { view } = list;
  const { accounts } = useOffice();
  const { settings } = usePreferences();
  const rowHeight = rowHeights[settings.density];
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useWindow(scroller, rowHeight, view.count);
  useVisibleLines(list, shown);
  useKeptPlace(scroller, list, rowHeight);
  useCursorInSight(scroller, cursor, rowHeight);
  const refs = refsIn(list, shown);
  const snippets = useSnippets(list, props.words, refs);
  const deliveries = useDeliveries(props.isOutgoing, refs);
  const deeds = useRowDeeds(props);
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / rowHeight) - 1);
  const onKeyDown = useGridKeys(props, page);
  const nameOf = (accountId: string | undefined): string | undefined =>
    list.isUnified ? accounts.find((account) => account.accountId === accountId)?.displayName : undefined;
  const isActiveShown = cursor.index >= shown.first && cursor.index <= shown.last;
  const rows: ReactNode[] = [];
  for (let index = shown.first; index <= shown.last; index += 1) {
    const ref = view.refAt(index);
    const key = ref === undefined ? '' : keyOf(ref);
    rows.push(
      <MailRow
        key={index}
        id={rowId(index)}
        index={index}
        accountId={ref?.accountId}
        emailId={ref?.emailId}
        isActive={index === cursor.index}
        isSelected={selection.refs.has(key)}
        isSelecting={selection.refs.size > 0}
        isOpen={open !== undefined && keyOf(open) === key}
        isConversation={list.isConversations}
        isOutgoing={props.isOutgoing}
        accountName={nameOf(ref?.accountId)}
        snippet={snippets.get(key)}
        delivery={deliveries.get(key)}
        deeds={deeds}
      />,
    );
  }
  return (
    <div className={styles.scroller} ref={scroller}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot stand for lines that are not on the page. */}
      <div
        role="grid"
        className={styles.grid}
        tabIndex={0}
        aria-label={texts.list}
        aria-multiselectable="true"
        aria-rowcount={view.isOpenEnded ? -1 : view.count}
        {...(isActiveShown ? { 'aria-activedescendant': rowId(cursor.index) } : {})}
        onKeyDown={onKeyDown}
        // Reached by the keyboard, it shows on which line. A mouse that goes down on a line must not have it scrolled away.
        onFocus={({ currentTarget }) => {
          if (cursor.index < 0 && currentTarget.matches(':focus-visible')) props.onCursor(moved(cursor, 1, view));
        }}
      >
        <div style={{ height: view.count * rowHeight }}>
          <div style={{ transform: `translateY(${shown.first * rowHeight}px)` }}>{rows}</div>
        </div>
      </div>
    </div>
  );
}

/** The same object from one rendering to the next: lines are drawn again only when they are others. */
function useRowDeeds(props: MailGridProps): RowDeeds {
  const latest = useRef(props);
  latest.current = props;
  return useMemo(
    () => ({
      open(ref, index) {
        latest.current.onCursor({ index, ref });
        latest.current.onOpen(ref);
      },
      toggle(ref, index) {
        latest.current.onCursor({ index, ref });
        latest.current.onSelect('toggle', ref);
      },
      extend(ref, index) {
        latest.current.onCursor({ index, ref });
        latest.current.onSelect('extend', ref);
      },
      star: (ref, isStarred) => latest.current.onStar(ref, isStarred),
      isThere: (accountId, email) => latest.current.list.isThere(accountId, email),
    }),
    [],
  );
}

function useGridKeys(props: MailGridProps, page: number): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { list, cursor, onCursor, onSelect, onOpen } = props;
    const { view } = list;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -view.count,
      End: view.count,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      const next = moved(cursor, step, view);
      if (event.shiftKey) {
        if (cursor.ref !== undefined && props.selection.refs.size === 0) onSelect('extend', cursor.ref);
        if (next.ref !== undefined) onSelect('extend', next.ref);
      }
      onCursor(next);
    } else if (event.key === 'Enter' && cursor.ref !== undefined) {
      onOpen(cursor.ref);
    } else if (event.key === ' ' && cursor.ref !== undefined) {
      onSelect(event.shiftKey ? 'extend' : 'toggle', cursor.ref);
    } else {
      return;
    }
    event.preventDefault();
  };
}

/** What comes in above must not push away what one reads. */
function useKeptPlace(
  scroller: { readonly current: HTMLElement | null },
  { view }: ShownList,
  rowHeight: number,
): void {
  // As of the last scroll: to ask the element in an effect would have it laid out twice.
  const seen = useRef<{ readonly scrollTop: number; readonly ref: EmailRef | undefined }>(undefined);
  useLayoutEffect(() => {
    const { current } = scroller;
    const { scrollTop = 0, ref } = seen.current ?? {};
    if (current === null || scrollTop === 0 || ref === undefined) return;
    const was = Math.floor(scrollTop / rowHeight);
    const now = view.indexOf(ref);
    // A list that was filled or replaced is no list that moved a little.
    if (now >= 0 && now !== was && Math.abs(now - was) < 50) current.scrollTop = scrollTop + (now - was) * rowHeight;
  }, [scroller, view, rowHeight]);
  useEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    const look = (): void => {
      const { scrollTop } = current;
      seen.current = { scrollTop, ref: view.refAt(Math.floor(scrollTop / rowHeight)) };
    };
    const { scrollTop = 0 } = seen.current ?? {};
    seen.current = { scrollTop, ref: view.refAt(Math.floor(scrollTop / rowHeight)) };
    current.addEventListener('scroll', look, { passive: true });
    return () => current.removeEventListener('scroll', look);
  }, [scroller, view, rowHeight]);
}

function useCursorInSight(
  scroller: { readonly current: HTMLElement | null },
  { index }: Cursor,
  rowHeight: number,
): void {
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null || index < 0) return;
    const top = index * rowHeight;
    if (top < current.scrollTop) current.scrollTop = top;
    else if (top + rowHeight > current.scrollTop + current.clientHeight) {
      current.scrollTop = top + rowHeight - current.clientHeight;
    }
  }, [scroller, index, rowHeight]);
}
