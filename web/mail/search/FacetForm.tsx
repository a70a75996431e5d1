/** Every facet at once. Nothing is asked before « Chercher »: each question to the index costs more than a key. */
import { type FormEvent, useState } from 'react';
import { searchTexts as texts } from '../../texts/search.ts';
import { Button } from '../../ui/Button.tsx';
import { ToggleChip } from '../../ui/Chips.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { Switch, TextField } from '../../ui/Field.tsx';
import type { ListSearch } from '../list-search.ts';
import { changedSearch, type QuickPeriod, quickPeriod, withoutFacets } from './facets.ts';
import { parisDay } from './query.ts';
import styles from './SearchBar.module.css';

const periods = ['today', 'week', 'month', 'year'] as const satisfies readonly QuickPeriod[];
const senders = [
  { value: 'all', label: texts.anyone },
  { value: 'pro', label: texts.professionals },
  { value: 'patient', label: texts.patients },
] as const;

export interface FacetFormProps {
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
}

export function FacetForm({ search, onSearch }: FacetFormProps) {
  const [draft, setDraft] = useState(search);
  const change = (next: Parameters<typeof changedSearch>[1]): void => setDraft((now) => changedSearch(now, next));
  const isBackwards = draft.depuis !== undefined && draft.jusque !== undefined && draft.jusque < draft.depuis;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isBackwards) onSearch(changedSearch(draft, { q: draft.q?.trim(), de: draft.de?.trim(), a: draft.a?.trim() }));
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField label={texts.words} value={draft.q ?? ''} onChange={(q) => change({ q })} help={texts.wordsHelp} />
      <div className={styles.pair}>
        <TextField
          label={texts.from}
          value={draft.de ?? ''}
          onChange={(de) => change({ de })}
          placeholder={texts.fromHint}
        />
        <TextField label={texts.to} value={draft.a ?? ''} onChange={(a) => change({ a })} placeholder={texts.toHint} />
      </div>
      <Period draft={draft} onChange={change} isBackwards={isBackwards} />
      <Choice
        label={texts.who}
        options={senders}
        value={draft.qui ?? 'all'}
        onChange={(who) => change({ qui: who === 'all' ? undefined : who })}
        help={texts.whoHelp}
      />
      <fieldset className={styles.set}>
        <legend>{texts.only}</legend>
        <div className={styles.pair}>
          <Switch isOn={draft.nonlus === true} onChange={(isOn) => change({ nonlus: isOn || undefined })}>
            {texts.unread}
          </Switch>
          <Switch isOn={draft.pieces === true} onChange={(isOn) => change({ pieces: isOn || undefined })}>
            {texts.attachments}
          </Switch>
        </div>
      </fieldset>
      <div className={styles.deeds}>
        <Button onPress={() => onSearch(changedSearch(withoutFacets(search), { q: undefined }))}>{texts.reset}</Button>
        <Button kind="main" type="submit">
          {texts.apply}
        </Button>
      </div>
    </form>
  );
}

interface PeriodProps {
  readonly draft: ListSearch;
  readonly onChange: (change: Parameters<typeof changedSearch>[1]) => void;
  readonly isBackwards: boolean;
}

function Period({ draft, onChange, isBackwards }: PeriodProps) {
  const today = parisDay(new Date());
  return (
    <fieldset className={styles.set}>
      <legend>{texts.period}</legend>
      <div className={styles.quick}>
        {periods.map((period) => {
          const days = quickPeriod(period, today);
          const isOn = draft.depuis === days.depuis && draft.jusque === days.jusque;
          return (
            <ToggleChip
              key={period}
              isOn={isOn}
              onChange={() => onChange(isOn ? { depuis: undefined, jusque: undefined } : days)}
            >
              {texts[period]}
            </ToggleChip>
          );
        })}
      </div>
      <div className={styles.pair}>
        <TextField
          label={texts.since}
          type="date"
          value={draft.depuis ?? ''}
          onChange={(depuis) => onChange({ depuis })}
        />
        <TextField
          label={texts.until}
          type="date"
          value={draft.jusque ?? ''}
          onChange={(jusque) => onChange({ jusque })}
          {...(isBackwards ? { error: texts.backwards } : {})}
        />
      </div>
    </fieldset>
  );
}
