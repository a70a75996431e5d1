/**
 * What is asked of a list: which account, which words, which facets. Anything else is dropped. `q`, `de` and `a` may name a
 * patient: the address bar never shows them (app/private-history.ts).
 */
export interface ListSearch {
  /** One account alone; left out: all of them. */
  readonly compte?: string;
  readonly q?: string;
  readonly nonlus?: true;
  readonly pieces?: true;
  readonly de?: string;
  readonly a?: string;
  /** `2026-11-22` */
  readonly depuis?: string;
  readonly jusque?: string;
  readonly qui?: 'pro' | 'patient';
}

const day = /^\d{4}-\d{2}-\d{2}$/;
const longest = 200;

function text(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const trimmed = String(value).trim().slice(0, longest);
  return trimmed === '' ? undefined : trimmed;
}

function date(value: unknown): string | undefined {
  return typeof value === 'string' && day.test(value) ? value : undefined;
}

export function readListSearch(given: Readonly<Record<string, unknown>>): ListSearch {
  const found = {
    compte: text(given['compte']),
    q: text(given['q']),
    nonlus: given['nonlus'] === true ? (true as const) : undefined,
    pieces: given['pieces'] === true ? (true as const) : undefined,
    de: text(given['de']),
    a: text(given['a']),
    depuis: date(given['depuis']),
    jusque: date(given['jusque']),
    qui: given['qui'] === 'pro' || given['qui'] === 'patient' ? given['qui'] : undefined,
  };
  // Without the keys that say nothing: they would stand in the address.
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as ListSearch;
}
