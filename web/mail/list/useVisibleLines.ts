/** Brings what the lines in sight need: themselves, their words, their conversations. */
import { useEffect, useRef } from 'react';
import { useMailStore } from '../store/hooks.ts';
import type { MailStore } from '../store/store.ts';
import type { EmailRef } from '../store/types.ts';
import type { ShownList } from './useShownList.ts';
import type { ShownWindow } from './useWindow.ts';

export function refsIn({ view }: Pick<ShownList, 'view'>, { first, last }: ShownWindow): readonly EmailRef[] {
  const refs: EmailRef[] = [];
  for (let index = first; index <= last; index += 1) {
    const ref = view.refAt(index);
    if (ref !== undefined) refs.push(ref);
  }
  return refs;
}

/** Emails of the conversations in sight of which nothing is here, by account. */
function missingMembers(store: MailStore, refs: readonly EmailRef[]): ReadonlyMap<string, readonly string[]> {
  const missing = refs.flatMap(({ accountId, emailId }) => {
    const email = store.email({ accountId, emailId });
    const members = email === undefined ? undefined : store.threads.of(accountId, email.threadId);
    return (members ?? [])
      .filter((id) => store.email({ accountId, emailId: id }) === undefined)
      .map((id) => ({ accountId, id }));
  });
  const byAccount = Map.groupBy(missing, ({ accountId }) => accountId);
  return new Map([...byAccount].map(([accountId, all]) => [accountId, all.map(({ id }) => id)]));
}

export function useVisibleLines(list: ShownList, shown: ShownWindow): void {
  const store = useMailStore();
  const { view, want, isConversations } = list;
  const { first, last } = shown;
  const asked = useRef(new Set<string>());
  useEffect(() => {
    if (last >= first) want(first, last);
  }, [want, first, last]);
  // Each change of the list may bring a line that nothing is known of yet.
  useEffect(() => {
    const look = (): void => {
      const refs = refsIn({ view }, { first, last });
      const wordless = refs.filter((ref) => store.email(ref)?.head === undefined);
      if (wordless.length > 0) store.fetchRows(wordless, { withThreads: isConversations });
      if (!isConversations) return;
      for (const [accountId, ids] of missingMembers(store, refs)) {
        const fresh = ids.filter((id) => !asked.current.has(id));
        for (const id of fresh) asked.current.add(id);
        // A conversation that cannot be looked into shows its first email alone.
        if (fresh.length > 0) store.fetchCores(accountId, fresh).catch(() => undefined);
      }
    };
    look();
    return store.threads.subscribe(look);
  }, [store, view, first, last, isConversations]);
}
