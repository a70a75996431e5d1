import { useState } from 'react';
import { composeTexts as texts } from '../../texts/compose.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/Field.tsx';
import styles from './Composer.module.css';
import { type PlaceholderValues, placeholderKey } from './placeholders.ts';

export interface FillDialogProps {
  /** Those that nothing fills by itself, as they are written. */
  readonly missing: readonly string[];
  readonly known: PlaceholderValues;
  readonly onFill: (values: PlaceholderValues) => void;
  readonly onClose: () => void;
}

export function FillDialog({ missing, known, onFill, onClose }: FillDialogProps) {
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const fill = (): void => {
    const given = Object.entries(typed).filter(([, value]) => value.trim() !== '');
    onFill(new Map([...known, ...given.map(([key, value]): [string, string] => [key, value.trim()])]));
  };
  return (
    <Dialog
      title={texts.fillTitle}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button kind="main" onPress={fill}>
            {texts.fill}
          </Button>
        </>
      }
    >
      <div className={styles.prose}>
        {missing.map((name, index) => (
          <TextField
            key={name}
            label={name.charAt(0).toLocaleUpperCase('fr') + name.slice(1)}
            value={typed[placeholderKey(name)] ?? ''}
            onChange={(value) => setTyped((now) => ({ ...now, [placeholderKey(name)]: value }))}
            onKeyDown={(event) => event.key === 'Enter' && index === missing.length - 1 && fill()}
            autoFocus={index === 0}
            autoComplete="off"
          />
        ))}
      </div>
    </Dialog>
  );
}

export interface SaveTemplateDialogProps {
  readonly subject: string;
  readonly onSave: (name: string) => Promise<string | undefined>;
  readonly onClose: () => void;
}

export function SaveTemplateDialog({ subject, onSave, onClose }: SaveTemplateDialogProps) {
  const [name, setName] = useState(subject.slice(0, 100));
  const [fault, setFault] = useState<string>();
  const save = async (): Promise<void> => {
    if (name.trim() === '') return;
    const told = await onSave(name.trim());
    if (told === undefined) onClose();
    else setFault(told);
  };
  return (
    <Dialog
      title={texts.saveTemplate}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button kind="main" onPress={() => void save()}>
            {uiTexts.save}
          </Button>
        </>
      }
    >
      <TextField
        label={texts.templateName}
        value={name}
        onChange={setName}
        maxLength={100}
        help={texts.templateHelp}
        onKeyDown={(event) => event.key === 'Enter' && void save()}
        autoFocus
        {...(fault === undefined ? {} : { error: fault })}
      />
    </Dialog>
  );
}
