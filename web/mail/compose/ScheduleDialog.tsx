import { useState } from 'react';
import { composeTexts as texts } from '../../texts/compose.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/Field.tsx';
import styles from './Composer.module.css';
import { momentFault, printLocal, proposedMoments, readLocal } from './schedule.ts';

export interface ScheduleDialogProps {
  /** Seconds. */
  readonly maxDelayedSend: number;
  readonly onSchedule: (at: Date) => void;
  readonly onClose: () => void;
}

export function ScheduleDialog({ maxDelayedSend, onSchedule, onClose }: ScheduleDialogProps) {
  const [proposed] = useState(() => proposedMoments(new Date()));
  const [typed, setTyped] = useState(() => printLocal(proposed.find(({ id }) => id === 'tomorrow')?.at ?? new Date()));
  const [fault, setFault] = useState<string>();
  const choose = (at: Date | undefined): void => {
    const found = at === undefined ? 'past' : momentFault(at, new Date(), maxDelayedSend);
    if (at === undefined || found !== undefined) setFault(texts.momentFaults[found ?? 'past']);
    else onSchedule(at);
  };
  return (
    <Dialog
      title={texts.scheduleTitle}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button kind="main" onPress={() => choose(readLocal(typed))}>
            {texts.scheduleSend}
          </Button>
        </>
      }
    >
      <div className={styles.prose}>
        <p>{texts.scheduleLead}</p>
        <div className={styles.moments}>
          {proposed.map(({ id, at }) => (
            <Button key={id} onPress={() => choose(at)}>
              {texts.moment(texts.moments[id], at)}
            </Button>
          ))}
        </div>
        <TextField
          label={texts.scheduleAt}
          type="datetime-local"
          value={typed}
          onChange={(value) => {
            setTyped(value);
            setFault(undefined);
          }}
          {...(fault === undefined ? {} : { error: fault })}
        />
      </div>
    </Dialog>
  );
}
