/** The list that the address names, opened in the store for as long as it is shown. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { usePreferences } from '../../app/preferences/usePreferences.ts';
import { type HeldAccount, useOffice } from '../../app/session.ts';
import type { ListSearch } from '../list-search.ts';
import { emailFilter, type Filter } from '../search/query.ts';
import type { ListQuery } from '../store/account-list.ts';
import { staying } from '../store/filters.ts';
import { useMailStore } from '../store/hooks.ts';
import type { OpenedList } from '../store/store.ts';
import type { EmailRef, HeldEmail, ListView } from '../store/types.ts';
import type { View } from '../views.ts';

/** Lines of one request: a screen and more of one account; of several, about a screen from each. */
const window = 50;
const sharedWindow = 30;

export interface ShownList {
  readonly view: ListView;
  readonly isConversations: boolean;
  /** More than one account stands in it. */
  readonly isUnified: boolean;
  /** No account has such a mailbox. */
  readonly isMissing: boolean;
  readonly accountIds: readonly string[];
  filterOf(accountId: string): Filter | null | undefined;
  /** Whether the email still is where the list looks. */
  isThere(accountId: string, email: HeldEmail): boolean;
  want(first: number, last: number): void;
  retry(): void;
}

const nothing: ListView = {
  status: 'loading',
  fault: undefined,
  count: 0,
  total: undefined,
  isOpenEnded: false,
  isFetching: false,
  refAt: (): EmailRef | undefined => undefined,
  indexOf: () => -1,
};
const noNews = (): (() => void) => () => undefined;

/** Every account, or the one that is asked for. */
function useAskedAccounts(view: View, compte: string | undefined): readonly HeldAccount[] {
  const { accounts } = useOffice();
  const { settings } = usePreferences();
  const one = compte ?? (settings.unified || view.kind === 'mailbox' ? undefined : accounts[0]?.accountId);
  return useMemo(
    () => (one === undefined ? accounts : accounts.filter(({ accountId }) => accountId === one)),
    [accounts, one],
  );
}

export function useShownList(view: View, search: ListSearch): ShownList {
  const store = useMailStore();
  const { session } = useOffice();
  const { settings } = usePreferences();
  const { patientDomains } = session.operator;
  // Drafts and sent messages are looked for one by one.
  const isConversations =
    settings.conversations && !(view.kind === 'role' && (view.role === 'drafts' || view.role === 'sent'));
  const version = useSyncExternalStore(store.mailboxes.subscribe, store.mailboxes.version);
  const asked = useAskedAccounts(view, search.compte);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that the mailboxes are others.
  const described = useMemo(() => {
    const told = asked.map(({ accountId }) => ({ accountId, mailboxes: store.mailboxes.of(accountId) }));
    if (told.some(({ mailboxes }) => mailboxes === undefined)) return undefined;
    const found = told.flatMap(({ accountId, mailboxes = [] }) => {
      const filter = emailFilter(view, search, { accountId, mailboxes, patientDomains });
      return filter === 'nothing' ? [] : [{ accountId, filter, stays: staying(view, search, mailboxes) }];
    });
    return { found, key: JSON.stringify([isConversations, found]) };
  }, [store, asked, view, search, patientDomains, isConversations, version]);
  const key = described?.key;

  const [opened, setOpened] = useState<OpenedList & { readonly key: string }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is asked; counts of mailboxes change more often.
  useEffect(() => {
    if (described === undefined || key === undefined || described.found.length === 0) return;
    const { found } = described;
    const isBare = found.length > 1;
    const queries = found.map(
      ({ accountId, filter, stays }): ListQuery => ({
        accountId,
        filter,
        matches: stays.matches,
        isCollapsed: isConversations,
        window: isBare ? sharedWindow : window,
        isBare,
      }),
    );
    const list = store.openList(queries);
    list.list.want(0, 0);
    setOpened({ ...list, key });
    return () => {
      list.close();
      setOpened(undefined);
    };
  }, [store, key]);

  const list = opened?.key === key ? opened?.list : undefined;
  const shown = useSyncExternalStore(
    useMemo(() => (list === undefined ? noNews : (onChange: () => void) => list.subscribe(onChange)), [list]),
    () => list?.view() ?? nothing,
  );
  return useMemo(
    () => ({
      view: shown,
      isConversations,
      isUnified: (described?.found.length ?? 0) > 1,
      isMissing: described !== undefined && described.found.length === 0,
      accountIds: asked.map(({ accountId }) => accountId),
      filterOf: (accountId) => described?.found.find((each) => each.accountId === accountId)?.filter,
      isThere: (accountId, email) =>
        described?.found.find((each) => each.accountId === accountId)?.stays.isThere(email) ?? false,
      want: (first, last) => list?.want(first, last),
      retry: () => list?.retry(),
    }),
    [shown, list, isConversations, described, asked],
  );
}
