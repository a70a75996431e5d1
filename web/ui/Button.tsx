import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import styles from './Button.module.css';

export type ButtonKind = 'main' | 'quiet' | 'bare' | 'alarm';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  readonly kind?: ButtonKind;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  /** As wide as what holds it. */
  readonly isWide?: boolean;
}

/** One `main` button on a screen: the next gesture. */
export function Button({ kind = 'quiet', icon, children, isWide = false, isPending = false, ...rest }: ButtonProps) {
  // While it works a button keeps its focus and does nothing. React Aria's own way announces an empty picture.
  const idle = { onPress: () => undefined, type: 'button' } as const;
  return (
    <AriaButton
      {...rest}
      {...(isPending ? idle : {})}
      data-pending={isPending || undefined}
      className={styles.button ?? ''}
      data-kind={kind}
      data-wide={isWide || undefined}
    >
      {icon}
      <span className={styles.label}>{children}</span>
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children' | 'aria-label'> {
  /** What it does, said and shown in a tooltip; with its shortcut when it has one. */
  readonly label: string;
  readonly shortcut?: string;
  readonly kind?: ButtonKind;
  readonly isPressed?: boolean;
  readonly children: ReactNode;
}

export function IconButton({ label, shortcut, kind = 'bare', isPressed, children, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <AriaButton
        {...rest}
        aria-label={label}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        className={styles.icon ?? ''}
        data-kind={kind}
      >
        {children}
      </AriaButton>
      <Tooltip className={styles.tooltip ?? ''} offset={6}>
        {label}
        {shortcut === undefined ? null : <kbd>{shortcut}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
