/**
 * One list of one account: windows of what the server answers to a query, wherever one scrolls to.
 *
 *   nothing -- first window --> here -- news --> what moved is asked for, or all of it when the server cannot tell
 *
 * All windows are of one state of the query. One that comes of another state waits until the list was brought there.
 */
import type { JmapId } from '../../../contract/jmap/mail.ts';
import { type Answers, type Invocation, type JmapClient, MethodFault } from '../../jmap/client.ts';
import type { Filter } from '../search/query.ts';
import type { Emails, ToldEmail } from './emails.ts';
import { type QueryDelta, SparseIds } from './sparse.ts';
import type { ThreadsTold } from './threads.ts';
import { coreProperties, type EmailRef, type ListView, type MailList, rowProperties } from './types.ts';

export interface ListQuery {
  readonly accountId: JmapId;
  /** RFC 8621 §4.4.1. */
  readonly filter: Filter | null;
  /** Whether an email may stay in the list after a deed, as far as its mailboxes and keywords tell. */
  readonly matches: (email: { readonly mailboxIds: object; readonly keywords: object }) => boolean;
  /** One line for each conversation. */
  readonly isCollapsed: boolean;
  /** Lines of one request. */
  readonly window: number;
  /** Of each line behind the first window only what says where it stands: its words are fetched when it is seen. */
  readonly isBare: boolean;
}

export interface ListParts {
  readonly jmap: Pick<JmapClient, 'call'>;
  readonly emails: Emails;
  readonly threads: ThreadsTold;
  readonly setTimer: (deed: () => void, ms: number) => () => void;
}

/** Scrolling rests, or has lasted. */
const restMs = 90;
const longestWaitMs = 400;
/** Lines fetched ahead of those in sight. */
const ahead = 15;
/** Windows of another state that are let pass before the list starts over from one of them. */
const patience = 3;

interface Queried {
  readonly queryState: string;
  readonly canCalculateChanges: boolean;
  readonly position: number;
  readonly ids: readonly JmapId[];
  readonly total?: number;
}

export class AccountList implements MailList {
  readonly query: ListQuery;
  readonly #parts: ListParts;
  readonly #ids = new SparseIds();
  readonly #listeners = new Set<() => void>();
  readonly #windows = new Map<number, AbortController>();
  /** Emails that a deed changed; those settled before the last sync began leave. */
  readonly #touched = new Map<JmapId, 'pending' | 'settled'>();
  #state: string | undefined;
  #followsChanges = false;
  #fault: unknown;
  #wanted = { first: 0, last: 0 };
  #firstWantedAt: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #sync: Promise<void> | undefined;
  #isSyncDue = false;
  #strangers = 0;
  /** The next window says which state the list is of. */
  #isStartingOver = false;
  #isClosed = false;
  #view: ListView;

  constructor(query: ListQuery, parts: ListParts) {
    this.query = query;
    this.#parts = parts;
    this.#view = this.#look();
  }

  view(): ListView {
    return this.#view;
  }

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  /** How many places are known from the first on, without a gap; as the server counts. */
  prefixLength(): number {
    return this.#ids.prefixLength();
  }

  want(first: number, last: number): void {
    const before = this.#pages();
    this.#wanted = { first, last };
    if (this.#state === undefined) this.#fetch();
    else this.#fetchSoon(this.#pages().join() !== before.join());
  }

  retry(): void {
    this.#fault = undefined;
    this.#strangers = 0;
    if (this.#state === undefined) this.#fetch();
    else void this.sync();
  }

  /** A deed has begun on these, or was answered. */
  touch(ids: Iterable<JmapId>, how: 'pending' | 'settled'): void {
    for (const id of ids) this.#touched.set(id, how);
    this.#tell();
  }

  /** Brings the list to where the server is. */
  sync(): Promise<void> {
    if (this.#state === undefined) return Promise.resolve();
    if (this.#sync !== undefined) {
      this.#isSyncDue = true;
      return this.#sync;
    }
    this.#sync = this.#syncOnce().finally(() => {
      this.#sync = undefined;
      if (this.#isSyncDue && !this.#isClosed) {
        this.#isSyncDue = false;
        void this.sync();
      } else {
        this.#fetch();
        this.#tell();
      }
    });
    this.#tell();
    return this.#sync;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    for (const each of this.#windows.values()) each.abort();
    this.#windows.clear();
  }

  #asked(): Readonly<Record<string, unknown>> {
    const { accountId, filter, isCollapsed } = this.query;
    const sort = [{ property: 'receivedAt', isAscending: false }];
    return { accountId, filter, sort, collapseThreads: isCollapsed };
  }

