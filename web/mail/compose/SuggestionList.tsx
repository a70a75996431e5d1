import { BookUser, CircleHelp, History, Landmark, Star, Users } from 'lucide-react';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { kindOf } from '../people.ts';
import styles from './Recipients.module.css';
import type { Source, Suggestion } from './suggestions.ts';

const icons: Readonly<Record<Source, typeof Star>> = {
  favourite: Star,
  group: Users,
  book: BookUser,
  written: History,
  directory: Landmark,
};

export interface SuggestionListProps {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly note: string;
  readonly marked: number;
  readonly onTake: (suggestion: Suggestion) => void;
}

/** Focus stays in the box: `aria-activedescendant` says which line is marked. */
export function SuggestionList({ id, suggestions, note, marked, onTake }: SuggestionListProps) {
  const isShown = suggestions.length > 0 || note !== '';
  return (
    <div className={styles.popup} hidden={!isShown}>
      <div role="listbox" id={`${id}-list`} aria-label={texts.suggestionList} className={styles.list} tabIndex={-1}>
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of an option are those of its box
          <div
            key={suggestion.id}
            role="option"
            id={`${id}-${index}`}
            aria-selected={index === marked}
            tabIndex={-1}
            className={styles.option}
            ref={(element) => {
              if (index === marked) element?.scrollIntoView({ block: 'nearest' });
            }}
            // The box keeps the focus, and what was typed.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onTake(suggestion)}
          >
            <SuggestionLine suggestion={suggestion} />
          </div>
        ))}
      </div>
      {note === '' ? null : <p className={styles.note}>{note}</p>}
    </div>
  );
}

function SuggestionLine({ suggestion }: { readonly suggestion: Suggestion }) {
  const { session } = useOffice();
  const { name, detail, source, isHomonym, recipients } = suggestion;
  const [first] = recipients;
  const Icon = icons[source];
  const kind = first === undefined ? 'unknown' : kindOf(first.email, session);
  return (
    <>
      <Avatar name={name} kind={kind} />
      <span className={styles.optionWords}>
        <span className={styles.optionName}>
          {name}
          {isHomonym ? (
            <span className={styles.badge}>
              <CircleHelp aria-hidden="true" />
              {texts.homonymBadge}
            </span>
          ) : null}
        </span>
        <span className={styles.optionDetail}>
          {detail === '' ? (kind === 'patient' ? texts.patient : (first?.email ?? '')) : detail}
        </span>
      </span>
      <span className={styles.source}>
        <Icon aria-hidden="true" />
        <span>{texts.sources[source]}</span>
      </span>
    </>
  );
}
