import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Template } from '../../contract/templates.ts';
import { explainFault } from '../api/faults.ts';
import { useOffice } from '../app/session.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { TextField } from '../ui/Field.tsx';
import { Notice } from '../ui/States.tsx';
import { saveTemplate, templatesQuery } from './data.ts';
import styles from './Settings.module.css';

export interface TemplateDialogProps {
  readonly accountId: string;
  /** The one that is changed; left out: a new one. */
  readonly template?: Template;
  readonly onClose: () => void;
}

export function TemplateDialog({ accountId, template, onClose }: TemplateDialogProps) {
  const { api } = useOffice();
  const queries = useQueryClient();
  const [name, setName] = useState(template?.name ?? '');
  const [subject, setSubject] = useState(template?.subject ?? '');
  const [text, setText] = useState(template?.text ?? '');
  const [fault, setFault] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const form = useId();
  const html = template !== undefined && template.text === text ? template.html : '';
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setSaving(true);
    try {
      await saveTemplate(api, accountId, template?.id, { name: name.trim(), subject: subject.trim(), text, html });
      await queries.invalidateQueries({ queryKey: templatesQuery(api, accountId).queryKey });
      onClose();
    } catch (refusal) {
      setFault(explainFault(refusal));
      setSaving(false);
    }
  };
  return (
    <Dialog
      title={template === undefined ? texts.createTemplate : texts.editTemplate}
      isOpen
      onClose={onClose}
      isWide
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button kind="main" type="submit" form={form} isPending={isSaving}>
            {uiTexts.save}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(event) => void save(event)} autoComplete="off">
        {fault === undefined ? null : (
          <Notice kind="alarm" isLive>
            {fault}
          </Notice>
        )}
        {template !== undefined && template.html !== '' ? <Notice kind="care">{texts.formattedTemplate}</Notice> : null}
        <TextField label={texts.templateName} value={name} onChange={setName} isRequired maxLength={100} />
        <TextField label={texts.templateSubject} value={subject} onChange={setSubject} maxLength={500} />
        <TextField
          label={texts.templateText}
          help={texts.templateHelp}
          value={text}
          onChange={setText}
          rows={10}
          maxLength={50_000}
        />
      </form>
    </Dialog>
  );
}
