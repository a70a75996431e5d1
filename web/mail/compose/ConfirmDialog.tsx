import { composeTexts as texts } from '../../texts/compose.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import styles from './Composer.module.css';

export interface ConfirmDialogProps {
  readonly title: string;
  /** Each a sentence. */
  readonly doubts: readonly string[];
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog({ title, doubts, confirm, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onConfirm}>{confirm}</Button>
          <Button kind="main" onPress={onClose} autoFocus>
            {texts.confirmBack}
          </Button>
        </>
      }
    >
      <ul className={styles.doubts}>
        {doubts.map((doubt) => (
          <li key={doubt}>{doubt}</li>
        ))}
      </ul>
    </Dialog>
  );
}
