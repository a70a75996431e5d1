import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useOffice } from '../../app/session.ts';
import { type FoundCorrespondents, type Suggestion, suggestionsOf } from './suggestions.ts';
import { useRested } from './useRecipientChecks.ts';

const fewestLetters = 2;

export interface Suggested {
  /** Of what is typed now: Enter may take the first. Otherwise those of its beginning, which are still shown. */
  readonly isCurrent: boolean;
  readonly suggestions: readonly Suggestion[];
  readonly state: 'idle' | 'searching' | 'found' | 'failed';
}

export function useSuggestions(accountId: string, typed: string, taken: readonly string[]): Suggested {
  const { api } = useOffice();
  const wanted = typed.trim();
  const text = useRested(wanted, 180);
  const isEnabled = text.length >= fewestLetters;
  const { data, isError, isPending } = useQuery({
    queryKey: ['correspondents', accountId, text],
    queryFn: async ({ signal }) => ({
      text,
      found: await api.request<FoundCorrespondents>('POST', `/api/accounts/${accountId}/correspondents/search`, {
        body: { text: text.slice(0, 200), limit: 10 },
        signal,
      }),
    }),
    enabled: isEnabled,
    placeholderData: keepPreviousData,
  });
  const isIdle = !isEnabled || wanted.length < fewestLetters;
  // Other words mean somebody else: who was proposed for the former ones is not to be taken for these.
  const usable = data !== undefined && !isIdle && wanted.startsWith(data.text) ? data : undefined;
  const suggestions = useMemo(() => (usable === undefined ? [] : suggestionsOf(usable.found, taken)), [usable, taken]);
  if (isIdle) return { suggestions, state: 'idle', isCurrent: false };
  if (isError) return { suggestions: [], state: 'failed', isCurrent: false };
  const isCurrent = usable?.text === wanted;
  return { suggestions, state: isPending || !isCurrent ? 'searching' : 'found', isCurrent };
}
