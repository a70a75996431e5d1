import { CircleAlert, X } from 'lucide-react';
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import { uiTexts } from '../texts/ui.ts';
import { Button, IconButton } from './Button.tsx';
import styles from './ToastRegion.module.css';
import type { Toast, Toasts } from './toasts.ts';

export const ToastsContext = createContext<Toasts | undefined>(undefined);

export function useToasts(): Toasts {
  const toasts = useContext(ToastsContext);
  if (toasts === undefined) throw new Error('toasts are used outside the application');
  return toasts;
}

export function ToastRegion() {
  const toasts = useToasts();
  const shown = useSyncExternalStore(toasts.subscribe, toasts.list);
  return (
    <section className={styles.region} aria-label={uiTexts.notifications} aria-live="polite">
      {shown.map((toast) => (
        <ToastLine key={toast.id} toast={toast} onClose={() => toasts.close(toast.id)} />
      ))}
    </section>
  );
}

function ToastLine({ toast, onClose }: { readonly toast: Toast; readonly onClose: () => void }) {
  const { id, lastsMs } = toast;
  const toasts = useToasts();
  useEffect(() => {
    if (!Number.isFinite(lastsMs)) return;
    const timer = setTimeout(() => toasts.close(id), lastsMs);
    return () => clearTimeout(timer);
  }, [id, lastsMs, toasts]);
  const { undo } = toast;
  return (
    <div className={styles.toast} data-kind={toast.kind}>
      {toast.kind === 'fault' ? <CircleAlert aria-hidden="true" /> : null}
      <span className={styles.text}>{toast.text}</span>
      {undo === undefined ? null : (
        <Button
          kind="bare"
          onPress={() => {
            undo();
            onClose();
          }}
        >
          {uiTexts.undo}
        </Button>
      )}
      <IconButton label={uiTexts.close} onPress={onClose}>
        <X />
      </IconButton>
    </div>
  );
}
