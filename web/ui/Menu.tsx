import type { ReactElement, ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import styles from './Menu.module.css';

export interface MenuAction {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly shortcut?: string;
  readonly isAlarm?: boolean;
  readonly isDisabled?: boolean;
  /** A line above it. */
  readonly startsGroup?: boolean;
  readonly onSelect: () => void;
}

export interface MenuProps {
  readonly label: string;
  /** A button of ours. */
  readonly trigger: ReactElement;
  readonly actions: readonly MenuAction[];
}

export function Menu({ label, trigger, actions }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles.popover ?? ''} offset={4}>
        <AriaMenu aria-label={label} className={styles.menu ?? ''}>
          {actions.flatMap((action) => [
            ...(action.startsGroup ? [<Separator key={`${action.id}-line`} className={styles.line ?? ''} />] : []),
            <AriaMenuItem
              key={action.id}
              id={action.id}
              textValue={action.label}
              isDisabled={action.isDisabled ?? false}
              onAction={action.onSelect}
              className={styles.item ?? ''}
              data-alarm={action.isAlarm || undefined}
            >
              {action.icon}
              <span className={styles.label}>{action.label}</span>
              {action.shortcut === undefined ? null : <kbd>{action.shortcut}</kbd>}
            </AriaMenuItem>,
          ])}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
