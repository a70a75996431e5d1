/** The questions and deeds of the settings that are an account's and not the person's. */
import { queryOptions } from '@tanstack/react-query';
import type { Identity, SetError, VacationResponse } from '../../contract/jmap/mail.ts';
import type { Practice } from '../../contract/practice.ts';
import type { Template, TemplateContent } from '../../contract/templates.ts';
import type { ApiClient } from '../api/client.ts';
import { explainSetError, Refused } from '../api/faults.ts';
import type { JmapClient } from '../jmap/client.ts';

interface SetAnswer {
  readonly notUpdated?: Readonly<Record<string, SetError>> | null;
}

/** `Type/set` of one object. */
async function update(
  jmap: JmapClient,
  method: 'Identity/set' | 'VacationResponse/set',
  accountId: string,
  { id, ...change }: { readonly id: string },
): Promise<void> {
  const answers = await jmap.call([[method, { accountId, update: { [id]: change } }, 'set']]);
  const refused = answers.of<SetAnswer>('set', method).notUpdated?.[id];
  if (refused !== undefined) throw new Refused(explainSetError(refused));
}

/** What a form begins with is asked each time it is shown, and not while one writes in it. */
const asked = { gcTime: 0, staleTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false } as const;

/** The identity that every account has: it carries the account's own id. Undefined: one may not send from it. */
export function identityQuery(jmap: JmapClient, accountId: string) {
  return queryOptions({
    queryKey: ['identity', accountId],
    queryFn: async ({ signal }) => {
      const answers = await jmap.call([['Identity/get', { accountId, ids: null }, 'get']], { signal });
      const { list } = answers.of<{ list: readonly Identity[] }>('get', 'Identity/get');
      return list.find(({ id }) => id === accountId) ?? list[0] ?? null;
    },
    ...asked,
  });
}

export type IdentityChange = Pick<Identity, 'name' | 'textSignature' | 'htmlSignature'> & { readonly id: string };

export function saveIdentity(jmap: JmapClient, accountId: string, change: IdentityChange): Promise<void> {
  return update(jmap, 'Identity/set', accountId, change);
}

export function vacationQuery(jmap: JmapClient, accountId: string) {
  return queryOptions({
    queryKey: ['vacation', accountId],
    queryFn: async ({ signal }) => {
      const answers = await jmap.call([['VacationResponse/get', { accountId, ids: null }, 'get']], { signal });
      const { list } = answers.of<{ list: readonly VacationResponse[] }>('get', 'VacationResponse/get');
      return list[0] ?? null;
    },
    ...asked,
  });
}

export function saveVacation(jmap: JmapClient, accountId: string, change: VacationResponse): Promise<void> {
  return update(jmap, 'VacationResponse/set', accountId, change);
}

/** Octets of the account, as `Quota/get` tells them. */
export interface Quota {
  readonly resourceType: string;
  readonly used: number;
  readonly hardLimit: number;
}

export function quotaQuery(jmap: JmapClient, accountId: string) {
  return queryOptions({
    queryKey: ['quota', accountId],
    queryFn: async ({ signal }) => {
      const answers = await jmap.call([['Quota/get', { accountId, ids: null }, 'get']], { signal });
      const { list } = answers.of<{ list: readonly Quota[] }>('get', 'Quota/get');
      return list.find(({ resourceType }) => resourceType === 'octets') ?? null;
    },
  });
}

export function practiceQuery(api: ApiClient) {
  return queryOptions({
    queryKey: ['practice'],
    queryFn: ({ signal }) => api.request<Practice>('GET', '/api/practice', { signal }),
  });
}

export function templatesQuery(api: ApiClient, accountId: string) {
  return queryOptions({
    queryKey: ['templates', accountId],
    queryFn: async ({ signal }) => {
      const path = `/api/accounts/${accountId}/templates`;
      return (await api.request<{ templates: readonly Template[] }>('GET', path, { signal })).templates;
    },
  });
}

export async function saveTemplate(
  api: ApiClient,
  accountId: string,
  id: string | undefined,
  content: TemplateContent,
): Promise<void> {
  const path = `/api/accounts/${accountId}/templates`;
  if (id === undefined) await api.request('POST', path, { body: content });
  else await api.request('PATCH', `${path}/${id}`, { body: content });
}

export async function removeTemplate(api: ApiClient, accountId: string, id: string): Promise<void> {
  await api.request('DELETE', `/api/accounts/${accountId}/templates/${id}`);
}
