import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { uiTexts } from '../texts/ui.ts';
import { IconButton } from './Button.tsx';
import styles from './Dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, the main one last. */
  readonly actions?: ReactNode;
  readonly isWide?: boolean;
  /** An answer is needed: no cross, and a press outside changes nothing. */
  readonly isBlocking?: boolean;
}

export function Dialog({ title, isOpen, onClose, children, actions, isWide = false, isBlocking = false }: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(next) => next || onClose()}
      isDismissable={!isBlocking}
      isKeyboardDismissDisabled={isBlocking}
      className={styles.overlay ?? ''}
    >
      <Modal className={styles.modal ?? ''} data-wide={isWide || undefined}>
        <AriaDialog className={styles.dialog ?? ''} role={isBlocking ? 'alertdialog' : 'dialog'}>
          <header className={styles.header}>
            <Heading slot="title" className={styles.title ?? ''}>
              {title}
            </Heading>
            {isBlocking ? null : (
              <IconButton label={uiTexts.close} onPress={onClose}>
                <X />
              </IconButton>
            )}
          </header>
          <div className={styles.body}>{children}</div>
          {actions === undefined ? null : <footer className={styles.actions}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
