/** What became of the sent messages in sight (contract/deliveries.ts). */
import { keepPreviousData, useQueries, useQueryClient } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { deliverySummariesSchema } from '../../../contract/deliveries.ts';
import { useNews } from '../../app/live-context.ts';
import { useOffice } from '../../app/session.ts';
import type { EmailRef } from '../store/types.ts';
import { keyOf } from './selection.ts';

type Summaries = Static<typeof deliverySummariesSchema>;
export type DeliverySummary = Summaries['emails'][number];

/** By `keyOf`; those that the account did not send are not in it. */
export function useDeliveries(isAsked: boolean, refs: readonly EmailRef[]): ReadonlyMap<string, DeliverySummary> {
  const { api } = useOffice();
  const queries = useQueryClient();
  useNews(() => {
    if (isAsked) void queries.invalidateQueries({ queryKey: ['deliveries', 'list'] });
  });
  const byAccount = isAsked ? [...Map.groupBy(refs, ({ accountId }) => accountId)] : [];
  return useQueries({
    queries: byAccount.map(([accountId, some]) => {
      const emailIds = some.map(({ emailId }) => emailId).slice(0, 100); // deliveriesBounds.emails
      return {
        queryKey: ['deliveries', 'list', accountId, emailIds],
        queryFn: async ({ signal }: { signal: AbortSignal }) => {
          const path = `/api/accounts/${accountId}/deliveries`;
          const { emails } = await api.request<Summaries>('POST', path, { body: { emailIds }, signal });
          return emails.map((each): [string, DeliverySummary] => [keyOf({ accountId, emailId: each.emailId }), each]);
        },
        placeholderData: keepPreviousData,
      };
    }),
    combine: (results) => new Map(results.flatMap(({ data }) => data ?? [])),
  });
}
