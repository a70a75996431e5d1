/** What the server knows of the recipients: all of them in one request, once typing rests. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { EmailAddress } from '../../../contract/jmap/mail.ts';
import { useOffice } from '../../app/session.ts';
import { addressKey, isAddress } from './addresses.ts';
import type { CheckedRecipient } from './standing.ts';

/** `value` as it was when it last rested. */
export function useRested<Value>(value: Value, ms: number): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

export interface RecipientChecks {
  of(address: string): CheckedRecipient | undefined;
}

export function useRecipientChecks(accountId: string, recipients: readonly EmailAddress[]): RecipientChecks {
  const { api } = useOffice();
  const asked = recipients.map(({ email }) => email).filter(isAddress);
  const rested = useRested(asked.join(','), 300);
  const { data } = useQuery({
    queryKey: ['recipient-checks', accountId, rested],
    queryFn: ({ signal }) =>
      api.request<{ recipients: readonly CheckedRecipient[] }>('POST', `/api/accounts/${accountId}/recipients/check`, {
        body: { addresses: rested.split(',') },
        signal,
      }),
    enabled: rested !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const known = useMemo(
    () => new Map((data?.recipients ?? []).map((each) => [addressKey(each.address), each])),
    [data],
  );
  return { of: (address) => known.get(addressKey(address)) };
}
