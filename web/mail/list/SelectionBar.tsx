/** What may be done to the ticked lines. */
import {
  Archive,
  Ellipsis,
  FolderInput,
  ListChecks,
  MailOpen,
  Mail as MailUnread,
  OctagonAlert,
  Star,
  Trash2,
  X,
} from 'lucide-react';
import { Toolbar } from 'react-aria-components';
import { figures, listTexts as texts } from '../../texts/list.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Menu } from '../../ui/Menu.tsx';
import type { View } from '../views.ts';
import styles from './ListBar.module.css';
import { useViewTitle } from './ListBar.tsx';
import type { SelectionDeeds } from './useSelectionDeeds.ts';

export interface SelectionBarProps {
  readonly count: number;
  readonly view: View;
  readonly deeds: SelectionDeeds;
  readonly onAll: () => void;
  readonly onNone: () => void;
}

export function SelectionBar({ count, view, deeds, onAll, onNone }: SelectionBarProps) {
  const role = view.kind === 'role' ? view.role : undefined;
  return (
    <Toolbar className={styles.bar ?? ''} aria-label={texts.selection}>
      <h1 className="visually-hidden">{useViewTitle(view)}</h1>
      <IconButton label={texts.unselect} onPress={onNone}>
        <X aria-hidden="true" />
      </IconButton>
      <span className={styles.selected} role="status">
        <span aria-hidden="true">{figures(count)}</span>
        <span className="visually-hidden">{texts.selected(count)}</span>
      </span>
      {role === 'archive' ? null : (
        <IconButton label={texts.archive} shortcut="e" onPress={deeds.archive}>
          <Archive aria-hidden="true" />
        </IconButton>
      )}
      <IconButton label={role === 'trash' ? texts.destroy : texts.trash} shortcut="#" onPress={deeds.trash}>
        <Trash2 aria-hidden="true" />
      </IconButton>
      <IconButton label={texts.moveTo} shortcut="v" onPress={deeds.move}>
        <FolderInput aria-hidden="true" />
      </IconButton>
      <IconButton label={deeds.isAllSeen ? texts.markUnread : texts.markRead} shortcut="u" onPress={deeds.toggleSeen}>
        {deeds.isAllSeen ? <MailUnread aria-hidden="true" /> : <MailOpen aria-hidden="true" />}
      </IconButton>
      <Menu
        label={texts.more}
        trigger={
          <IconButton label={texts.more}>
            <Ellipsis aria-hidden="true" />
          </IconButton>
        }
        actions={[
          { id: 'star', label: texts.star, icon: <Star />, shortcut: 's', onSelect: deeds.star },
          role === 'junk'
            ? { id: 'not-junk', label: texts.notJunk, icon: <MailOpen />, onSelect: deeds.notJunk }
            : { id: 'junk', label: texts.junk, icon: <OctagonAlert />, shortcut: '!', onSelect: deeds.junk },
          { id: 'all', label: texts.selectAll, icon: <ListChecks />, startsGroup: true, onSelect: onAll },
        ]}
      />
    </Toolbar>
  );
}
