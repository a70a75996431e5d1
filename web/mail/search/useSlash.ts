import { type RefObject, useEffect } from 'react';

/** `/` brings the keyboard to the field, unless one writes elsewhere or a dialog is open. */
export function useSlash(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { current } = field;
      if (event.key !== '/' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (current === null || isWriting(event.target) || current.closest('[inert], [aria-hidden="true"]') !== null)
        return;
      event.preventDefault();
      current.focus();
      current.select();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [field]);
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select') !== null;
}
