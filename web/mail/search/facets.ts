/** The facets of a search, as chips that can be taken away and as days that a press chooses. */
import type { ListSearch } from '../list-search.ts';
import { dayAfter } from './query.ts';

/** What narrows a list beside its place, its account and its words. */
export type Facets = Omit<ListSearch, 'compte' | 'q'>;

const keys = ['nonlus', 'pieces', 'de', 'a', 'depuis', 'jusque', 'qui'] as const satisfies readonly (keyof Facets)[];

export function facetsOf(search: ListSearch): Facets {
  return only(search, keys);
}

function only(search: ListSearch, kept: readonly (keyof ListSearch)[]): ListSearch {
  return Object.fromEntries(kept.filter((key) => search[key] !== undefined).map((key) => [key, search[key]]));
}

/** How many there are; a period counts once. */
export function countFacets(search: ListSearch): number {
  const { jusque, ...rest } = facetsOf(search);
  return Object.keys(rest).length + (jusque !== undefined && rest.depuis === undefined ? 1 : 0);
}

/** The search without these keys; a value that is undefined or empty is left out of the address. */
export function changedSearch(
  search: ListSearch,
  change: { readonly [Key in keyof ListSearch]?: ListSearch[Key] | undefined },
): ListSearch {
  const entries = Object.entries({ ...search, ...change });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''));
}

export function withoutFacets(search: ListSearch): ListSearch {
  return only(search, ['compte', 'q']);
}

export type QuickPeriod = 'today' | 'week' | 'month' | 'year';

/** Both days included, so that a week is today and the six days before it. */
export function quickPeriod(period: QuickPeriod, today: string): { depuis: string; jusque: string } {
  switch (period) {
    case 'today':
      return { depuis: today, jusque: today };
    case 'week':
      return { depuis: dayAfter(today, -6), jusque: today };
    case 'month':
      return { depuis: dayAfter(today, -29), jusque: today };
    case 'year':
      return { depuis: `${today.slice(0, 4)}-01-01`, jusque: today };
  }
}

/** `2026-11-22` -> `22/11/2026` */
export function shownDay(day: string): string {
  return day.split('-').toReversed().join('/');
}
