/** The server does not answer: whether this device keeps a copy, its lock, and what it holds. */
import { CircleAlert, LockKeyhole } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import { Brand } from '../app/Brand.tsx';
import signIn from '../app/SignIn.module.css';
import { offlineTexts as texts } from '../texts/offline.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { TextField } from '../ui/Field.tsx';
import { LoadingNote, Notice } from '../ui/States.tsx';
import { DeviceCopy, type KeptFrame } from './copy.ts';
import { type CopyStore, openCopyStore } from './copy-store.ts';
import { endIfOver, readDevice } from './device.ts';
import { openByPassword } from './keys.ts';
import { OfflineApp } from './OfflineApp.tsx';
import type { DeviceRecord } from './standing.ts';
import { openVault } from './vault.ts';

export interface OfflineGateProps {
  /** Where there is no copy. */
  readonly fallback: ReactNode;
  readonly onRetry: () => void;
}

interface Unlocked {
  readonly device: DeviceRecord;
  readonly copy: DeviceCopy;
  readonly store: CopyStore;
  readonly frame: KeptFrame;
}

const closingMs = 2_000;

type Found = { readonly kind: 'looking' | 'none' } | { readonly kind: 'locked'; readonly device: DeviceRecord };

async function look(): Promise<Found> {
  if (await endIfOver(Date.now())) return { kind: 'none' };
  const device = await readDevice();
  return device === undefined ? { kind: 'none' } : { kind: 'locked', device };
}

export function OfflineGate({ fallback, onRetry }: OfflineGateProps) {
  const [found, setFound] = useState<Found>({ kind: 'looking' });
  const [unlocked, setUnlocked] = useState<Unlocked>();
  useEffect(() => {
    look().then(setFound, () => setFound({ kind: 'none' }));
  }, []);
  useEffect(
    // After the last words of a draft, which leave with its screen.
    () => () => void setTimeout(() => unlocked?.store.close(), closingMs),
    [unlocked],
  );
  if (unlocked !== undefined) return <OfflineApp {...unlocked} onRetry={onRetry} />;
  switch (found.kind) {
    case 'looking':
      return <LoadingNote>{uiTexts.loading}</LoadingNote>;
    case 'none':
      return fallback;
    case 'locked':
      return <Lock device={found.device} onUnlock={setUnlocked} onRetry={onRetry} />;
  }
}

type Opening = { readonly kind: 'open'; readonly unlocked: Unlocked } | { readonly kind: 'refused' | 'old' };

async function unlock(device: DeviceRecord, password: string): Promise<Opening> {
  if (await endIfOver(Date.now())) return { kind: 'old' };
  const keys = await openByPassword(device.deviceId, device.byPassword, password);
  if (keys === undefined) return { kind: 'refused' };
  const store = await openCopyStore();
  await store.putDevice({ ...device, seenAt: Math.max(Date.now(), device.seenAt) });
  const copy = new DeviceCopy(openVault(store, keys));
  const frame = await copy.frame();
  if (frame === undefined) {
    store.close();
    return { kind: 'old' };
  }
  return { kind: 'open', unlocked: { device, copy, store, frame } };
}

function Lock({
  device,
  onUnlock,
  onRetry,
}: {
  readonly device: DeviceRecord;
  readonly onUnlock: (unlocked: Unlocked) => void;
  readonly onRetry: () => void;
}) {
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const [isOpening, setOpening] = useState(false);
  const open = async (): Promise<void> => {
    setOpening(true);
    setFault(undefined);
    try {
      const opened = await unlock(device, password);
      if (opened.kind === 'open') return onUnlock(opened.unlocked);
      setFault(opened.kind === 'refused' ? texts.unlockRefused : texts.unlockOld);
    } catch {
      setFault(texts.unlockOld);
    } finally {
      setOpening(false);
      setPassword('');
    }
  };
  return (
    <main className={signIn.page}>
      <div className={signIn.card}>
        <Brand />
        <h1>{texts.unlockTitle}</h1>
        <p className={signIn.lead}>{texts.unlockLead}</p>
        <Form
          className={signIn.form ?? ''}
          onSubmit={(event) => {
            event.preventDefault();
            void open();
          }}
        >
          {fault === undefined ? null : (
            <Notice kind="alarm" icon={<CircleAlert aria-hidden="true" />} isLive>
              {fault}
            </Notice>
          )}
          <input type="text" autoComplete="username" readOnly hidden />
          <TextField
            label={texts.password}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
            isRequired
            autoFocus
          />
          <Button type="submit" kind="main" isWide isPending={isOpening} icon={<LockKeyhole aria-hidden="true" />}>
            {isOpening ? texts.unlocking : texts.unlock}
          </Button>
          <Button isWide onPress={onRetry}>
            {texts.retry}
          </Button>
        </Form>
      </div>
    </main>
  );
}
