/** Who is signed in, and what the whole application stands on while they are. */
import { createContext, useContext } from 'react';
import type { Session } from '../../contract/session.ts';
import type { ApiClient } from '../api/client.ts';
import type { JmapClient } from '../jmap/client.ts';

/** A BAL that the person has rights on (contract/accounts.ts). */
export interface HeldAccount {
  readonly accountId: string;
  readonly tenantId: string;
  readonly address: string;
  readonly type: 'PER' | 'ORG' | 'APP';
  readonly displayName: string;
  readonly rights: readonly ('own' | 'read' | 'write' | 'send' | 'manage')[];
}

/** Of a signed-in screen. */
export interface Office {
  readonly api: ApiClient;
  readonly jmap: JmapClient;
  readonly session: Session;
  /** Those that the person may read, the own ones first. */
  readonly accounts: readonly HeldAccount[];
  /** Ends the session here and at the server, and forgets what this browser kept. */
  signOut(): Promise<void>;
}

export const OfficeContext = createContext<Office | undefined>(undefined);

export function useOffice(): Office {
  const office = useContext(OfficeContext);
  if (office === undefined) throw new Error('a screen of the office is shown to nobody signed in');
  return office;
}

/** Read by hand in place of the contract's schema, which would ship with the application. */
export async function openAccounts(api: ApiClient): Promise<readonly HeldAccount[]> {
  const { accounts } = await api.request<{ accounts: readonly HeldAccount[] }>('GET', '/api/accounts');
  const readable = accounts.filter(({ rights }) => rights.includes('own') || rights.includes('read'));
  return readable.toSorted((a, b) => Number(b.rights.includes('own')) - Number(a.rights.includes('own')));
}
