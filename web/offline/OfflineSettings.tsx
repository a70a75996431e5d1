/** « Cet appareil »: whether it keeps a copy, how old and how large, one's other devices, and the application itself. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, ShieldCheck, Trash2, TriangleAlert } from 'lucide-react';
import { useContext, useState, useSyncExternalStore } from 'react';
import { Form } from 'react-aria-components';
import { explainFault } from '../api/faults.ts';
import { useOffice } from '../app/session.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { bytesText } from '../ui/bytes.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { daysLeft, longDate } from '../ui/dates.ts';
import { TextField } from '../ui/Field.tsx';
import { Panel } from '../ui/Page.tsx';
import { Notice, Skeleton } from '../ui/States.tsx';
import { useToasts } from '../ui/ToastRegion.tsx';
import { DevicesPanel, devicesKey } from './DevicesPanel.tsx';
import { NotForgotten } from './device.ts';
import { InstalledContext, useDeviceKeeping, useKeeperState } from './device-context.ts';
import { deviceName } from './device-name.ts';
import type { KeeperState } from './keeper.ts';
import styles from './Offline.module.css';
import { contactMs } from './standing.ts';

const sizeEveryMs = 5_000;

export function OfflineSettings() {
  const { keeper } = useDeviceKeeping();
  const state = useKeeperState(keeper);
  return (
    <>
      <CopyPanel state={state} />
      <DevicesPanel thisDeviceId={state.kind === 'open' ? state.device.deviceId : undefined} />
      <InstallPanel />
    </>
  );
}

function CopyPanel({ state }: { readonly state: KeeperState }) {
  const { session } = useOffice();
  const [isDeclaring, setDeclaring] = useState(false);
  return (
    <Panel title={texts.copyTitle} lead={texts.copyLead}>
      {state.kind === 'open' ? (
        <OpenCopy state={state} />
      ) : session.practice.isOfflineAllowed ? (
        <>
          <div>
            <Button icon={<ShieldCheck aria-hidden="true" />} onPress={() => setDeclaring(true)}>
              {texts.declare}
            </Button>
          </div>
          <p className={styles.soft}>{texts.declareHelp}</p>
        </>
      ) : (
        <Notice kind="care" icon={<TriangleAlert aria-hidden="true" />}>
          {texts.switchedOff}
        </Notice>
      )}
      <p className={styles.soft}>{texts.rules}</p>
      {isDeclaring ? <DeclareDialog onClose={() => setDeclaring(false)} /> : null}
    </Panel>
  );
}

function OpenCopy({ state }: { readonly state: KeeperState & { readonly kind: 'open' } }) {
  const [isErasing, setErasing] = useState(false);
  const { device, store } = state;
  const size = useQuery({
    queryKey: ['copy-size', device.deviceId],
    queryFn: () => store.bytes(),
    staleTime: 0,
    refetchInterval: sizeEveryMs, // what is read elsewhere comes in meanwhile
  });
  const now = new Date();
  return (
    <>
      <dl className={styles.facts}>
        <dt>{texts.age}</dt>
        <dd>{longDate(new Date(device.contactAt), now)}</dd>
        <dt>{texts.size}</dt>
        <dd data-figures>{size.data === undefined ? <Skeleton width="64px" /> : bytesText(size.data)}</dd>
      </dl>
      <p>{texts.ends(daysLeft(new Date(device.contactAt + contactMs), now))}</p>
      <div>
        <Button icon={<Trash2 aria-hidden="true" />} onPress={() => setErasing(true)}>
          {texts.erase}
        </Button>
      </div>
      {isErasing ? <EraseDialog state={state} onClose={() => setErasing(false)} /> : null}
    </>
  );
}

function EraseDialog({
  state,
  onClose,
}: {
  readonly state: KeeperState & { readonly kind: 'open' };
  readonly onClose: () => void;
}) {
  const { keeper } = useDeviceKeeping();
  const queries = useQueryClient();
  const toasts = useToasts();
  const { waiting } = useSyncExternalStore(
    (onChange) => state.outbox.subscribe(onChange),
    () => state.outbox.view(),
  );
  const erase = async (): Promise<void> => {
    onClose();
    try {
      await keeper?.erase();
      toasts.show(texts.erased);
    } catch (fault) {
      toasts.show(fault instanceof NotForgotten ? texts.notForgotten : explainFault(fault), { kind: 'fault' });
    }
    await queries.invalidateQueries({ queryKey: devicesKey });
  };
  return (
    <Dialog
      title={texts.eraseTitle}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button kind="alarm" onPress={() => void erase()}>
            {texts.erase}
          </Button>
        </>
      }
    >
      <p>{texts.eraseLead}</p>
      {waiting === 0 ? null : <p>{texts.eraseWaiting(waiting)}</p>}
    </Dialog>
  );
}

function DeclareDialog({ onClose }: { readonly onClose: () => void }) {
  const { session } = useOffice();
  const { load } = useDeviceKeeping();
  const queries = useQueryClient();
  const toasts = useToasts();
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const [isPending, setPending] = useState(false);
  const declare = async (): Promise<void> => {
    setPending(true);
    setFault(undefined);
    try {
      const keeper = await load();
      await keeper.declare(name.trim(), password);
      toasts.show(texts.declared);
      onClose();
      await queries.invalidateQueries({ queryKey: devicesKey });
    } catch (refusal) {
      setFault(refusal instanceof DOMException ? texts.unable : explainFault(refusal));
      setPassword('');
      setPending(false);
    }
  };
  return (
    <Dialog title={texts.declareTitle} isOpen onClose={onClose}>
      <Form
        className={styles.form ?? ''}
        onSubmit={(event) => {
          event.preventDefault();
          void declare();
        }}
      >
        <p>{texts.declareLead}</p>
        {fault === undefined ? null : (
          <Notice kind="alarm" icon={<TriangleAlert aria-hidden="true" />} isLive>
            {fault}
          </Notice>
        )}
        <TextField
          label={texts.deviceName}
          help={texts.deviceNameHelp}
          value={name}
          onChange={setName}
          autoComplete="off"
          maxLength={80}
          isRequired
        />
        <input type="text" autoComplete="username" value={session.person.name} readOnly hidden />
        <TextField
          label={texts.password}
          help={texts.passwordHelp}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          isRequired
          autoFocus
        />
        <Button type="submit" kind="main" isPending={isPending}>
          {isPending ? texts.declaring : texts.confirmDeclare}
        </Button>
      </Form>
    </Dialog>
  );
}

const never = (): (() => void) => () => undefined;

function InstallPanel() {
  const installation = useContext(InstalledContext)?.installation;
  const canInstall = useSyncExternalStore(installation?.subscribe ?? never, () => installation?.canInstall() ?? false);
  const isInstalled = window.matchMedia('(display-mode: standalone)').matches;
  return (
    <Panel title={texts.installTitle} lead={isInstalled ? texts.installed : texts.installLead}>
      {isInstalled ? null : canInstall ? (
        <div>
          <Button icon={<Download aria-hidden="true" />} onPress={() => void installation?.install()}>
            {texts.install}
          </Button>
        </div>
      ) : (
        <p className={styles.soft}>{texts.installByMenu}</p>
      )}
    </Panel>
  );
}
