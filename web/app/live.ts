/**
 * What changes at the server, as it changes: one line for the session, whoever listens in it.
 *
 *   closed -> opening --up--> up --cut--> down --after a while, longer each time--> opening
 *
 * News of while the line was down are lost: on coming up again, everything may have changed (`everything`).
 */
import type { ChangedStates } from '../../contract/jmap/mail.ts';
import type { JmapClient } from '../jmap/client.ts';

export interface Change {
  readonly accountId: string;
  /** By type (`Email`, `Mailbox`, …), the new state. */
  readonly states: Readonly<Record<string, string>>;
}

export type News = Change | 'everything';

export interface Live {
  /** Whether the line is up; true before the first try was answered. */
  isUp(): boolean;
  subscribeState(onChange: () => void): () => void;
  listen(listener: (news: News) => void): () => void;
  close(): void;
}

export interface LiveParts {
  readonly follow: JmapClient['follow'];
  readonly setTimer: (deed: () => void, ms: number) => () => void;
  /** From 0 to 1: devices that lost the same server do not all come back at once. */
  readonly random: () => number;
}

/** The browser's own retry is given this long before the line is opened anew. */
const ownRetryMs = 8_000;
const longestWaitMs = 60_000;

export function openLive({ follow, setTimer, random }: LiveParts): Live {
  const listeners = new Set<(news: News) => void>();
  const stateListeners = new Set<() => void>();
  let isUp = true;
  let wasDown = false;
  let failures = 0;
  let isClosed = false;
  let cancelTimer: (() => void) | undefined;
  let hangUp: () => void = () => undefined;

  const setUp = (now: boolean): void => {
    if (isUp === now) return;
    isUp = now;
    for (const each of stateListeners) each();
  };
  const tell = (news: News): void => {
    for (const each of listeners) each(news);
  };
  const dial = (): void => {
    hangUp = follow({
      onChange: (changed: ChangedStates) => {
        for (const [accountId, states] of Object.entries(changed)) tell({ accountId, states });
      },
      onState: (up) => {
        if (isClosed) return;
        setUp(up);
        if (up) {
          cancelTimer?.();
          cancelTimer = undefined;
          failures = 0;
          if (wasDown) tell('everything');
          wasDown = false;
        } else {
          wasDown = true;
          cancelTimer ??= setTimer(redial, waitMs());
        }
      },
    });
  };
  const waitMs = (): number => Math.min(longestWaitMs, ownRetryMs * 2 ** failures) * (1 + random() / 2);
  const redial = (): void => {
    cancelTimer = undefined;
    failures += 1;
    hangUp();
    dial();
  };
  dial();
  return {
    isUp: () => isUp,
    subscribeState(onChange) {
      stateListeners.add(onChange);
      return () => stateListeners.delete(onChange);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      isClosed = true;
      cancelTimer?.();
      hangUp();
    },
  };
}
