import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useOffice } from '../../app/session.ts';
import { type FoundCorrespondents, type Suggestion, suggestionsOf } from './suggestions.ts';
import { useRested } from './useRecipientChecks.ts';

const fewestLetters = 2;

export interface Suggested {
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
    queryFn: ({ signal }) =>
      api.request<FoundCorrespondents>('POST', `/api/accounts/${accountId}/correspondents/search`, {
        body: { text: text.slice(0, 200), limit: 10 },
        signal,
      }),
    enabled: isEnabled,
    placeholderData: keepPreviousData,
  });
  const isIdle = !isEnabled || wanted.length < fewestLetters;
  const suggestions = useMemo(
    () => (data === undefined || isIdle ? [] : suggestionsOf(data, taken)),
    [data, isIdle, taken],
  );
  if (isIdle) return { suggestions, state: 'idle' };
  if (isError) return { suggestions: [], state: 'failed' };
  return { suggestions, state: isPending ? 'searching' : 'found' };
}
