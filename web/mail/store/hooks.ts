/** The store of emails, from a component. */
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { Mailbox } from '../../../contract/jmap/mail.ts';
import type { MailStore } from './store.ts';
import type { EmailRef, HeldEmail } from './types.ts';

export const MailStoreContext = createContext<MailStore | undefined>(undefined);

export function useMailStore(): MailStore {
  const store = useContext(MailStoreContext);
  if (store === undefined) throw new Error('emails are shown outside the office');
  return store;
}

/** Undefined: not here yet; lists and `store.fetchRows` bring it. */
export function useEmail({ accountId, emailId }: EmailRef): HeldEmail | undefined {
  const store = useMailStore();
  const subscribe = useCallback(
    (onChange: () => void) => store.subscribeEmail({ accountId, emailId }, onChange),
    [store, accountId, emailId],
  );
  return useSyncExternalStore(subscribe, () => store.email({ accountId, emailId }));
}

/** The mailboxes of an account, in the order to show them; undefined until they are here. */
export function useMailboxes(accountId: string): readonly Mailbox[] | undefined {
  const store = useMailStore();
  return useSyncExternalStore(store.mailboxes.subscribe, () => store.mailboxes.of(accountId));
}
