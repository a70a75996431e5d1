import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { uiTexts } from '../texts/ui.ts';
import { IconButton } from './Button.tsx';
import { Overlay } from './Overlay.tsx';

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

export function Dialog({ actions, isWide = false, isBlocking = false, ...rest }: DialogProps) {
  const cross = isBlocking ? null : (
    <IconButton label={uiTexts.close} onPress={rest.onClose}>
      <X />
    </IconButton>
  );
  return <Overlay {...rest} kind="dialog" actions={actions} isWide={isWide} isBlocking={isBlocking} cross={cross} />;
}
