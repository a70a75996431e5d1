/**
 * Menus, dialogs and tooltips. What draws them comes in one file of its own, ahead of the first gesture (`OverlaysAhead`) and after
 * the first screen.
 */
import { lazy, type ReactNode, type RefObject, Suspense, useEffect, useState } from 'react';

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

interface Floating {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export interface MenuOverlay extends Floating {
  readonly kind: 'menu';
  readonly label: string;
  readonly actions: readonly MenuAction[];
  readonly trigger: RefObject<HTMLElement | null>;
  /** Where the focus begins: an end of the menu, or the menu itself. */
  readonly first: 'first' | 'last' | true;
}

export interface DialogOverlay extends Floating {
  readonly kind: 'dialog';
  readonly title: string;
  readonly children: ReactNode;
  readonly actions: ReactNode;
  readonly isWide: boolean;
  readonly isBlocking: boolean;
  readonly cross: ReactNode;
}

/** A form that hangs from what opened it. */
export interface PanelOverlay extends Floating {
  readonly kind: 'panel';
  readonly label: string;
  readonly className: string;
  readonly panelClassName: string;
  readonly trigger: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

export interface TipOverlay extends Floating {
  readonly kind: 'tip';
  readonly id: string;
  readonly trigger: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

export type OverlayProps = { readonly kind: 'ahead' } | MenuOverlay | DialogOverlay | PanelOverlay | TipOverlay;

// One for all kinds: once it is there, none of them waits.
const Part = lazy(async () => ({ default: (await import('./OverlayParts.tsx')).OverlayPart }));

/** Nothing until it is first opened; then it stays, for its way out. */
export function Overlay(props: Exclude<OverlayProps, { kind: 'ahead' }>) {
  const [wasOpen, setWasOpen] = useState(props.isOpen);
  if (props.isOpen && !wasOpen) setWasOpen(true);
  if (!wasOpen) return null;
  return (
    <Suspense fallback={null}>
      <Part {...props} />
    </Suspense>
  );
}

/** Once on a page: brings what draws them when the first screen has come to rest. */
export function OverlaysAhead() {
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), restMs);
    return () => clearTimeout(timer);
  }, []);
  if (!isDue) return null;
  return (
    <Suspense fallback={null}>
      <Part kind="ahead" />
    </Suspense>
  );
}

/** Long enough for the list to have asked for what it shows; shorter than the way of a hand to a menu. */
const restMs = 1_000;
