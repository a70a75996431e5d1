/** A keeper for the office that is open, telling its person what happens to the copy. */
import type { QueryClient } from '@tanstack/react-query';
import type { Office } from '../app/session.ts';
import { writingPlacesQuery } from '../mail/compose/writing-places.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import type { Toasts } from '../ui/toasts.ts';
import { Keeper } from './keeper.ts';

export function makeKeeper({
  office,
  queries,
  toasts,
}: {
  /** As it is now: a session that ended and was opened again is another. */
  readonly office: () => Office;
  readonly queries: QueryClient;
  readonly toasts: Toasts;
}): Keeper {
  const { api, session } = office();
  return new Keeper({
    api,
    session,
    now: () => Date.now(),
    sendParts: async () => {
      const { jmap, accounts } = office();
      return { jmap, accounts, places: await queries.fetchQuery(writingPlacesQuery({ jmap, accounts })) };
    },
    onEnded: (reason, lost) => {
      const text = lost === 0 || reason === 'other-person' ? '' : ` ${texts.lost(lost)}`;
      toasts.show(`${texts.ended[reason]}${text}`, { kind: reason === 'other-person' ? 'done' : 'fault' });
    },
    onSent: (count) => void toasts.show(texts.sent(count)),
    onNotSent: (kind, subject, reason) => void toasts.show(texts[kind](subject, reason), { kind: 'fault' }),
  });
}
