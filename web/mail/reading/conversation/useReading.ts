/** Asks for what is read, once for each message, and follows the news of its conversation. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNews } from '../../../app/live-context.ts';
import { useOffice } from '../../../app/session.ts';
import type { JmapClient } from '../../../jmap/client.ts';
import { useMailStore } from '../../store/hooks.ts';
import type { EmailRef } from '../../store/types.ts';
import { type OpenedEmail, openCall, openConversation } from './opened.ts';

/** The content of an email never changes. */
const forever = Number.POSITIVE_INFINITY;

function openedQuery(jmap: Pick<JmapClient, 'call'>, { accountId, emailId }: EmailRef) {
  return queryOptions({
    queryKey: ['reading', accountId, 'email', emailId],
    queryFn: async ({ signal }): Promise<OpenedEmail | null> => {
      const answers = await jmap.call([openCall(accountId, emailId)], { signal });
      return answers.of<{ list: readonly OpenedEmail[] }>('open').list[0] ?? null;
    },
    staleTime: forever,
  });
}

/** Null: it is not there. */
export function useOpenedEmail(ref: EmailRef) {
  const { jmap } = useOffice();
  return useQuery(openedQuery(jmap, ref));
}

/** The conversation of an email, which comes with the email itself. */
export function useConversation({ accountId, emailId }: EmailRef) {
  const { jmap } = useOffice();
  const store = useMailStore();
  const queries = useQueryClient();
  const queryKey = ['reading', accountId, 'conversation', emailId];
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const { opened, emailIds } = await openConversation(jmap, { accountId, emailId, signal });
      queries.setQueryData(openedQuery(jmap, { accountId, emailId }).queryKey, opened ?? null);
      return { opened, emailIds };
    },
  });
  const { data } = query;
  useEffect(() => {
    if (data?.opened === undefined) return;
    store.take(accountId, [data.opened]);
    const others = data.emailIds.filter((id) => id !== emailId);
    if (others.length > 0) store.fetchRows(others.map((id) => ({ accountId, emailId: id })));
  }, [data, store, accountId, emailId]);
  useNews((news) => {
    const isOurs = news === 'everything' || (news.accountId === accountId && 'Thread' in news.states);
    if (isOurs) void queries.invalidateQueries({ queryKey });
  });
  return query;
}