  async #syncOnce(): Promise<void> {
    const settled = [...this.#touched].filter(([, how]) => how === 'settled').map(([id]) => id);
    try {
      if (this.#followsChanges) {
        const since = { sinceQueryState: this.#state, calculateTotal: true };
        const answers = await this.#parts.jmap.call([['Email/queryChanges', { ...this.#asked(), ...since }, 'c']]);
        const changes = answers.of<Omit<QueryDelta, 'total'> & { newQueryState: string; total?: number }>('c');
        this.#state = changes.newQueryState;
        this.#ids.apply({ ...changes, total: changes.total ?? this.#ids.total ?? 0 });
      } else {
        this.#startOver();
      }
      this.#fault = undefined;
    } catch (fault) {
      if (fault instanceof MethodFault) this.#startOver();
      else this.#fault = fault;
    }
    for (const id of settled) if (this.#touched.get(id) === 'settled') this.#touched.delete(id);
    this.#tell();
  }

  #startOver(): void {
    for (const each of this.#windows.values()) each.abort();
    this.#windows.clear();
    this.#ids.forget();
    this.#isStartingOver = true;
  }

  #getCalls(page: number): Invocation[] {
    const { accountId, isBare, isCollapsed } = this.query;
    const properties = isBare && page > 0 ? coreProperties : rowProperties;
    const ids = { '#ids': { resultOf: 'q', name: 'Email/query', path: '/ids' } };
    const threadIds = { '#ids': { resultOf: 'g', name: 'Email/get', path: '/list/*/threadId' } };
    return [
      ['Email/get', { accountId, ...ids, properties }, 'g'],
      ...(isCollapsed ? [['Thread/get', { accountId, ...threadIds }, 't'] as const] : []),
    ];
  }

  #takeRows(answers: Answers, tick: number): void {
    const { accountId, isCollapsed } = this.query;
    this.#parts.emails.take(accountId, answers.of<{ list: readonly ToldEmail[] }>('g', 'Email/get').list, tick);
    if (!isCollapsed) return;
    const { list } = answers.of<{ list: readonly { id: JmapId; emailIds: readonly JmapId[] }[] }>('t', 'Thread/get');
    this.#parts.threads.take(accountId, list);
  }

