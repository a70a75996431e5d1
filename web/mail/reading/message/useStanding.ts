/** What the national directory says of a sender: asked once for each address, kept for a while. */
import { useQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { checkedRecipientsSchema } from '../../../../contract/contacts.ts';
import { useOffice } from '../../../app/session.ts';

export type Checked = Static<typeof checkedRecipientsSchema>['recipients'][number];

const keptMs = 10 * 60_000;

/** Undefined while it is not known, and of addresses that are not asked about. */
export function useStanding(accountId: string, address: string | undefined): Checked | undefined {
  const { api } = useOffice();
  const { data } = useQuery({
    queryKey: ['standing', accountId, address],
    enabled: address !== undefined,
    staleTime: keptMs,
    queryFn: async ({ signal }) => {
      const path = `/api/accounts/${accountId}/recipients/check`;
      const asked = { body: { addresses: [address] }, signal };
      const { recipients } = await api.request<Static<typeof checkedRecipientsSchema>>('POST', path, asked);
      return recipients[0] ?? null;
    },
  });
  return data ?? undefined;
}
