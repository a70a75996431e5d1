/** Under the field: what was chosen, each with its cross, and the facets that one press turns on and off. */
import { Paperclip } from 'lucide-react';
import { searchTexts as texts } from '../../texts/search.ts';
import { RemovableChip, ToggleChip } from '../../ui/Chips.tsx';
import type { ListSearch } from '../list-search.ts';
import { changedSearch, countFacets, shownDay, withoutFacets } from './facets.ts';
import styles from './SearchBar.module.css';

export interface FacetChipsProps {
  readonly search: ListSearch;
  readonly onSearch: (search: ListSearch) => void;
}

export function FacetChips({ search, onSearch }: FacetChipsProps) {
  const change = (next: Parameters<typeof changedSearch>[1]): void => onSearch(changedSearch(search, next));
  const { nonlus, pieces, qui } = search;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of buttons is no fieldset of a form.
    <div className={styles.chips} role="group" aria-label={texts.chips}>
      <ToggleChip isOn={countFacets(search) === 0} onChange={() => onSearch(withoutFacets(search))}>
        {texts.everything}
      </ToggleChip>
      {chosen(search).map(({ text, without }) => (
        <RemovableChip key={text} label={texts.remove(text)} onRemove={() => change(without)}>
          {text}
        </RemovableChip>
      ))}
      <ToggleChip isOn={nonlus === true} onChange={(isOn) => change({ nonlus: isOn || undefined })}>
        {texts.unread}
      </ToggleChip>
      <ToggleChip isOn={qui === 'patient'} onChange={(isOn) => change({ qui: isOn ? 'patient' : undefined })}>
        {texts.patients}
      </ToggleChip>
      <ToggleChip isOn={qui === 'pro'} onChange={(isOn) => change({ qui: isOn ? 'pro' : undefined })}>
        {texts.professionals}
      </ToggleChip>
      <ToggleChip
        isOn={pieces === true}
        onChange={(isOn) => change({ pieces: isOn || undefined })}
        icon={<Paperclip aria-hidden="true" />}
      >
        {texts.attachments}
      </ToggleChip>
    </div>
  );
}

function chosen({ de, a, depuis, jusque }: ListSearch) {
  const chips: { text: string; without: Parameters<typeof changedSearch>[1] }[] = [];
  if (de !== undefined) chips.push({ text: texts.chipFrom(de), without: { de: undefined } });
  if (a !== undefined) chips.push({ text: texts.chipTo(a), without: { a: undefined } });
  const period = shownPeriod(depuis, jusque);
  if (period !== undefined) chips.push({ text: period, without: { depuis: undefined, jusque: undefined } });
  return chips;
}

function shownPeriod(first: string | undefined, last: string | undefined): string | undefined {
  if (first === undefined) return last === undefined ? undefined : texts.chipUntil(shownDay(last));
  if (last === undefined) return texts.chipSince(shownDay(first));
  return first === last ? texts.chipOn(shownDay(first)) : texts.chipBetween(shownDay(first), shownDay(last));
}