  #fetchSoon(isMoving: boolean): void {
    if (this.#cancelTimer !== undefined) {
      if (!isMoving) return;
      this.#cancelTimer();
    } else if (this.#missing().length === 0) {
      return;
    }
    const now = performance.now();
    this.#firstWantedAt ??= now;
    const wait = Math.min(restMs, Math.max(0, this.#firstWantedAt + longestWaitMs - now));
    this.#cancelTimer = this.#parts.setTimer(() => this.#fetch(), wait);
  }

  /** The windows that are wanted, of the list as long as it is now; one at least. */
  #pages(): readonly number[] {
    const { window } = this.query;
    const { first, last } = this.#wanted;
    const end = Math.max(1, this.#ids.total ?? 1);
    const pages: number[] = [];
    const from = Math.floor(Math.max(0, first - ahead) / window);
    for (let page = from; page * window <= last + ahead && page * window < end; page += 1) pages.push(page);
    return pages.length > 0 ? pages : [Math.floor((end - 1) / window)];
  }

  #missing(): readonly number[] {
    const { window } = this.query;
    const { total } = this.#ids;
    return this.#pages().filter((page, at) => {
      if (this.#windows.has(page)) return false;
      if (total === undefined) return true;
      if (at === 0 && this.#isStartingOver) return true; // nobody knows how long the list is now
      for (let index = page * window; index < Math.min(total, (page + 1) * window); index += 1) {
        if (!this.#ids.isKnown(index)) return true;
      }
      return false;
    });
  }

  #fetch(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#firstWantedAt = undefined;
    if (this.#isClosed || this.#sync !== undefined) return; // the end of the sync comes back here
    const pages = this.#pages();
    for (const [page, controller] of this.#windows) {
      if (pages.includes(page)) continue;
      controller.abort();
      this.#windows.delete(page);
    }
    const missing = this.#missing();
    for (const page of missing) void this.#fetchWindow(page);
    if (missing.length > 0) this.#tell();
  }

  async #fetchWindow(page: number): Promise<void> {
    const controller = new AbortController();
    this.#windows.set(page, controller);
    const { window } = this.query;
    const needsTotal = this.#state === undefined || this.#isStartingOver || this.#strangers > 0;
    const asked = { ...this.#asked(), position: page * window, limit: window, calculateTotal: needsTotal };
    const tick = this.#parts.emails.tick();
    try {
      const calls: Invocation[] = [['Email/query', asked, 'q'], ...this.#getCalls(page)];
      const answers = await this.#parts.jmap.call(calls, { signal: controller.signal });
      if (this.#windows.get(page) !== controller) return;
      this.#windows.delete(page);
      const answer = answers.of<Queried>('q', 'Email/query');
      this.#takeRows(answers, tick);
      this.#place(answer);
    } catch (fault) {
      if (this.#windows.get(page) !== controller) return; // no longer wanted
      this.#windows.delete(page);
      this.#fault = fault;
    }
    this.#tell();
  }

  #place({ queryState, canCalculateChanges, position, ids, total }: Queried): void {
    const isFirst = this.#state === undefined;
    if (!isFirst && queryState !== this.#state) {
      if (this.#strangers < patience && this.#followsChanges && !this.#isStartingOver) {
        this.#strangers += 1;
        void this.sync();
        return;
      }
      this.#ids.forget();
    }
    this.#strangers = 0;
    this.#isStartingOver = false;
    this.#state = queryState;
    this.#followsChanges = canCalculateChanges;
    this.#fault = undefined;
    this.#ids.place(position, ids, total ?? this.#ids.total ?? position + ids.length);
    if (this.#missing().length > 0) this.#fetchSoon(false);
  }

  /** Places of emails that a deed took out of the list, in rising order. */
  #hidden(): readonly number[] {
    const { accountId, matches } = this.query;
    const places: number[] = [];
    for (const emailId of this.#touched.keys()) {
      const place = this.#ids.indexOf(emailId);
      if (place < 0) continue;
      const email = this.#parts.emails.get({ accountId, emailId });
      if (email === undefined || !matches(email)) places.push(place);
    }
    return places.sort((one, other) => one - other);
  }

  #look(): ListView {
    const { accountId } = this.query;
    const hidden = this.#hidden();
    const total = this.#ids.total === undefined ? undefined : Math.max(0, this.#ids.total - hidden.length);
    const refAt = (index: number): EmailRef | undefined => {
      let place = index;
      for (const each of hidden) if (each <= place) place += 1;
      const emailId = this.#ids.at(place);
      return emailId === undefined ? undefined : { accountId, emailId };
    };
    return {
      status: total !== undefined ? 'ready' : this.#fault === undefined ? 'loading' : 'failed',
      fault: this.#fault,
      count: total ?? 0,
      total,
      isOpenEnded: false,
      isFetching: this.#windows.size > 0 || this.#sync !== undefined,
      refAt,
      indexOf: (ref) => {
        if (ref.accountId !== accountId) return -1;
        const place = this.#ids.indexOf(ref.emailId);
        if (place < 0 || hidden.includes(place)) return -1;
        return place - hidden.filter((each) => each < place).length;
      },
    };
  }

  #tell(): void {
    if (this.#isClosed) return;
    this.#view = this.#look();
    for (const each of this.#listeners) each();
  }
}
