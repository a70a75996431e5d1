/** The questions of the directory and of what an account keeps, as queries; and the deeds on them. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '../api/client.ts';
import { askedOf, type DirectorySearch, nextOffset } from './directory-search.ts';
import type {
  Book,
  Card,
  Checked,
  Completion,
  EntryContent,
  Favourites,
  Found,
  Groups,
  OpenedEntry,
  Status,
} from './types.ts';

const account = (accountId: string): string => `/api/accounts/${accountId}`;

export function statusQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ['directory', 'status'],
    queryFn: ({ signal }) => api.request<Status>('GET', '/api/directory', { signal }),
    staleTime: 600_000,
  });
}

/** Cancelled when another is asked; pages follow by their offset. */
export function foundQuery(api: ApiClient, accountId: string, search: DirectorySearch) {
  const { q, profession, specialite, departement, type, tous } = search;
  return infiniteQueryOptions({
    queryKey: ['directory', 'found', accountId, { q, profession, specialite, departement, type, tous }],
    queryFn: ({ signal, pageParam }) =>
      api.request<Found>('POST', `${account(accountId)}/correspondents/search`, {
        body: askedOf(search, pageParam),
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) =>
      nextOffset(
        pages.reduce((sum, { items }) => sum + items.length, 0),
        last.total,
      ),
    staleTime: 60_000,
  });
}

export function cardQuery(api: ApiClient, id: string) {
  return queryOptions({
    queryKey: ['directory', 'card', id],
    queryFn: ({ signal }) => api.request<Card>('GET', `/api/directory/correspondents/${cardPath(id)}`, { signal }),
    staleTime: 60_000,
  });
}

function cardPath(id: string): string {
  const at = id.indexOf('/');
  return `${id.slice(0, at)}/${encodeURIComponent(id.slice(at + 1))}`;
}

/** Asks the national source for what it knows beyond the edition. */
export function refreshCard(api: ApiClient, id: string): Promise<Completion> {
  return api.request<Completion>('POST', `/api/directory/correspondents/${cardPath(id)}/refresh`);
}

/** Which address the account proposes first. */
export function preferredQuery(api: ApiClient, accountId: string, addresses: readonly string[]) {
  return queryOptions({
    queryKey: ['kept', accountId, 'preferred', addresses],
    queryFn: async ({ signal }) => {
      const asked = { body: { addresses }, signal };
      const { recipients } = await api.request<Checked>('POST', `${account(accountId)}/recipients/check`, asked);
      return recipients.find(({ preferred }) => preferred !== null)?.preferred ?? null;
    },
    enabled: addresses.length > 1,
  });
}

export function favouritesQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: ['kept', accountId, 'favourites'],
    queryFn: ({ signal }) => api.request<Favourites>('GET', `${account(accountId)}/favourites`, { signal }),
  });
}

export function groupsQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: ['kept', accountId, 'groups'],
    queryFn: ({ signal }) => api.request<Groups>('GET', `${account(accountId)}/groups`, { signal }),
  });
}

export function bookQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: ['kept', accountId, 'book'],
    queryFn: ({ signal }) => api.request<Book>('GET', `${account(accountId)}/address-book`, { signal }),
  });
}

/** Opening one leaves a trace: asked when a person opens it, and not kept. */
export function entryQuery(api: ApiClient, accountId: string, entryId: string) {
  return queryOptions({
    queryKey: ['kept', accountId, 'entry', entryId],
    queryFn: ({ signal }) =>
      api.request<OpenedEntry>('GET', `${account(accountId)}/address-book/${entryId}`, { signal }),
    gcTime: 0,
    staleTime: 0,
  });
}

/** What an account keeps, changed: each resolves when the server has it and the lists on screen are asked again. */
export interface KeptDeeds {
  addFavourite(address: string, name: string | null): Promise<void>;
  removeFavourite(address: string): Promise<void>;
  prefer(address: string): Promise<void>;
  forget(address: string): Promise<void>;
  saveGroup(id: string | undefined, group: { name: string; members: readonly string[] }): Promise<void>;
  removeGroup(id: string): Promise<void>;
  restoreGroup(id: string): Promise<void>;
  saveEntry(id: string | undefined, entry: EntryContent): Promise<void>;
  removeEntry(id: string): Promise<void>;
  restoreEntry(id: string): Promise<void>;
}

export function keptDeeds(api: ApiClient, queries: QueryClient, accountId: string): KeptDeeds {
  const at = account(accountId);
  const send = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<void> => {
    await api.request(method, `${at}/${path}`, body === undefined ? {} : { body });
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['kept', accountId] }),
      queries.invalidateQueries({ queryKey: ['directory', 'found', accountId] }),
    ]);
  };
  const save = (path: string, id: string | undefined, body: unknown): Promise<void> =>
    id === undefined ? send('POST', path, body) : send('PATCH', `${path}/${id}`, body);
  return {
    addFavourite: (address, name) => send('POST', 'favourites', name === null ? { address } : { address, name }),
    removeFavourite: (address) => send('POST', 'favourites/remove', { address }),
    prefer: (address) => send('POST', 'preferences', { address }),
    forget: (address) => send('POST', 'preferences/forget', { address }),
    saveGroup: (id, group) => save('groups', id, group),
    removeGroup: (id) => send('DELETE', `groups/${id}`),
    restoreGroup: (id) => send('POST', `groups/${id}/restore`),
    saveEntry: (id, entry) => save('address-book', id, entry),
    removeEntry: (id) => send('DELETE', `address-book/${id}`),
    restoreEntry: (id) => send('POST', `address-book/${id}/restore`),
  };
}
