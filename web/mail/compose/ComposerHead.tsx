/** To whom, from whom, about what. */
import { useState } from 'react';
import type { EmailAddress } from '../../../contract/jmap/mail.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { Button } from '../../ui/Button.tsx';
import { Select } from '../../ui/Select.tsx';
import styles from './Composer.module.css';
import type { ComposedMessage } from './message.ts';
import { RecipientField } from './RecipientField.tsx';
import type { KnownRecipient } from './standing.ts';
import type { Sender, WritingPlace } from './writing-places.ts';

export type TypedInto = Readonly<Record<'to' | 'cc' | 'bcc', (typed: string) => void>>;

export interface ComposerHeadProps {
  readonly message: ComposedMessage;
  readonly places: readonly WritingPlace[];
  readonly know: (recipient: EmailAddress) => KnownRecipient;
  readonly onChange: (change: Partial<ComposedMessage>) => void;
  readonly onSender: (sender: Sender) => void;
  readonly onOutside: () => void;
  /** By the field: words that are nobody yet. */
  readonly onTyped: TypedInto;
}

const fields = [
  ['to', texts.to],
  ['cc', texts.cc],
  ['bcc', texts.bcc],
] as const;

export function ComposerHead({ message, places, know, onChange, onSender, onOutside, onTyped }: ComposerHeadProps) {
  const [isWhole, setWhole] = useState(message.cc.length + message.bcc.length > 0);
  const shown = isWhole ? fields : fields.slice(0, 1);
  return (
    <div className={styles.head}>
      <FromField message={message} places={places} onSender={onSender} />
      {shown.map(([name, label]) => (
        <div key={name} className={styles.row}>
          <RecipientField
            label={label}
            accountId={message.accountId}
            value={message[name]}
            onChange={(value) => onChange({ [name]: value })}
            know={know}
            hasFocus={name === 'to' && message.to.length === 0}
            onOutside={onOutside}
            onTyped={onTyped[name]}
          />
          {isWhole ? null : (
            <Button kind="bare" onPress={() => setWhole(true)}>
              {texts.copies}
            </Button>
          )}
        </div>
      ))}
      <label className={styles.row}>
        <span className={styles.label}>{texts.subject}</span>
        <input
          className={styles.subject}
          value={message.subject}
          maxLength={900}
          autoComplete="off"
          onChange={({ target }) => onChange({ subject: target.value })}
        />
      </label>
    </div>
  );
}

function FromField({ message, places, onSender }: Pick<ComposerHeadProps, 'message' | 'places' | 'onSender'>) {
  const senders = places.flatMap((place) =>
    place.identities.map((identity) => ({
      place,
      identity,
      value: `${place.account.accountId}.${identity.id}`,
      label: identity.name === '' ? identity.email : `${identity.name} <${identity.email}>`,
    })),
  );
  return (
    <div className={styles.row}>
      <span className={styles.label} aria-hidden="true">
        {texts.from}
      </span>
      <div className={styles.from}>
        {senders.length === 1 ? (
          <span>{senders[0]?.label}</span>
        ) : (
          <Select
            label={texts.from}
            isLabelHidden
            options={senders}
            value={`${message.accountId}.${message.identityId}`}
            onChange={(value) => {
              const chosen = senders.find((each) => each.value === value);
              if (chosen !== undefined) onSender(chosen);
            }}
          />
        )}
      </div>
    </div>
  );
}
