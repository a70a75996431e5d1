/** Where the words that were searched stand in the lines in sight (RFC 8621 §5.1). */
import { useQueries } from '@tanstack/react-query';
import { useOffice } from '../../app/session.ts';
import type { EmailRef } from '../store/types.ts';
import { keyOf } from './selection.ts';
import type { ShownList } from './useShownList.ts';

export interface Snippet {
  readonly emailId: string;
  readonly subject: string | null;
  readonly preview: string | null;
}

/** By `keyOf`. */
export function useSnippets(
  list: ShownList,
  words: string | undefined,
  refs: readonly EmailRef[],
): ReadonlyMap<string, Snippet> {
  const { jmap } = useOffice();
  const byAccount = words === undefined ? [] : [...Map.groupBy(refs, ({ accountId }) => accountId)];
  return useQueries({
    queries: byAccount.map(([accountId, some]) => {
      const filter = list.filterOf(accountId);
      const emailIds = some.map(({ emailId }) => emailId);
      return {
        queryKey: ['snippets', accountId, filter, emailIds],
        queryFn: async ({ signal }: { signal: AbortSignal }) => {
          const answers = await jmap.call([['SearchSnippet/get', { accountId, filter, emailIds }, 's']], { signal });
          const told = answers.of<{ list: readonly Snippet[] }>('s').list;
          return told.map((snippet): [string, Snippet] => [keyOf({ accountId, emailId: snippet.emailId }), snippet]);
        },
        staleTime: 300_000,
        gcTime: 60_000,
      };
    }),
    combine: (results) => new Map(results.flatMap(({ data }) => data ?? [])),
  });
}
