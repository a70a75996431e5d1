import { useNavigate } from '@tanstack/react-router';
import { useShortcuts } from '../../app/shortcuts/useShortcuts.ts';
import { shortcutTexts as texts } from '../../texts/shortcuts.ts';
import type { EmailRef } from '../store/types.ts';
import { type Cursor, moved } from './cursor.ts';
import type { SelectionDeeds } from './useSelectionDeeds.ts';
import type { ShownList } from './useShownList.ts';

export interface ShortcutParts {
  readonly list: ShownList;
  readonly cursor: Cursor;
  readonly setCursor: (cursor: Cursor) => void;
  readonly open: (ref: EmailRef) => void;
  readonly isReading: boolean;
  readonly close: () => void;
  readonly select: (how: 'toggle' | 'extend', ref: EmailRef) => void;
  readonly deeds: SelectionDeeds;
}

export function useListShortcuts(parts: ShortcutParts): void {
  const { list, cursor, setCursor, open, isReading, close, select, deeds } = parts;
  const navigate = useNavigate();
  const go = (view: string) => () => void navigate({ to: '/messages/$view', params: { view } });
  /** With a message open, on to the next message; otherwise on to the next line. */
  const step = (by: number) => () => {
    const next = moved(cursor, by, list.view);
    setCursor(next);
    if (isReading && next.ref !== undefined) open(next.ref);
  };
  useShortcuts([
    { keys: ['j', 'ArrowDown'], label: texts.next, group: 'list', run: step(1) },
    { keys: ['k', 'ArrowUp'], label: texts.previous, group: 'list', run: step(-1) },
    { keys: ['o', 'Enter'], label: texts.open, group: 'list', run: () => cursor.ref !== undefined && open(cursor.ref) },
    {
      keys: ['x'],
      label: texts.select,
      group: 'list',
      run: () => cursor.ref !== undefined && select('toggle', cursor.ref),
    },
    { keys: ['Shift+ArrowDown', 'Shift+ArrowUp'], label: texts.selectOn, group: 'list' },
    { keys: ['Escape'], label: texts.unselect, group: 'list', run: close },
    { keys: ['e'], label: texts.archive, group: 'message', run: deeds.archive },
    { keys: ['#', 'Delete'], label: texts.trash, group: 'message', run: deeds.trash },
    { keys: ['s'], label: texts.star, group: 'message', run: deeds.star },
    { keys: ['u'], label: texts.unread, group: 'message', run: deeds.toggleSeen },
    { keys: ['!'], label: texts.junk, group: 'message', run: deeds.junk },
    { keys: ['v'], label: texts.move, group: 'message', run: deeds.move },
    { keys: ['r'], label: texts.reply, group: 'message', run: () => deeds.reply('repondre') },
    { keys: ['a'], label: texts.replyAll, group: 'message', run: () => deeds.reply('repondre-a-tous') },
    { keys: ['f'], label: texts.forward, group: 'message', run: () => deeds.reply('transferer') },
    { keys: ['g i'], label: texts.inbox, group: 'go', run: go('reception') },
    { keys: ['g s'], label: texts.starred, group: 'go', run: go('suivis') },
    { keys: ['g d'], label: texts.drafts, group: 'go', run: go('brouillons') },
    { keys: ['g e'], label: texts.sent, group: 'go', run: go('envoyes') },
    { keys: ['g a'], label: texts.archives, group: 'go', run: go('archives') },
    { keys: ['c'], label: texts.compose, group: 'all', run: () => void navigate({ to: '/ecrire' }) },
  ]);
}
