import { CloudCheck, CloudOff, CloudUpload } from 'lucide-react';
import { useState } from 'react';
import { composeTexts as texts } from '../../texts/compose.ts';
import styles from './Composer.module.css';
import type { SaveState } from './draft-session.ts';

function say(save: SaveState): string {
  switch (save.kind) {
    case 'clean':
      return '';
    case 'dirty':
      return texts.dirty;
    case 'saving':
      return texts.saving;
    case 'saved':
      return texts.saved(save.at);
    case 'unreachable':
      return texts.unreachable;
    case 'refused':
      return texts.saveRefused(save.text);
  }
}

/** It was failing until the save that is told now. */
function useRecovered({ kind }: SaveState): boolean {
  const [was, setWas] = useState<'well' | 'failing' | 'recovered'>('well');
  const next =
    kind === 'unreachable' || kind === 'refused'
      ? 'failing'
      : kind === 'saved' && was === 'failing'
        ? 'recovered'
        : kind === 'dirty' && was === 'recovered'
          ? 'well'
          : was;
  if (next !== was) setWas(next);
  return next === 'recovered';
}

/** Screen readers are told when it fails, and when it is well again: not each time a letter is kept. */
export function SaveLine({ save }: { readonly save: SaveState }) {
  const hasRecovered = useRecovered(save);
  const isFailing = save.kind === 'unreachable' || save.kind === 'refused';
  const text = say(save);
  const Icon = isFailing ? CloudOff : save.kind === 'saved' ? CloudCheck : CloudUpload;
  return (
    <p className={styles.save} data-failing={isFailing || undefined}>
      {text === '' ? null : <Icon aria-hidden="true" />}
      <span>{text}</span>
      <span className="visually-hidden" role="status">
        {isFailing || (hasRecovered && save.kind === 'saved') ? text : ''}
      </span>
    </p>
  );
}
