/** Where one is, how much stands there, and on a phone the way elsewhere. */
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { useOffice } from '../../app/session.ts';
import { listTexts as texts } from '../../texts/list.ts';
import { Button } from '../../ui/Button.tsx';
import { phone, useMedia } from '../../ui/useMedia.ts';
import type { ListSearch } from '../list-search.ts';
import { PlacesSheet } from '../rail/PlacesSheet.tsx';
import { mailboxName } from '../rail/tree.ts';
import { useMailboxes } from '../store/hooks.ts';
import type { View } from '../views.ts';
import styles from './ListBar.module.css';
import type { ShownList } from './useShownList.ts';

/** What the list is called. */
export function useViewTitle(view: View): string {
  const mailboxes = useMailboxes(view.kind === 'mailbox' ? view.accountId : '') ?? [];
  if (view.kind === 'role') return texts.views[view.role];
  if (view.kind !== 'mailbox') return texts.views[view.kind];
  const mailbox = mailboxes.find(({ id }) => id === view.mailboxId);
  return mailbox === undefined ? texts.mailboxes : mailboxName(mailbox);
}

export function ListBar({ view, search, list }: { view: View; search: ListSearch; list: ShownList }) {
  const title = useViewTitle(view);
  const { accounts } = useOffice();
  const isPhone = useMedia(phone);
  const [isChoosing, setChoosing] = useState(false);
  const [one] = list.accountIds.length === 1 ? list.accountIds : [];
  const scope =
    accounts.length === 1
      ? undefined
      : (accounts.find(({ accountId }) => accountId === one)?.displayName ?? texts.allAccounts);
  const { total } = list.view;
  const counted = list.isConversations ? texts.countConversations : texts.count;
  return (
    <div className={styles.bar} data-place="true">
      {isPhone ? (
        <>
          <h1 className={styles.title}>
            <Button
              kind="bare"
              icon={<ChevronDown aria-hidden="true" />}
              aria-label={`${title}. ${texts.changePlace}`}
              onPress={() => setChoosing(true)}
            >
              {title}
            </Button>
          </h1>
          <PlacesSheet isOpen={isChoosing} onClose={() => setChoosing(false)} view={view} search={search} />
        </>
      ) : (
        <h1 className={styles.title}>{title}</h1>
      )}
      {scope === undefined ? null : <span className={styles.scope}>{scope}</span>}
      <span className={styles.total} role="status">
        {total === undefined ? '' : counted(total)}
      </span>
    </div>
  );
}
