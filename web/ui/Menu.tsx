import { type ReactElement, useRef, useState } from 'react';
import { ButtonContext } from 'react-aria-components';
import { type MenuAction, Overlay } from './Overlay.tsx';

export type { MenuAction };

export interface MenuProps {
  readonly label: string;
  /** A button of ours. */
  readonly trigger: ReactElement;
  readonly actions: readonly MenuAction[];
}

/** Opens as menus of the system do: on the way down of a mouse, on the way up of a finger, by Enter, Space and the arrows. */
export function Menu({ label, trigger, actions }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [first, setFirst] = useState<'first' | 'last' | true>(true);
  const open = (from: 'first' | 'last' | true): void => {
    button.current?.focus({ preventScroll: true }); // where the focus goes back to
    setFirst(from);
    setOpen(true);
  };
  return (
    <>
      <ButtonContext.Provider
        value={{
          ref: button,
          'aria-haspopup': 'menu',
          'aria-expanded': isOpen,
          onPressStart: ({ pointerType }) => {
            if (pointerType === 'mouse' || pointerType === 'pen') open(true);
            else if (pointerType === 'virtual') open('first');
          },
          onPress: ({ pointerType }) => {
            if (pointerType === 'touch') open(true);
            else if (pointerType === 'keyboard') open('first');
          },
          onKeyDown: (event) => {
            if (event.key === 'ArrowDown') open('first');
            else if (event.key === 'ArrowUp') open('last');
            else return event.continuePropagation();
            event.preventDefault();
          },
        }}
      >
        {trigger}
      </ButtonContext.Provider>
      <Overlay
        kind="menu"
        label={label}
        actions={actions}
        trigger={button}
        first={first}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      />
    </>
  );
}
