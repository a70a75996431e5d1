/** At the foot of the screen, without haste: what waits to leave, and that a new version is there. Not while one writes. */
import { useLocation } from '@tanstack/react-router';
import { RefreshCw, Send } from 'lucide-react';
import { lazy, Suspense, useContext, useState, useSyncExternalStore } from 'react';
import { offlineTexts as texts } from '../texts/offline.ts';
import { Button } from '../ui/Button.tsx';
import { InstalledContext } from './device-context.ts';
import { type Outbox, type OutboxView, useOutbox } from './outbox.ts';
import styles from './QuietLines.module.css';

const OutboxDialog = lazy(() => import('./OutboxDialog.tsx').then((loaded) => ({ default: loaded.OutboxDialog })));

const never = (): (() => void) => () => undefined;
const nothing: OutboxView = { waiting: 0, isSending: false };

function useOutboxView(outbox: Outbox | undefined): OutboxView {
  return useSyncExternalStore(
    outbox === undefined ? never : (onChange) => outbox.subscribe(onChange),
    () => outbox?.view() ?? nothing,
  );
}

export function QuietLines() {
  const isWriting = useLocation({ select: ({ pathname }) => pathname.startsWith('/ecrire') });
  const updates = useContext(InstalledContext)?.updates;
  const isReady = useSyncExternalStore(updates?.subscribe ?? never, () => updates?.isReady() ?? false);
  const { waiting, isSending } = useOutboxView(useOutbox());
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={styles.lines} role="status" data-hidden={isWriting || undefined}>
      {waiting === 0 ? null : (
        <div className={styles.line}>
          <Send aria-hidden="true" />
          <span>{isSending ? texts.sendingNow(waiting) : texts.waiting(waiting)}</span>
          <Button kind="bare" onPress={() => setOpen(true)}>
            {texts.show}
          </Button>
        </div>
      )}
      {isReady ? (
        <div className={styles.line}>
          <RefreshCw aria-hidden="true" />
          <span>{texts.updateReady}</span>
          <Button kind="bare" onPress={() => updates?.apply()}>
            {texts.update}
          </Button>
        </div>
      ) : null}
      {isOpen ? (
        <Suspense fallback={null}>
          <OutboxDialog onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
