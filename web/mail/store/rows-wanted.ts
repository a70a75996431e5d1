/** Words of lines that came into sight without them: gathered for a moment, then asked for together. */
import type { JmapId } from '../../../contract/jmap/mail.ts';
import type { Invocation, JmapClient } from '../../jmap/client.ts';
import type { Emails, ToldEmail } from './emails.ts';
import type { ThreadsTold } from './threads.ts';
import { type EmailRef, rowProperties } from './types.ts';

export interface RowsParts {
  readonly jmap: Pick<JmapClient, 'call'>;
  readonly emails: Emails;
  readonly threads: ThreadsTold;
  readonly setTimer: (deed: () => void, ms: number) => () => void;
}

const gatherMs = 60;
/** Lines of one request. */
const most = 100;
/** Lines that wait: those that came first were scrolled past. */
const mostWaiting = 200;

export class RowsWanted {
  readonly #parts: RowsParts;
  readonly #waiting = new Map<string, EmailRef>();
  readonly #underWay = new Set<string>();
  #withThreads = false;
  #cancel: (() => void) | undefined;

  constructor(parts: RowsParts) {
    this.#parts = parts;
  }

  want(refs: readonly EmailRef[], withThreads: boolean): void {
    for (const ref of refs) {
      const key = `${ref.accountId}/${ref.emailId}`;
      if (this.#underWay.has(key)) continue;
      this.#waiting.delete(key);
      this.#waiting.set(key, ref);
    }
    for (const key of this.#waiting.keys()) {
      if (this.#waiting.size <= mostWaiting) break;
      this.#waiting.delete(key);
    }
    this.#withThreads ||= withThreads;
    if (this.#waiting.size > 0) this.#cancel ??= this.#parts.setTimer(() => this.#fetch(), gatherMs);
  }

  #fetch(): void {
    this.#cancel = undefined;
    const byAccount = Map.groupBy(this.#waiting.values(), ({ accountId }) => accountId);
    this.#waiting.clear();
    for (const [accountId, refs] of byAccount) {
      for (let start = 0; start < refs.length; start += most) {
        const ids = refs.slice(start, start + most).map(({ emailId }) => emailId);
        void this.#ask(accountId, ids);
      }
    }
  }

  async #ask(accountId: JmapId, ids: readonly JmapId[]): Promise<void> {
    for (const id of ids) this.#underWay.add(`${accountId}/${id}`);
    const tick = this.#parts.emails.tick();
    const threadIds = { '#ids': { resultOf: 'g', name: 'Email/get', path: '/list/*/threadId' } };
    const calls: Invocation[] = [['Email/get', { accountId, ids, properties: rowProperties }, 'g']];
    if (this.#withThreads) calls.push(['Thread/get', { accountId, ...threadIds }, 't']);
    try {
      const answers = await this.#parts.jmap.call(calls);
      if (this.#withThreads) {
        this.#parts.threads.take(accountId, answers.of<{ list: { id: JmapId; emailIds: JmapId[] }[] }>('t').list);
      }
      this.#parts.emails.take(accountId, answers.of<{ list: readonly ToldEmail[] }>('g').list, tick);
    } catch {
      // The line stays a shape; coming into sight again, or up again, it is asked for again.
    } finally {
      for (const id of ids) this.#underWay.delete(`${accountId}/${id}`);
    }
  }
}
