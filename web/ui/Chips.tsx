/** Small choices in a row: a chip that is on or off, and one that can be taken away. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton, ToggleButton } from 'react-aria-components';
import styles from './Chips.module.css';

export interface ToggleChipProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: ReactNode;
  readonly icon?: ReactNode;
}

export function ToggleChip({ isOn, onChange, children, icon }: ToggleChipProps) {
  return (
    <ToggleButton className={styles.chip ?? ''} isSelected={isOn} onChange={onChange}>
      {icon}
      {children}
    </ToggleButton>
  );
}

export interface RemovableChipProps {
  readonly children: string;
  /** What pressing it does, said whole: « Retirer le filtre De : Meziane ». */
  readonly label: string;
  readonly onRemove: () => void;
}

export function RemovableChip({ children, label, onRemove }: RemovableChipProps) {
  return (
    <AriaButton className={styles.chip ?? ''} data-active="true" aria-label={label} onPress={onRemove}>
      <span className={styles.text}>{children}</span>
      <X aria-hidden="true" />
    </AriaButton>
  );
}
