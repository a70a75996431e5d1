import { History } from 'lucide-react';
import { composeTexts as texts } from '../../texts/compose.ts';
import { Button } from '../../ui/Button.tsx';
import { Notice } from '../../ui/States.tsx';
import styles from './Composer.module.css';
import type { JournalEntry } from './journal.ts';

export interface UnsavedNoticeProps {
  readonly entry: JournalEntry;
  readonly onResume: () => void;
  readonly onForget: () => void;
}

export function UnsavedNotice({ entry, onResume, onForget }: UnsavedNoticeProps) {
  return (
    <Notice
      kind="care"
      icon={<History aria-hidden="true" />}
      action={
        <div className={styles.noticeActions}>
          <Button onPress={onForget}>{texts.forget}</Button>
          <Button onPress={onResume}>{texts.resume}</Button>
        </div>
      }
    >
      <strong>{texts.unsavedTitle}</strong>
      <p>{texts.unsaved(entry.message.subject, new Date(entry.changedAt))}</p>
    </Notice>
  );
}
