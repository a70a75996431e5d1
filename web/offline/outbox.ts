/**
 * Messages that wait for the network, in the encrypted copy of a device that was declared professional (docs/decisions/0032).
 *
 *   waiting --taken by the server, now or before--> gone from here
 *     `--refused--> a draft at the server, and the reason told
 *
 * Undefined from `useOutbox`: this device keeps no copy, so nothing may wait here and the draft stays where it is.
 */
import { createContext, useContext } from 'react';
import type { ComposedMessage } from '../mail/compose/message.ts';
import type { EmailRef } from '../mail/store/types.ts';

export interface QueuedMessage {
  readonly message: ComposedMessage;
  /** Made when the message was written. Of a send that got no answer: the id of that try, or it may leave twice. */
  readonly idempotencyId: string;
  /** Emails that were its draft: dropped once it left. */
  readonly drafts: readonly EmailRef[];
  /** A try may have reached the server: it is not taken back to be written on. True unless told. */
  readonly isTried?: boolean;
}

export interface OutboxView {
  readonly waiting: number;
  readonly isSending: boolean;
}

export interface Outbox {
  /** Resolves once the message is on the device, encrypted: it may then be closed. */
  queueForLater(queued: QueuedMessage): Promise<void>;
  view(): OutboxView;
  subscribe(onChange: () => void): () => void;
}

export const OutboxContext = createContext<Outbox | undefined>(undefined);

export function useOutbox(): Outbox | undefined {
  return useContext(OutboxContext);
}
