import { directoryTexts as texts } from '../texts/directory.ts';
import { ToggleChip } from '../ui/Chips.tsx';
import { Select } from '../ui/Select.tsx';
import type { Go } from './DirectoryPage.tsx';
import type { DirectorySearch } from './directory-search.ts';
import styles from './NationalTab.module.css';
import type { BoxType, Found } from './types.ts';

type Facet = Found['facets']['professions'];

const all = 'all';

export interface FacetRowProps {
  readonly facets: Found['facets'];
  readonly search: DirectorySearch;
  readonly go: Go;
}

export function FacetRow({ facets, search, go }: FacetRowProps) {
  return (
    <div className={styles.facets}>
      <FacetSelect
        label={texts.professions}
        anyLabel={texts.allProfessions}
        facet={facets.professions}
        value={search.profession}
        onChange={(profession) => go({ profession, fiche: undefined })}
      />
      <FacetSelect
        label={texts.specialities}
        anyLabel={texts.allSpecialities}
        facet={facets.specialities}
        value={search.specialite}
        onChange={(specialite) => go({ specialite, fiche: undefined })}
      />
      <FacetSelect
        label={texts.departments}
        anyLabel={texts.allDepartments}
        facet={facets.departments}
        value={search.departement}
        onChange={(departement) => go({ departement, fiche: undefined })}
      />
      <FacetSelect
        label={texts.types}
        anyLabel={texts.allTypes}
        facet={facets.types.map((each) => ({ ...each, label: boxName(each.code) }))}
        value={search.type}
        onChange={(type) => go({ type, fiche: undefined })}
      />
      <ToggleChip isOn={search.tous === true} onChange={(isOn) => go({ tous: isOn || undefined, fiche: undefined })}>
        {texts.everybody}
      </ToggleChip>
    </div>
  );
}

function boxName(code: string): string {
  return code in texts.boxes ? texts.boxes[code as BoxType] : code; // the look into it is the check
}

interface FacetSelectProps {
  readonly label: string;
  readonly anyLabel: string;
  readonly facet: Facet;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function FacetSelect({ label, anyLabel, facet, value, onChange }: FacetSelectProps) {
  const options = facet.map(({ code, label: name, count }) => ({ value: code, label: texts.withCount(name, count) }));
  // The one that is chosen stays to be seen, even when nobody is left for it.
  const chosen =
    value === undefined || facet.some(({ code }) => code === value) ? [] : [{ value, label: boxName(value) }];
  return (
    <Select
      label={label}
      isLabelHidden
      options={[{ value: all, label: anyLabel }, ...chosen, ...options]}
      value={value ?? all}
      onChange={(code) => onChange(code === all ? undefined : code)}
      isDisabled={options.length === 0 && value === undefined}
    />
  );
}
