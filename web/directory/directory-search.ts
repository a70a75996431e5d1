/**
 * What is asked of the directory. The words of the national directory (`q`) are kept beside the address, which never shows
 * them (app/private-history.ts); those of the address book, which may name a patient, not at all.
 */
export interface DirectorySearch {
  readonly onglet?: 'favoris' | 'carnet';
  readonly q?: string;
  readonly profession?: string;
  readonly specialite?: string;
  readonly departement?: string;
  readonly type?: string;
  /** Those without an address too. */
  readonly tous?: true;
  /** `practitioner/889…`: the card that is open. */
  readonly fiche?: string;
  /** The account as which one looks. */
  readonly compte?: string;
}

const code = /^[A-Za-z0-9_-]{1,20}$/;
const card = /^(?:practitioner|mailbox)\/.{1,320}$/;
const longest = 200;
const tabs = ['favoris', 'carnet'] as const;

function coded(value: unknown): string | undefined {
  // The router reads a code of digits as a number.
  const given = typeof value === 'number' ? String(value) : value;
  return typeof given === 'string' && code.test(given) ? given : undefined;
}

export function readDirectorySearch(given: Readonly<Record<string, unknown>>): DirectorySearch {
  const { q, fiche, compte, onglet, tous } = given;
  const words = typeof q === 'number' ? String(q) : q;
  const found = {
    onglet: tabs.find((tab) => tab === onglet),
    q: typeof words === 'string' && words !== '' ? words.slice(0, longest) : undefined,
    profession: coded(given['profession']),
    specialite: coded(given['specialite']),
    departement: coded(given['departement']),
    type: coded(given['type']),
    tous: tous === true ? (true as const) : undefined,
    fiche: typeof fiche === 'string' && card.test(fiche) ? fiche : undefined,
    compte: typeof compte === 'string' ? compte : undefined,
  };
  return present(found);
}

type Loose = { readonly [Key in keyof DirectorySearch]?: DirectorySearch[Key] | undefined };

/** Without the keys that say nothing: they would stand in the address. */
export function present(search: Loose): DirectorySearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}

export function isFiltered({ profession, specialite, departement, type }: DirectorySearch): boolean {
  return [profession, specialite, departement, type].some((value) => value !== undefined);
}

/** The body of the question. */
export function askedOf({ q, profession, specialite, departement, type, tous }: DirectorySearch, offset: number) {
  return {
    text: q ?? '',
    ...(profession === undefined ? {} : { professions: profession }),
    ...(specialite === undefined ? {} : { specialities: specialite }),
    ...(departement === undefined ? {} : { departments: departement }),
    ...(type === undefined ? {} : { types: type }),
    ...(tous === true ? { reachableOnly: false } : {}),
    offset,
    limit: pageSize,
  };
}

const pageSize = 25;
/** The server leafs no further (contract/directory.ts); a narrower question is the way on. */
const furthest = 1_000;

export function nextOffset(shown: number, total: number): number | undefined {
  return shown < total && shown <= furthest ? shown : undefined;
}
