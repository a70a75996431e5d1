import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import styles from './Button.module.css';
import { Overlay } from './Overlay.tsx';

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

export interface IconButtonProps
  extends Omit<
    AriaButtonProps,
    'className' | 'style' | 'children' | 'aria-label' | 'onHoverChange' | 'onFocus' | 'onBlur' | 'onPressStart'
  > {
  /** What it does, said and shown in a tooltip; with its shortcut when it has one. */
  readonly label: string;
  readonly shortcut?: string;
  readonly kind?: ButtonKind;
  readonly isPressed?: boolean;
  readonly children: ReactNode;
}

export function IconButton({ label, shortcut, kind = 'bare', isPressed, children, ...rest }: IconButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const tip = useTip();
  const id = useId();
  return (
    <>
      <AriaButton
        {...rest}
        {...tip.gestures}
        ref={button}
        aria-label={label}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        {...(tip.isOpen ? { 'aria-describedby': id } : {})}
        className={styles.icon ?? ''}
        data-kind={kind}
      >
        {children}
      </AriaButton>
      <Overlay kind="tip" id={id} trigger={button} isOpen={tip.isOpen} onClose={tip.close}>
        {label}
        {shortcut === undefined ? null : <kbd>{shortcut}</kbd>}
      </Overlay>
    </>
  );
}

/** A pointer that only passes by asks for nothing. */
const tipDelayMs = 500;

/** Shown to a pointer that rests and to the keyboard's focus; gone with either, and at a press. */
function useTip() {
  const [isOpen, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const close = useCallback(() => {
    clearTimeout(timer.current);
    setOpen(false);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  const gestures = {
    onHoverChange: (isOver: boolean) => {
      close();
      if (isOver) timer.current = setTimeout(() => setOpen(true), tipDelayMs);
    },
    onFocus: ({ target }: { readonly target: Element }) => setOpen(target.matches(':focus-visible')),
    onBlur: close,
    onPressStart: close,
  };
  return { isOpen, close, gestures };
}
