/** « Signaler »: tells the operator's administrator, and what one may do besides. */
import { Flag } from 'lucide-react';
import { useState } from 'react';
import type { Static } from 'typebox';
import type { reportedUnwantedSchema, reportUnwantedSchema } from '../../../../contract/unwanted.ts';
import { explainFault } from '../../../api/faults.ts';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { uiTexts } from '../../../texts/ui.ts';
import { Button } from '../../../ui/Button.tsx';
import { Choice } from '../../../ui/Choice.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { TextField } from '../../../ui/Field.tsx';
import { Notice } from '../../../ui/States.tsx';
import { useMailStore } from '../../store/hooks.ts';
import type { EmailRef } from '../../store/types.ts';
import styles from './ReportDialog.module.css';

type Kind = Static<typeof reportUnwantedSchema>['kind'];
type Reported = Static<typeof reportedUnwantedSchema>;

const kinds: readonly Kind[] = ['unwanted', 'phishing', 'misdirected'];

export interface ReportDialogProps {
  readonly emailRef: EmailRef;
  readonly onClose: () => void;
}

export function ReportDialog({ emailRef: { accountId, emailId }, onClose }: ReportDialogProps) {
  const { api } = useOffice();
  const store = useMailStore();
  const [kind, setKind] = useState<Kind>('unwanted');
  const [note, setNote] = useState('');
  const [fault, setFault] = useState<string>();
  const [isSending, setSending] = useState(false);
  const [reported, setReported] = useState<Reported>();
  const send = async (): Promise<void> => {
    setSending(true);
    setFault(undefined);
    try {
      const body = { kind, ...(note.trim() === '' ? {} : { note: note.trim() }) };
      setReported(await api.request<Reported>('POST', `/api/accounts/${accountId}/emails/${emailId}/report`, { body }));
      await store.refresh(accountId);
    } catch (caught) {
      setFault(explainFault(caught));
    } finally {
      setSending(false);
    }
  };
  if (reported !== undefined) return <Done reported={reported} onClose={onClose} />;
  return (
    <Dialog
      title={texts.reportTitle}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button kind="main" icon={<Flag aria-hidden="true" />} isDisabled={isSending} onPress={() => void send()}>
            {texts.reportSend}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <Choice
          label={texts.reportKind}
          form="list"
          value={kind}
          onChange={setKind}
          options={kinds.map((value) => ({ value, ...texts.reportKinds[value] }))}
        />
        <TextField
          label={texts.reportNote}
          help={texts.reportNoteHelp}
          rows={3}
          maxLength={2_000}
          value={note}
          onChange={setNote}
        />
        <p className={styles.soft}>{texts.reportWho}</p>
        {fault === undefined ? null : (
          <Notice kind="alarm" isLive>
            {fault}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}

function Done({ reported, onClose }: { readonly reported: Reported; readonly onClose: () => void }) {
  return (
    <Dialog
      title={texts.reportDone}
      isOpen
      onClose={onClose}
      actions={
        <Button kind="main" onPress={onClose}>
          {uiTexts.close}
        </Button>
      }
    >
      <div className={styles.form}>
        <p>{reported.text}</p>
        {reported.steps.length === 0 ? null : (
          <>
            <h3>{texts.reportNext}</h3>
            <ul className={styles.steps}>
              {reported.steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Dialog>
  );
}
