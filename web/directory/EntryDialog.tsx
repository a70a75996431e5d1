import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { explainFault } from '../api/faults.ts';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { directoryTexts as texts } from '../texts/directory.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/Field.tsx';
import { Notice } from '../ui/States.tsx';
import { entryQuery } from './data.ts';
import formStyles from './Forms.module.css';
import { ListState } from './KeptTab.tsx';
import type { EntryContent } from './types.ts';
import { useKept } from './useKept.ts';

export interface EntryDialogProps {
  readonly account: HeldAccount;
  /** The one that is opened; left out: a new one. */
  readonly entryId?: string;
  readonly onClose: () => void;
}

const blank: EntryContent = { name: '', address: null, phone: null, note: null };

export function EntryDialog(props: EntryDialogProps) {
  const { entryId, onClose, account } = props;
  if (entryId === undefined) return <EntryForm {...props} opened={blank} />;
  return <OpenedEntry account={account} entryId={entryId} onClose={onClose} />;
}

function OpenedEntry({ account, entryId, onClose }: EntryDialogProps & { readonly entryId: string }) {
  const { api } = useOffice();
  const { data, error, refetch } = useQuery(entryQuery(api, account.accountId, entryId));
  if (data !== undefined) return <EntryForm account={account} entryId={entryId} onClose={onClose} opened={data} />;
  return (
    <Dialog title={texts.editEntry} isOpen onClose={onClose}>
      <ListState error={error} onRetry={() => void refetch()} />
    </Dialog>
  );
}

/** What is empty is not kept. */
function filled(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === '' ? null : trimmed;
}

function EntryForm({ account, entryId, onClose, opened }: EntryDialogProps & { readonly opened: EntryContent }) {
  const { deeds, mayChange } = useKept(account);
  const [name, setName] = useState(opened.name);
  const [address, setAddress] = useState(opened.address ?? '');
  const [phone, setPhone] = useState(opened.phone ?? '');
  const [note, setNote] = useState(opened.note ?? '');
  const [fault, setFault] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const form = useId();
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setSaving(true);
    try {
      const entry = { name: name.trim(), address: filled(address), phone: filled(phone), note: filled(note) };
      await deeds.saveEntry(entryId, entry);
      onClose();
    } catch (refusal) {
      setFault(explainFault(refusal));
      setSaving(false);
    }
  };
  const locked = { isReadOnly: !mayChange };
  return (
    <Dialog
      title={entryId === undefined ? texts.createEntry : texts.editEntry}
      isOpen
      onClose={onClose}
      actions={
        mayChange ? (
          <>
            <Button onPress={onClose}>{uiTexts.cancel}</Button>
            <Button kind="main" type="submit" form={form} isPending={isSaving}>
              {uiTexts.save}
            </Button>
          </>
        ) : undefined
      }
    >
      <form id={form} className={formStyles.form} onSubmit={(event) => void save(event)} autoComplete="off">
        {fault === undefined ? null : (
          <Notice kind="alarm" isLive>
            {fault}
          </Notice>
        )}
        <TextField label={texts.entryName} value={name} onChange={setName} isRequired maxLength={200} {...locked} />
        <TextField label={texts.entryAddress} value={address} onChange={setAddress} maxLength={320} {...locked} />
        <TextField label={texts.entryPhone} type="tel" value={phone} onChange={setPhone} maxLength={40} {...locked} />
        <TextField
          label={texts.entryNote}
          value={note}
          onChange={setNote}
          rows={5}
          maxLength={4_000}
          help={texts.entryNoteHelp}
          {...locked}
        />
      </form>
    </Dialog>
  );
}
