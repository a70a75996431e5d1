/** A recipient, with role and place; pressed, all that is known, and what can be done. */
import { CircleAlert, CircleHelp, OctagonX, X } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { EmailAddress } from '../../../contract/jmap/mail.ts';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { kindOf } from '../people.ts';
import styles from './Recipients.module.css';
import { type KnownRecipient, type Remark, remarksOn, roleAndPlace, shownStanding, weightOf } from './standing.ts';

export interface RecipientChipProps {
  readonly known: KnownRecipient;
  readonly onRemove: () => void;
  readonly onEdit: () => void;
  readonly onReplace: (next: EmailAddress) => void;
  readonly onOutside: () => void;
}

export function RecipientChip(props: RecipientChipProps) {
  const { known, onRemove } = props;
  const { session } = useOffice();
  const [isOpen, setOpen] = useState(false);
  const { name, detail } = shownStanding(known);
  const remarks = remarksOn(known);
  const weight = weightOf(remarks);
  const loud = remarks.find((remark) => remark.weight !== 'quiet');
  const kind = kindOf(known.recipient.email, session);
  const onKey = (event: { readonly key: string }): void => {
    if (event.key === 'Delete' || event.key === 'Backspace') onRemove();
  };
  return (
    <span className={styles.chip} data-kind={kind} data-weight={weight}>
      <AriaButton onKeyDown={onKey} onPress={() => setOpen(true)} className={styles.chipBody ?? ''}>
        <WeightIcon weight={weight} />
        <span className={styles.chipWords}>
          <span className={styles.chipName}>{name}</span>
          {detail === '' ? null : <span className={styles.chipDetail}> {detail}</span>}
          {loud === undefined ? null : <span className="visually-hidden"> {loud.text}</span>}
        </span>
      </AriaButton>
      {isOpen ? (
        <Dialog title={name} isOpen onClose={() => setOpen(false)}>
          <div className={styles.card}>
            <RecipientCard {...props} remarks={remarks} onDone={() => setOpen(false)} />
          </div>
        </Dialog>
      ) : null}
      <AriaButton className={styles.chipRemove ?? ''} aria-label={texts.removeRecipient(name)} onPress={onRemove}>
        <X aria-hidden="true" />
      </AriaButton>
    </span>
  );
}

function WeightIcon({ weight }: { readonly weight: Remark['weight'] | undefined }) {
  if (weight === 'refused') return <OctagonX aria-hidden="true" />;
  return weight === 'care' ? <CircleAlert aria-hidden="true" /> : null;
}

interface RecipientCardProps extends RecipientChipProps {
  readonly remarks: readonly Remark[];
  readonly onDone: () => void;
}

function RecipientCard({ known, remarks, onEdit, onReplace, onRemove, onOutside, onDone }: RecipientCardProps) {
  const { detail } = shownStanding(known);
  const { recipient, check } = known;
  const then = (deed: () => void) => () => {
    onDone();
    deed();
  };
  const isOutside = remarks.some((remark) => remark.kind === 'outside');
  const preferred = remarks.some(({ kind }) => kind === 'preferred') ? check?.preferred : undefined;
  return (
    <>
      {detail === '' ? null : <p>{detail}</p>}
      <p className={styles.cardAddress}>{recipient.email}</p>
      {remarks.length === 0 ? null : (
        <ul className={styles.remarks}>
          {remarks.map(({ kind, weight, text }) => (
            <li key={kind} data-weight={weight}>
              {weight === 'quiet' ? <CircleHelp aria-hidden="true" /> : <WeightIcon weight={weight} />}
              <span>{text}</span>
            </li>
          ))}
        </ul>
      )}
      <Namesakes known={known} onReplace={(next) => then(() => onReplace(next))()} />
      <div className={styles.cardActions}>
        {isOutside ? <Button onPress={then(onOutside)}>{texts.outsideAction}</Button> : null}
        {preferred === null || preferred === undefined ? null : (
          <Button onPress={then(() => onReplace({ name: recipient.name, email: preferred }))}>
            {texts.replacePreferred}
          </Button>
        )}
        <Button onPress={then(onEdit)}>{texts.edit}</Button>
        <Button onPress={then(onRemove)}>{texts.remove}</Button>
      </div>
    </>
  );
}

/** Those of the same name, one press away. */
function Namesakes({ known, onReplace }: { known: KnownRecipient; onReplace: (next: EmailAddress) => void }) {
  const { check } = known;
  if (check?.standing.kind !== 'listed') return null;
  const lines = check.standing.namesakeLines.flatMap((line) => {
    const [first] = line.addresses;
    return first === undefined ? [] : [{ line, email: first.address }];
  });
  if (lines.length === 0) return null;
  return (
    <>
      <p className={styles.cardHeading}>{texts.namesakes}</p>
      <ul className={styles.namesakes}>
        {lines.map(({ line, email }) => (
          <li key={line.id}>
            <span>
              {line.name}
              <span className={styles.optionDetail}>{roleAndPlace(line)}</span>
            </span>
            <Button
              aria-label={texts.replaceByName(line.name, roleAndPlace(line))}
              onPress={() => onReplace({ name: line.name, email })}
            >
              {texts.replaceBy}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
