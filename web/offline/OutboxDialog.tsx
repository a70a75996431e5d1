/** What waits to leave, with what the server refused of it. */
import { TriangleAlert } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { shownNames } from '../mail/people.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { longDate } from '../ui/dates.ts';
import type { WaitingMessage } from './copy.ts';
import { useDeviceKeeping, useKeeperState } from './device-context.ts';
import styles from './Offline.module.css';

export function OutboxDialog({ onClose }: { readonly onClose: () => void }) {
  const { keeper } = useDeviceKeeping();
  const state = useKeeperState(keeper);
  const [waiting, setWaiting] = useState<readonly WaitingMessage[]>([]);
  const read = useCallback(async () => {
    if (state.kind === 'open') setWaiting(await state.copy.waiting());
  }, [state]);
  useEffect(() => {
    if (state.kind !== 'open') return;
    void read();
    return state.outbox.subscribe(() => void read());
  }, [state, read]);
  if (state.kind !== 'open') return null;
  const { copy, outbox } = state;
  const retry = async ({ refusal: _refusal, ...message }: WaitingMessage): Promise<void> => {
    await copy.putWaiting(message);
    await outbox.flush();
    await read();
  };
  const drop = async ({ idempotencyId }: WaitingMessage): Promise<void> => {
    await copy.dropWaiting(idempotencyId);
    await outbox.load();
  };
  const now = new Date();
  return (
    <Dialog title={texts.waitingTitle} isOpen onClose={onClose}>
      {waiting.length === 0 ? <p>{texts.emptyOutbox}</p> : null}
      <ul className={styles.waiting}>
        {waiting.map((each) => (
          <li key={each.idempotencyId}>
            <strong>{each.message.subject === '' ? texts.noSubject : each.message.subject}</strong>
            <span className={styles.soft}>
              {texts.toPerson(shownNames([...each.message.to, ...each.message.cc, ...each.message.bcc]))} ·{' '}
              {texts.writtenAt(longDate(new Date(each.writtenAt), now))}
            </span>
            {each.refusal === undefined ? null : (
              <>
                <span className={styles.fault}>
                  <TriangleAlert aria-hidden="true" /> {each.refusal}
                </span>
                <span className={styles.gestures}>
                  <Button onPress={() => void retry(each)}>{uiTexts.retry}</Button>
                  <Button kind="bare" onPress={() => void drop(each)}>
                    {texts.dropWaiting}
                  </Button>
                </span>
              </>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
