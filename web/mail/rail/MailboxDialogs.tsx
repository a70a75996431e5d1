/** A mailbox made, renamed, moved under another, destroyed. */
import { type FormEvent, useId, useState } from 'react';
import type { Mailbox } from '../../../contract/jmap/mail.ts';
import { explainFault } from '../../api/faults.ts';
import { useOffice } from '../../app/session.ts';
import { listTexts as texts } from '../../texts/list.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { useMailboxes, useMailStore } from '../store/hooks.ts';
import styles from './MailboxDialogs.module.css';
import { changeMailbox, createMailbox, destroyMailbox, MailboxRefused } from './mailbox-calls.ts';
import { isWithin, ownLines } from './tree.ts';

export type MailboxDeed =
  | { readonly kind: 'create'; readonly accountId: string; readonly parentId: string | null }
  | { readonly kind: 'change' | 'destroy'; readonly accountId: string; readonly mailbox: Mailbox };

export interface MailboxDialogsProps {
  readonly deed: MailboxDeed;
  readonly onClose: () => void;
  /** The mailbox that one may be looking at is gone. */
  readonly onDestroyed: (mailboxId: string) => void;
}

export function MailboxDialogs({ deed, onClose, onDestroyed }: MailboxDialogsProps) {
  if (deed.kind === 'destroy') return <DestroyDialog deed={deed} onClose={onClose} onDestroyed={onDestroyed} />;
  return <EditDialog deed={deed} onClose={onClose} />;
}

function explain(fault: unknown): string {
  return fault instanceof MailboxRefused ? fault.message : explainFault(fault);
}

const root = 'racine';

function EditDialog({ deed, onClose }: { readonly deed: MailboxDeed; readonly onClose: () => void }) {
  const { accountId } = deed;
  const existing = deed.kind === 'create' ? undefined : deed.mailbox;
  const { jmap } = useOffice();
  const store = useMailStore();
  const toasts = useToasts();
  const mailboxes = useMailboxes(accountId) ?? [];
  const form = useId();
  const [name, setName] = useState(existing?.name ?? '');
  const [parentId, setParentId] = useState(deed.kind === 'create' ? deed.parentId : (existing?.parentId ?? null));
  const [fault, setFault] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const parents = ownLines(mailboxes).filter(
    ({ mailbox }) => existing === undefined || !isWithin(mailboxes, mailbox.id, existing.id),
  );
  const rename = (next: string): void => {
    setName(next);
    setFault(undefined);
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wanted = { name: name.trim(), parentId };
    if (wanted.name === '') return setFault(texts.nameNeeded);
    setSaving(true);
    try {
      if (existing === undefined) await createMailbox(jmap, accountId, wanted);
      else await changeMailbox(jmap, accountId, { id: existing.id, ...wanted });
      await store.refreshMailboxes(accountId);
      toasts.show(existing === undefined ? texts.created(wanted.name) : texts.renamed(wanted.name));
      onClose();
    } catch (refused) {
      setFault(explain(refused));
      setSaving(false);
    }
  };
  return (
    <Dialog
      title={existing === undefined ? texts.newMailbox : texts.renameMailbox}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button kind="main" type="submit" form={form} isPending={isSaving}>
            {existing === undefined ? texts.create : texts.rename}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(event) => void save(event)}>
        <TextField
          label={texts.mailboxName}
          value={name}
          onChange={rename}
          autoFocus
          {...(fault === undefined ? {} : { error: fault })}
        />
        <ParentField parents={parents} value={parentId} onChange={setParentId} />
      </form>
    </Dialog>
  );
}

interface ParentFieldProps {
  readonly parents: ReturnType<typeof ownLines>;
  /** Null: it stands under no other. */
  readonly value: string | null;
  readonly onChange: (parentId: string | null) => void;
}

function ParentField({ parents, value, onChange }: ParentFieldProps) {
  if (parents.length === 0) return null;
  return (
    <Select
      label={texts.mailboxParent}
      value={value ?? root}
      onChange={(next) => onChange(next === root ? null : next)}
      options={[
        { value: root, label: texts.noParent },
        ...parents.map(({ mailbox, path }) => ({ value: mailbox.id, label: path })),
      ]}
    />
  );
}

interface DestroyProps extends Omit<MailboxDialogsProps, 'deed'> {
  readonly deed: Extract<MailboxDeed, { mailbox: Mailbox }>;
}

function DestroyDialog({ deed: { accountId, mailbox }, onClose, onDestroyed }: DestroyProps) {
  const { jmap } = useOffice();
  const store = useMailStore();
  const toasts = useToasts();
  const [isDestroying, setDestroying] = useState(false);
  const destroy = async (): Promise<void> => {
    setDestroying(true);
    try {
      await destroyMailbox(jmap, accountId, mailbox.id);
      onDestroyed(mailbox.id);
      toasts.show(texts.deletedMailbox(mailbox.name));
    } catch (fault) {
      toasts.show(explain(fault), { kind: 'fault' });
    } finally {
      onClose();
      void store.refresh(accountId);
    }
  };
  return (
    <Dialog
      title={texts.deleteMailboxTitle(mailbox.name)}
      isOpen
      onClose={onClose}
      isBlocking
      actions={
        <>
          <Button isDisabled={isDestroying} onPress={onClose}>
            {uiTexts.cancel}
          </Button>
          <Button kind="alarm" isPending={isDestroying} onPress={() => void destroy()}>
            {texts.deleteMailbox}
          </Button>
        </>
      }
    >
      <p>{texts.deleteMailboxText(mailbox.totalEmails)}</p>
    </Dialog>
  );
}
