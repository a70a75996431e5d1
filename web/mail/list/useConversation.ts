/** What a line that stands for a conversation says of all its messages. */
import { useCallback, useSyncExternalStore } from 'react';
import { useMailStore } from '../store/hooks.ts';
import type { EmailRef, HeldEmail } from '../store/types.ts';

export interface ConversationState {
  readonly count: number;
  readonly isUnread: boolean;
  readonly isStarred: boolean;
}

export function useConversation(
  { accountId, emailId }: EmailRef,
  isCollapsed: boolean,
  isThere: (accountId: string, email: HeldEmail) => boolean,
): ConversationState {
  const store = useMailStore();
  const subscribe = useCallback(
    (onChange: () => void) => {
      if (!isCollapsed) return store.subscribeEmail({ accountId, emailId }, onChange);
      const stops = [
        store.threads.subscribe(onChange),
        store.subscribeAny((changed) => {
          if (changed === accountId) onChange();
        }),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
    [store, accountId, emailId, isCollapsed],
  );
  // As one string: the same state is the same snapshot.
  const state = useSyncExternalStore(subscribe, () => {
    const email = store.email({ accountId, emailId });
    if (email === undefined) return '1..';
    const members = (isCollapsed ? store.threads.of(accountId, email.threadId) : undefined) ?? [emailId];
    const others = members
      .filter((id) => id !== emailId)
      .map((id) => store.email({ accountId, emailId: id }))
      .filter((each) => each !== undefined && isThere(accountId, each));
    const all = [email, ...others.filter((each) => each !== undefined)];
    const isUnread = all.some(({ keywords }) => !('$seen' in keywords) && !('$draft' in keywords));
    const isStarred = all.some(({ keywords }) => '$flagged' in keywords);
    return `${members.length}.${isUnread ? 'unread' : ''}.${isStarred ? 'starred' : ''}`;
  });
  const [count = '1', unread = '', starred = ''] = state.split('.');
  return { count: Number(count), isUnread: unread !== '', isStarred: starred !== '' };
}
