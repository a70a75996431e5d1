/** Of the trash: emptied with one gesture, and where to look for what was. */
import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import { explainFault } from '../../api/faults.ts';
import { useOffice } from '../../app/session.ts';
import { listTexts as texts } from '../../texts/list.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { useMailStore } from '../store/hooks.ts';
import { emptyMailbox } from './empty-mailbox.ts';
import styles from './TrashBar.module.css';

export function TrashBar({ accountIds }: { readonly accountIds: readonly string[] }) {
  const store = useMailStore();
  const { accounts, jmap } = useOffice();
  const toasts = useToasts();
  const [isAsking, setAsking] = useState(false);
  const [progress, setProgress] = useState<{ done: number; total: number }>();
  useSyncExternalStore(store.mailboxes.subscribe, store.mailboxes.version);
  const trashes = accountIds.flatMap((accountId) => {
    const { rights = [] } = accounts.find((account) => account.accountId === accountId) ?? {};
    const mailbox = store.mailboxes.withRole(accountId, 'trash');
    const mayEmpty = rights.includes('own') || rights.includes('write');
    return mailbox === undefined || !mayEmpty || mailbox.totalEmails === 0 ? [] : [{ accountId, mailbox }];
  });
  const total = trashes.reduce((sum, { mailbox }) => sum + mailbox.totalEmails, 0);
  const empty = async (): Promise<void> => {
    let done = 0;
    setProgress({ done, total });
    try {
      for (const { accountId, mailbox } of trashes) {
        await emptyMailbox(jmap, { accountId, mailboxId: mailbox.id }, (count) => {
          done += count;
          setProgress({ done, total });
        });
      }
      toasts.show(texts.emptied);
    } catch (fault) {
      toasts.show(explainFault(fault), { kind: 'fault' });
    } finally {
      setAsking(false);
      setProgress(undefined);
      for (const { accountId } of trashes) void store.refresh(accountId);
    }
  };
  return (
    <div className={styles.bar}>
      {total === 0 ? null : (
        <Button icon={<Trash2 aria-hidden="true" />} onPress={() => setAsking(true)}>
          {texts.emptyTrash}
        </Button>
      )}
      <DeletedLinks accountIds={accountIds} />
      <Dialog
        title={texts.emptyTrashTitle}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        isBlocking
        actions={
          <>
            <Button isDisabled={progress !== undefined} onPress={() => setAsking(false)}>
              {uiTexts.cancel}
            </Button>
            <Button kind="alarm" isPending={progress !== undefined} onPress={() => void empty()}>
              {texts.emptyTrash}
            </Button>
          </>
        }
      >
        <p>{texts.emptyTrashText(total)}</p>
        <p role="status">{progress === undefined ? '' : texts.emptying(progress.done, progress.total)}</p>
      </Dialog>
    </div>
  );
}

/** One link; of several accounts, one for each. */
function DeletedLinks({ accountIds }: { readonly accountIds: readonly string[] }) {
  const { accounts } = useOffice();
  return (
    <ul className={styles.links}>
      {accountIds.map((accountId) => (
        <li key={accountId}>
          <Link to="/supprimes/$accountId" params={{ accountId }}>
            {accountIds.length === 1
              ? texts.deletedLink
              : texts.deletedOf(accounts.find((account) => account.accountId === accountId)?.displayName ?? '')}
          </Link>
        </li>
      ))}
    </ul>
  );
}
