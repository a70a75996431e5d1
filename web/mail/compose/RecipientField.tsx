/**
 * One line of recipients: chips, then a box that proposes whom one means. Enter or a comma takes what is marked, or the address
 * that was typed; a pasted list is parted; Backspace in the empty box takes the last one back.
 */
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { EmailAddress } from '../../../contract/jmap/mail.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { isSameAddress, joinRecipients, readRecipients } from './addresses.ts';
import { RecipientChip } from './RecipientChip.tsx';
import styles from './Recipients.module.css';
import { SuggestionList } from './SuggestionList.tsx';
import type { KnownRecipient } from './standing.ts';
import type { Suggestion } from './suggestions.ts';
import { type Suggested, useSuggestions } from './useSuggestions.ts';

export interface RecipientFieldProps {
  readonly label: string;
  readonly accountId: string;
  readonly value: readonly EmailAddress[];
  readonly onChange: (value: readonly EmailAddress[]) => void;
  readonly know: (recipient: EmailAddress) => KnownRecipient;
  readonly hasFocus?: boolean;
  /** What stands in the box and is nobody yet. */
  readonly onTyped: (typed: string) => void;
  readonly onOutside: () => void;
}

interface Box {
  readonly typed: string;
  readonly note: string;
  /** The id of a suggestion: its place changes when others come. */
  readonly marked: string | undefined;
  readonly isOpen: boolean;
}

const emptyBox: Box = { typed: '', note: '', marked: undefined, isOpen: false };

/** The deeds of the box, apart from how it looks. */
function useBox({ accountId, value, onChange }: Pick<RecipientFieldProps, 'accountId' | 'value' | 'onChange'>) {
  const [box, setBox] = useState(emptyBox);
  const taken = useMemo(() => value.map(({ email }) => email), [value]);
  const suggested = useSuggestions(accountId, box.typed, taken);
  const add = (recipients: readonly EmailAddress[], typed = ''): void => {
    onChange(joinRecipients(value, recipients));
    setBox({ ...emptyBox, typed, note: texts.added(recipients.map(({ name, email }) => name ?? email).join(', ')) });
  };
  const take = ({ recipients }: Suggestion): void => add(recipients);
  /** What is typed, as addresses; words stay in the box. */
  const takeTyped = (typed: string): boolean => {
    const { recipients, rest } = readRecipients(typed);
    if (recipients.length === 0) return false;
    add(recipients, rest.join(' '));
    return true;
  };
  const remove = (recipient: EmailAddress): void => {
    onChange(value.filter(({ email }) => email !== recipient.email));
    setBox((now) => ({ ...now, note: texts.removed(recipient.name ?? recipient.email) }));
  };
  return { box, setBox, suggested, add, take, takeTyped, remove };
}

type BoxDeeds = ReturnType<typeof useBox>;

function onBoxKey(event: KeyboardEvent, deeds: BoxDeeds, value: readonly EmailAddress[]): void {
  const { box, setBox, suggested, take, takeTyped, remove } = deeds;
  const { suggestions } = suggested;
  const isListed = box.isOpen && suggestions.length > 0;
  const at = suggestions.findIndex(({ id }) => id === box.marked);
  const mark = (place: number): void => {
    event.preventDefault();
    setBox({ ...box, isOpen: true, marked: suggestions[place]?.id });
  };
  switch (event.key) {
    case 'ArrowDown':
      if (suggestions.length > 0) mark(box.isOpen ? (at + 1) % suggestions.length : 0);
      return;
    case 'ArrowUp':
      if (isListed) mark(at <= 0 ? suggestions.length - 1 : at - 1);
      return;
    case 'Escape':
      if (!box.isOpen) return;
      event.stopPropagation();
      setBox({ ...box, isOpen: false, marked: undefined });
      return;
    case 'Backspace': {
      const last = value.at(-1);
      if (box.typed === '' && last !== undefined) remove(last);
      return;
    }
    case 'Enter':
    case ',':
    case ';':
    case 'Tab': {
      if (event.ctrlKey || event.metaKey || box.typed.trim() === '') return;
      // An address that was typed whole is what was meant; otherwise the one marked, and of several none by itself.
      const first = event.key === 'Enter' && suggested.isCurrent ? suggestions[0] : undefined;
      const marked = isListed ? (suggestions[at] ?? first) : undefined;
      const isTaken = (isListed && at >= 0) || !takeTyped(box.typed);
      if (isTaken && marked !== undefined) take(marked);
      if (event.key !== 'Tab') event.preventDefault();
    }
  }
}

