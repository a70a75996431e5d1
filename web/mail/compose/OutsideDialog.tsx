/** Someone outside the trust space: why nothing is sent, and an archive that can be handed over by other ways. */
import { Copy, LockKeyhole } from 'lucide-react';
import { useState } from 'react';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Notice } from '../../ui/States.tsx';
import { makeArchive, messageFiles } from './archive.ts';
import styles from './Composer.module.css';
import type { ComposedMessage } from './message.ts';
import { cryptoRandom, spokenPassword } from './password.ts';

type State =
  | { readonly kind: 'told' | 'failed' }
  | { readonly kind: 'making'; readonly done: number; readonly total: number }
  | { readonly kind: 'made'; readonly password: string };

export interface OutsideDialogProps {
  readonly addresses: readonly string[];
  readonly message: ComposedMessage;
  readonly onClose: () => void;
}

function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function OutsideDialog({ addresses, message, onClose }: OutsideDialogProps) {
  const { jmap } = useOffice();
  const [state, setState] = useState<State>({ kind: 'told' });
  const make = async (): Promise<void> => {
    const attached = message.attachments.map(({ blobId, name, type }) => ({
      name,
      open: () => jmap.openBlob({ accountId: message.accountId, blobId, name, type }),
    }));
    const files = [...messageFiles(message), ...attached];
    const password = spokenPassword(cryptoRandom);
    setState({ kind: 'making', done: 0, total: files.length });
    try {
      const archive = await makeArchive({
        files,
        password,
        onProgress: (done) => setState({ kind: 'making', done, total: files.length }),
      });
      download(archive, texts.archiveName);
      setState({ kind: 'made', password });
    } catch {
      setState({ kind: 'failed' });
    }
  };
  if (state.kind === 'made') return <MadeArchive password={state.password} onClose={onClose} />;
  return (
    <Dialog
      title={texts.outsideTitle}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.close}</Button>
          <Button
            kind="main"
            icon={<LockKeyhole aria-hidden="true" />}
            isPending={state.kind === 'making'}
            onPress={() => void make()}
          >
            {texts.makeArchive}
          </Button>
        </>
      }
    >
      <div className={styles.prose}>
        <p>
          <strong>{texts.outsideNotice(addresses)}</strong>
        </p>
        <p>{texts.outsideWhy}</p>
        <p>{texts.outsideWay}</p>
        {state.kind === 'making' ? (
          <div role="status">
            <p>{texts.archiveMaking(state.done, state.total)}</p>
          </div>
        ) : null}
        {state.kind === 'failed' ? (
          <Notice kind="alarm" isLive>
            {texts.archiveFailed}
          </Notice>
        ) : null}
      </div>
    </Dialog>
  );
}

/** An answer is needed: the password is nowhere else. */
function MadeArchive({ password, onClose }: { readonly password: string; readonly onClose: () => void }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(password).then(
      () => setCopied(true),
      () => undefined, // it is there to be read and selected
    );
  };
  return (
    <Dialog
      title={texts.archiveTitle}
      isOpen
      isBlocking
      onClose={onClose}
      actions={
        <>
          <Button icon={<Copy aria-hidden="true" />} onPress={() => void copy()}>
            {isCopied ? texts.archiveCopied : texts.archiveCopy}
          </Button>
          <Button kind="main" onPress={onClose}>
            {texts.archiveDone}
          </Button>
        </>
      }
    >
      <div className={styles.prose}>
        <p>{texts.archiveReady}</p>
        <p className={styles.password}>
          <span className="visually-hidden">{texts.field(texts.archivePassword, '')}</span>
          <output>{password}</output>
        </p>
        <p>{texts.archiveTell}</p>
      </div>
    </Dialog>
  );
}
