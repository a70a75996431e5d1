/** What floats over the page, drawn by React Aria: heavy, and on no screen at first. Only ui/Overlay.tsx brings it. */
import { useEffect, useMemo } from 'react';
import {
  Dialog as AriaDialog,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  Tooltip as AriaTooltip,
  Heading,
  Modal,
  ModalOverlay,
  Popover,
  Separator,
  TooltipTriggerStateContext,
} from 'react-aria-components';
import styles from './Button.module.css';
import dialogStyles from './Dialog.module.css';
import menuStyles from './Menu.module.css';
import type { DialogOverlay, MenuOverlay, OverlayProps, PanelOverlay, TipOverlay } from './Overlay.tsx';

export function OverlayPart(props: OverlayProps) {
  switch (props.kind) {
    case 'ahead':
      return null;
    case 'menu':
      return <MenuPart {...props} />;
    case 'dialog':
      return <DialogPart {...props} />;
    case 'panel':
      return <PanelPart {...props} />;
    case 'tip':
      return <TipPart {...props} />;
  }
}

function MenuPart({ label, actions, trigger, first, isOpen, onClose }: MenuOverlay) {
  return (
    <Popover
      className={menuStyles.popover ?? ''}
      trigger="MenuTrigger"
      aria-label={label}
      triggerRef={trigger}
      isOpen={isOpen}
      onOpenChange={(next) => next || onClose()}
      placement="bottom start"
      offset={4}
    >
      <AriaMenu aria-label={label} className={menuStyles.menu ?? ''} autoFocus={first} onClose={onClose}>
        {actions.flatMap((action) => [
          ...(action.startsGroup ? [<Separator key={`${action.id}-line`} className={menuStyles.line ?? ''} />] : []),
          <AriaMenuItem
            key={action.id}
            id={action.id}
            textValue={action.label}
            isDisabled={action.isDisabled ?? false}
            onAction={action.onSelect}
            className={menuStyles.item ?? ''}
            data-alarm={action.isAlarm || undefined}
          >
            {action.icon}
            <span className={menuStyles.label}>{action.label}</span>
            {action.shortcut === undefined ? null : <kbd>{action.shortcut}</kbd>}
          </AriaMenuItem>,
        ])}
      </AriaMenu>
    </Popover>
  );
}

function DialogPart({ title, isOpen, onClose, children, actions, isWide, isBlocking, cross }: DialogOverlay) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(next) => next || onClose()}
      isDismissable={!isBlocking}
      isKeyboardDismissDisabled={isBlocking}
      className={dialogStyles.overlay ?? ''}
    >
      <Modal className={dialogStyles.modal ?? ''} data-wide={isWide || undefined}>
        <AriaDialog className={dialogStyles.dialog ?? ''} role={isBlocking ? 'alertdialog' : 'dialog'}>
          <header className={dialogStyles.header}>
            <Heading slot="title" className={dialogStyles.title ?? ''}>
              {title}
            </Heading>
            {cross}
          </header>
          <div className={dialogStyles.body}>{children}</div>
          {actions === undefined ? null : <footer className={dialogStyles.actions}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function PanelPart({ label, className, panelClassName, trigger, isOpen, onClose, children }: PanelOverlay) {
  return (
    <Popover
      className={className}
      triggerRef={trigger}
      isOpen={isOpen}
      onOpenChange={(next) => next || onClose()}
      placement="bottom start"
    >
      <AriaDialog className={panelClassName} aria-label={label}>
        {children}
      </AriaDialog>
    </Popover>
  );
}

function TipPart({ id, trigger, isOpen, onClose, children }: TipOverlay) {
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onClose();
    };
    document.addEventListener('keydown', onKey, true);
    return () => document.removeEventListener('keydown', onKey, true);
  }, [isOpen, onClose]);
  const state = useMemo(
    () => ({ isOpen, shouldSkipAnimation: false, open: () => undefined, close: onClose }),
    [isOpen, onClose],
  );
  return (
    <TooltipTriggerStateContext.Provider value={state}>
      <AriaTooltip className={styles.tooltip ?? ''} offset={6} triggerRef={trigger}>
        <span id={id}>{children}</span>
      </AriaTooltip>
    </TooltipTriggerStateContext.Provider>
  );
}