function explain({ state, suggestions }: Suggested): string {
  if (state === 'searching') return texts.searching;
  if (state === 'failed') return texts.searchFailed;
  return state === 'found' && suggestions.length === 0 ? texts.nobody : '';
}

interface ChipsProps extends Pick<RecipientFieldProps, 'value' | 'onChange' | 'know' | 'onOutside'> {
  readonly deeds: BoxDeeds;
  readonly input: RefObject<HTMLInputElement | null>;
}

function Chips({ value, onChange, know, onOutside, deeds: { remove, setBox }, input }: ChipsProps) {
  const replace = (former: EmailAddress, next: EmailAddress): void =>
    onChange(
      joinRecipients(
        [],
        value.map((each) => (isSameAddress(each.email, former.email) ? next : each)),
      ),
    );
  const edit = (recipient: EmailAddress): void => {
    remove(recipient);
    setBox({ ...emptyBox, typed: recipient.email });
    input.current?.focus();
  };
  return value.map((recipient) => (
    <RecipientChip
      key={recipient.email}
      known={know(recipient)}
      onRemove={() => {
        remove(recipient);
        input.current?.focus();
      }}
      onEdit={() => edit(recipient)}
      onReplace={(next) => replace(recipient, next)}
      onOutside={onOutside}
    />
  ));
}

export function RecipientField(props: RecipientFieldProps) {
  const { label, value, hasFocus = false, onTyped } = props;
  const deeds = useBox(props);
  const { box, setBox, suggested, take, takeTyped } = deeds;
  const { typed } = box;
  useEffect(() => {
    onTyped(typed);
    return () => onTyped('');
  }, [typed, onTyped]);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const isOpen = box.isOpen && suggested.state !== 'idle';
  const hasList = isOpen && suggested.suggestions.length > 0;
  const markedAt = suggested.suggestions.findIndex((each) => each.id === box.marked);
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={styles.line}>
        <Chips {...props} deeds={deeds} input={input} />
        <input
          ref={input}
          id={id}
          className={styles.input}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={hasList}
          aria-controls={`${id}-list`}
          {...(hasList && markedAt >= 0 ? { 'aria-activedescendant': `${id}-${markedAt}` } : {})}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          inputMode="email"
          // The first thing one does in a new message.
          // biome-ignore lint/a11y/noAutofocus: focus goes where the screen's own title leads
          autoFocus={hasFocus}
          placeholder={value.length === 0 ? texts.recipientHint : ''}
          value={box.typed}
          onChange={({ target }) => setBox({ typed: target.value, note: '', marked: undefined, isOpen: true })}
          onKeyDown={(event) => onBoxKey(event, deeds, value)}
          onPaste={(event: ClipboardEvent) => {
            const pasted = event.clipboardData.getData('text');
            if (/[@]/.test(pasted) && takeTyped(`${box.typed}${pasted}`)) event.preventDefault();
          }}
          onBlur={() => {
            if (!takeTyped(box.typed)) setBox({ ...box, isOpen: false, marked: undefined });
          }}
        />
        <SuggestionList
          id={id}
          suggestions={isOpen ? suggested.suggestions : []}
          note={isOpen ? explain(suggested) : ''}
          marked={markedAt}
          onTake={take}
        />
      </div>
      <span className="visually-hidden" role="status">
        {hasList ? texts.suggestions(suggested.suggestions.length) : box.note}
      </span>
    </div>
  );
}
