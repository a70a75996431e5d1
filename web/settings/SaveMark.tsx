import { Check, CircleAlert } from 'lucide-react';
import { explainFault } from '../api/faults.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/States.tsx';
import type { SaveState } from './autosave.ts';
import styles from './Settings.module.css';

const words = { clean: '', waiting: texts.unsaved, saving: texts.saving, saved: texts.saved } as const;

/** How far what stands beside is saved: said quietly, and its place is kept. */
export function SaveMark({ kind }: { readonly kind: keyof typeof words }) {
  return (
    <span className={styles.mark} role="status">
      {kind === 'saved' ? <Check aria-hidden="true" /> : null}
      {words[kind]}
    </span>
  );
}

/** The same of a form that saves itself; a fault is told in full, and tried again on demand. */
export function FormMark({ state, onRetry }: { readonly state: SaveState; readonly onRetry: () => void }) {
  if (state.kind !== 'fault') return <SaveMark kind={state.kind} />;
  return (
    <Notice
      kind="alarm"
      icon={<CircleAlert aria-hidden="true" />}
      action={<Button onPress={onRetry}>{uiTexts.retry}</Button>}
      isLive
    >
      {explainFault(state.fault)}
    </Notice>
  );
}

/** Of the person's settings. */
export function PreferenceMark({ saving }: { readonly saving: 'none' | 'under-way' | 'saved' }) {
  return <SaveMark kind={saving === 'none' ? 'clean' : saving === 'saved' ? 'saved' : 'saving'} />;
}
