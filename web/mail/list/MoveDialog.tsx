/** Where to: the mailboxes of the account, narrowed by what is typed. */
import { Folder } from 'lucide-react';
import { useState } from 'react';
import { listTexts as texts } from '../../texts/list.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/Field.tsx';
import { mailboxLines } from '../rail/tree.ts';
import { useMailboxes } from '../store/hooks.ts';
import styles from './MoveDialog.module.css';

export interface MoveDialogProps {
  readonly accountId: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onMove: (mailboxId: string) => void;
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase('fr');
}

export function MoveDialog({ accountId, isOpen, onClose, onMove }: MoveDialogProps) {
  const mailboxes = useMailboxes(accountId) ?? [];
  const [typed, setTyped] = useState('');
  const lines = mailboxLines(mailboxes).filter(({ path }) => folded(path).includes(folded(typed.trim())));
  const choose = (mailboxId: string): void => {
    onClose();
    setTyped('');
    onMove(mailboxId);
  };
  return (
    <Dialog title={texts.moveTo} isOpen={isOpen} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const [first] = lines;
          if (first !== undefined) choose(first.mailbox.id);
        }}
      >
        <TextField label={texts.mailboxName} value={typed} onChange={setTyped} autoFocus />
      </form>
      <ul className={styles.lines}>
        {lines.map(({ mailbox, path }) => (
          <li key={mailbox.id}>
            <Button kind="bare" isWide icon={<Folder aria-hidden="true" />} onPress={() => choose(mailbox.id)}>
              {path}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
