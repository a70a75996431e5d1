import { type FormEvent, useId, useState } from 'react';
import { explainFault } from '../api/faults.ts';
import type { HeldAccount } from '../app/session.ts';
import { directoryTexts as texts } from '../texts/directory.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/Field.tsx';
import { Notice } from '../ui/States.tsx';
import formStyles from './Forms.module.css';
import type { Group } from './types.ts';
import { useKept } from './useKept.ts';
import { readAddresses } from './words.ts';

export interface GroupDialogProps {
  readonly account: HeldAccount;
  /** The one that is changed; left out: a new one. */
  readonly group?: Group;
  readonly begunWith?: readonly string[];
  readonly onClose: () => void;
}

export function GroupDialog({ account, group, begunWith = [], onClose }: GroupDialogProps) {
  const { deeds } = useKept(account);
  const [name, setName] = useState(group?.name ?? '');
  const [members, setMembers] = useState((group?.members.map(({ address }) => address) ?? begunWith).join('\n'));
  const [fault, setFault] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const form = useId();
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setSaving(true);
    try {
      await deeds.saveGroup(group?.id, { name: name.trim(), members: readAddresses(members) });
      onClose();
    } catch (refusal) {
      setFault(explainFault(refusal));
      setSaving(false);
    }
  };
  return (
    <Dialog
      title={group === undefined ? texts.createGroup : texts.editGroup}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button kind="main" type="submit" form={form} isPending={isSaving}>
            {uiTexts.save}
          </Button>
        </>
      }
    >
      <form id={form} className={formStyles.form} onSubmit={(event) => void save(event)}>
        {fault === undefined ? null : (
          <Notice kind="alarm" isLive>
            {fault}
          </Notice>
        )}
        <TextField label={texts.groupName} value={name} onChange={setName} isRequired autoFocus maxLength={200} />
        <TextField label={texts.groupMembers} value={members} onChange={setMembers} rows={8} spellCheck="false" />
      </form>
    </Dialog>
  );
}
