/** Deeds on the lines that are meant: the ticked ones, or the one that the keyboard is on, or the one that is read. */
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type MailActions, useMailActions } from '../actions/actions.ts';
import type { ComposeSearch } from '../compose/compose-search.ts';
import { useMailStore } from '../store/hooks.ts';
import type { MailStore } from '../store/store.ts';
import type { EmailRef } from '../store/types.ts';
import type { ShownList } from './useShownList.ts';

export interface ListDeeds {
  /** Each with all of its conversation that stands in the list's place. */
  run(deed: (actions: MailActions, refs: readonly EmailRef[]) => Promise<boolean>, refs: readonly EmailRef[]): void;
  /** Follows all of them, or stops when all are followed. */
  star(refs: readonly EmailRef[]): void;
  /** Marks all read, or unread when all are read. */
  toggleSeen(refs: readonly EmailRef[]): void;
  compose(search: ComposeSearch): void;
}

/** Of a conversation, those that are where the list looks: what was sent or filed elsewhere stays there. */
async function wholeConversations(
  store: MailStore,
  list: ShownList,
  refs: readonly EmailRef[],
): Promise<readonly EmailRef[]> {
  if (!list.isConversations) return refs;
  const all: EmailRef[] = [];
  for (const ref of refs) {
    const { accountId } = ref;
    const email = store.email(ref);
    const members = email === undefined ? undefined : store.threads.of(accountId, email.threadId);
    if (members === undefined || members.length < 2) {
      all.push(ref);
      continue;
    }
    const cores = await store.fetchCores(accountId, members).catch(() => undefined);
    if (cores === undefined) {
      all.push(ref); // the deed itself says what the server answers
      continue;
    }
    const there = cores.filter((core) => core.id === ref.emailId || list.isThere(accountId, core));
    all.push(...there.map(({ id }) => ({ accountId, emailId: id })));
  }
  return all;
}

export function useListDeeds(list: ShownList): ListDeeds {
  const store = useMailStore();
  const actions = useMailActions();
  const navigate = useNavigate();
  return useMemo(() => {
    const run: ListDeeds['run'] = (deed, refs) => {
      void wholeConversations(store, list, refs).then((all) => deed(actions, all));
    };
    const all = (refs: readonly EmailRef[], keyword: string): boolean =>
      refs.every((ref) => keyword in (store.email(ref)?.keywords ?? {}));
    return {
      run,
      star(refs) {
        void (all(refs, '$flagged') ? actions.unstar(refs) : actions.star(refs));
      },
      toggleSeen(refs) {
        void wholeConversations(store, list, refs).then((whole) =>
          all(whole, '$seen') ? actions.markUnseen(refs) : actions.markSeen(whole),
        );
      },
      compose: (search) => void navigate({ to: '/ecrire', search }),
    };
  }, [store, actions, list, navigate]);
}
