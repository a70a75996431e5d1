/** One's devices that keep a copy, each with the way to take it back. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Laptop } from 'lucide-react';
import { useState } from 'react';
import type { Devices } from '../../contract/devices.ts';
import { explainFault } from '../api/faults.ts';
import { useOffice } from '../app/session.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { longDate } from '../ui/dates.ts';
import { Panel } from '../ui/Page.tsx';
import { LoadingNote, Notice, Skeleton } from '../ui/States.tsx';
import { useToasts } from '../ui/ToastRegion.tsx';
import { NotForgotten } from './device.ts';
import { useDeviceKeeping } from './device-context.ts';
import styles from './Offline.module.css';

export const devicesKey = ['devices'];

type Device = Devices['devices'][number];

export function DevicesPanel({ thisDeviceId }: { readonly thisDeviceId: string | undefined }) {
  const { api } = useOffice();
  const [removing, setRemoving] = useState<Device>();
  const { data, error, refetch } = useQuery({
    queryKey: devicesKey,
    queryFn: ({ signal }) => api.request<Devices>('GET', '/api/devices', { signal }),
  });
  const now = new Date();
  return (
    <Panel title={texts.devicesTitle} lead={texts.devicesLead}>
      {error === null ? null : (
        <Notice kind="alarm" action={<Button onPress={() => void refetch()}>{uiTexts.retry}</Button>}>
          {explainFault(error)}
        </Notice>
      )}
      {data === undefined && error === null ? (
        <>
          <Skeleton height="40px" />
          <LoadingNote>{uiTexts.loading}</LoadingNote>
        </>
      ) : null}
      {data?.devices.length === 0 ? <p className={styles.soft}>{texts.devicesNone}</p> : null}
      <ul className={styles.devices}>
        {data?.devices.map((device) => (
          <li key={device.id}>
            <span>
              <Laptop aria-hidden="true" className={styles.sign} /> <strong>{device.name}</strong>
              {device.id === thisDeviceId ? ` (${texts.thisDevice})` : ''}
              <br />
              <span className={styles.soft}>{texts.lastContact(longDate(new Date(device.lastContactAt), now))}</span>
            </span>
            <Button aria-label={texts.removeOf(device.name)} onPress={() => setRemoving(device)}>
              {texts.remove}
            </Button>
          </li>
        ))}
      </ul>
      {removing === undefined ? null : (
        <RemoveDialog device={removing} isThis={removing.id === thisDeviceId} onClose={() => setRemoving(undefined)} />
      )}
    </Panel>
  );
}

function RemoveDialog({
  device,
  isThis,
  onClose,
}: {
  readonly device: Device;
  readonly isThis: boolean;
  readonly onClose: () => void;
}) {
  const { api } = useOffice();
  const { keeper } = useDeviceKeeping();
  const queries = useQueryClient();
  const toasts = useToasts();
  const remove = async (): Promise<void> => {
    onClose();
    try {
      if (isThis) await keeper?.erase();
      else await api.request('DELETE', `/api/devices/${device.id}`);
      toasts.show(texts.removed);
    } catch (fault) {
      toasts.show(fault instanceof NotForgotten ? texts.notForgotten : explainFault(fault), { kind: 'fault' });
    }
    await queries.invalidateQueries({ queryKey: devicesKey });
  };
  return (
    <Dialog
      title={texts.removeTitle(device.name)}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button kind="alarm" onPress={() => void remove()}>
            {texts.remove}
          </Button>
        </>
      }
    >
      <p>{texts.removeLead}</p>
    </Dialog>
  );
}
