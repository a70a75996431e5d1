/**
 * The emails of the person's accounts in this browser: lists, rows, mailboxes, deeds. Outside React, which reads it by
 * `useSyncExternalStore` (hooks.ts). The server is asked by JMAP; what it says of changes (app/live.ts) is brought in.
 */
import type { JmapId, Mailbox } from '../../../contract/jmap/mail.ts';
import type { Live, News } from '../../app/live.ts';
import { type Invocation, type JmapClient, MethodFault } from '../../jmap/client.ts';
import { AccountList, type ListQuery } from './account-list.ts';
import { type DeedOutcome, tellDeed } from './deed-call.ts';
import { Emails, type ToldEmail } from './emails.ts';
import { Mailboxes } from './mailboxes.ts';
import type { Patch } from './patches.ts';
import { RowsWanted } from './rows-wanted.ts';
import { ThreadsTold } from './threads.ts';
import { coreProperties, type EmailRef, type HeldEmail, type MailList } from './types.ts';
import { UnifiedList } from './unified-list.ts';

export interface StoreParts {
  readonly jmap: Pick<JmapClient, 'call'>;
  readonly accountIds: readonly JmapId[];
  readonly setTimer: (deed: () => void, ms: number) => () => void;
}

export interface OpenedList {
  readonly list: MailList;
  /** To be called when the list is no longer shown. */
  close(): void;
}

export interface MailStore {
  readonly mailboxes: Mailboxes;
  readonly threads: ThreadsTold;
  /** As it stands with the deeds under way; undefined: not here. */
  email(ref: EmailRef): HeldEmail | undefined;
  subscribeEmail(ref: EmailRef, onChange: () => void): () => void;
  /** Some email of the account is another now. */
  subscribeAny(onChange: (accountId: JmapId) => void): () => void;
  /** Emails that somebody else asked for: nothing about them is asked again. */
  take(accountId: JmapId, emails: readonly ToldEmail[]): void;
  /** What lines show of these, in one request for each account, soon. */
  fetchRows(refs: readonly EmailRef[], options?: { withThreads?: boolean }): void;
  /** Where these stand, without opening them; those that are gone are left out. */
  fetchCores(accountId: JmapId, emailIds: readonly JmapId[]): Promise<readonly HeldEmail[]>;
  /** One query: the list of one account. Several: one list of them all. */
  openList(queries: readonly ListQuery[]): OpenedList;
  /** Shows it at once, tells the server, and takes back of it what the server refuses. */
  change(accountId: JmapId, patches: ReadonlyMap<JmapId, Patch>): Promise<DeedOutcome>;
  refreshMailboxes(accountId: JmapId): Promise<void>;
  /** Brings everything of the account to where the server is. */
  refresh(accountId: JmapId): Promise<void>;
  /** Follows the news of `live` until the returned function is called. */
  follow(live: Live): () => void;
}

interface Changes {
  readonly newState: string;
  readonly hasMoreChanges: boolean;
  readonly created: readonly JmapId[];
  readonly updated: readonly JmapId[];
  readonly destroyed: readonly JmapId[];
}

/** Of one `Email/changes`: more than this, and what is here is asked for anew. */
const mostChanges = 400;

class Store implements MailStore {
  readonly mailboxes = new Mailboxes();
  readonly threads = new ThreadsTold();
  readonly #parts: StoreParts;
  readonly #emails = new Emails();
  readonly #rows: RowsWanted;
  readonly #lists = new Set<AccountList>();
  /** Of `Email`, for each account whose changes are followed. */
  readonly #states = new Map<JmapId, string>();
  readonly #refreshing = new Map<JmapId, Promise<void>>();
  readonly #due = new Set<JmapId>();

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#rows = new RowsWanted({ ...parts, emails: this.#emails, threads: this.threads });
  }

  email(ref: EmailRef): HeldEmail | undefined {
    return this.#emails.get(ref);
  }

  subscribeEmail(ref: EmailRef, onChange: () => void): () => void {
    return this.#emails.subscribe(ref, onChange);
  }

  subscribeAny(onChange: (accountId: JmapId) => void): () => void {
    return this.#emails.subscribeAny(onChange);
  }

  take(accountId: JmapId, emails: readonly ToldEmail[]): void {
    this.#emails.take(accountId, emails, this.#emails.tick());
  }

  fetchRows(refs: readonly EmailRef[], { withThreads = false }: { withThreads?: boolean } = {}): void {
    this.#rows.want(refs, withThreads);
  }

  async fetchCores(accountId: JmapId, emailIds: readonly JmapId[]): Promise<readonly HeldEmail[]> {
    const missing = emailIds.filter((emailId) => this.#emails.told({ accountId, emailId }) === undefined);
    for (let start = 0; start < missing.length; start += mostChanges) {
      const ids = missing.slice(start, start + mostChanges);
      const tick = this.#emails.tick();
      const answers = await this.#parts.jmap.call([['Email/get', { accountId, ids, properties: coreProperties }, 'g']]);
      this.#emails.take(accountId, answers.of<{ list: readonly ToldEmail[] }>('g').list, tick);
    }
    return emailIds.map((emailId) => this.#emails.get({ accountId, emailId })).filter((email) => email !== undefined);
  }

  openList(queries: readonly ListQuery[]): OpenedList {
    const lists = queries.map((query) => {
      const parts = { ...this.#parts, emails: this.#emails, threads: this.threads };
      const list = new AccountList(query, parts);
      this.#lists.add(list);
      return list;
    });
    const [only] = lists;
    const merged = (): UnifiedList =>
      new UnifiedList(lists, this.#emails, (accountId, emailIds) => this.fetchCores(accountId, emailIds));
    const unified = lists.length === 1 ? undefined : merged();
    return {
      list: unified ?? only ?? merged(),
      close: () => {
        unified?.close();
        for (const list of lists) {
          list.close();
          this.#lists.delete(list);
        }
      },
    };
  }

  async change(accountId: JmapId, patches: ReadonlyMap<JmapId, Patch>): Promise<DeedOutcome> {
    const lists = [...this.#lists].filter((list) => list.query.accountId === accountId);
    const deed = this.#emails.begin(accountId, patches);
    for (const list of lists) list.touch(patches.keys(), 'pending');
    const outcome = await tellDeed(this.#parts.jmap, accountId, patches);
    this.#emails.settle(deed, outcome.done);
    for (const list of lists) list.touch(patches.keys(), 'settled');
    void this.refresh(accountId);
    return outcome;
  }

  async refreshMailboxes(accountId: JmapId): Promise<void> {
    const answers = await this.#parts.jmap.call([['Mailbox/get', { accountId, ids: null }, 'm']]);
    this.mailboxes.take(accountId, answers.of<{ list: readonly Mailbox[] }>('m').list);
  }

  refresh(accountId: JmapId): Promise<void> {
    const running = this.#refreshing.get(accountId);
    if (running !== undefined) {
      this.#due.add(accountId);
      return running;
    }
    const refreshing = this.#refreshOnce(accountId)
      .catch(() => undefined) // the line being down is told by live.ts, which asks for everything when it is up again
      .finally(() => {
        this.#refreshing.delete(accountId);
        if (this.#due.delete(accountId)) void this.refresh(accountId);
      });
    this.#refreshing.set(accountId, refreshing);
    return refreshing;
  }

  async #refreshOnce(accountId: JmapId): Promise<void> {
    await Promise.all([
      this.refreshMailboxes(accountId),
      this.#refreshEmails(accountId),
      ...[...this.#lists].filter((list) => list.query.accountId === accountId).map((list) => list.sync()),
    ]);
  }

  async #refreshEmails(accountId: JmapId): Promise<void> {
    const since = this.#states.get(accountId);
    if (since === undefined) return this.#readState(accountId);
    try {
      const changes = await this.#readChanges(accountId, since);
      this.#states.set(accountId, changes.newState);
      if (changes.hasMoreChanges) await this.#refreshEmails(accountId);
    } catch (fault) {
      if (!(fault instanceof MethodFault)) throw fault;
      await this.#readState(accountId);
      await this.#readAgain(accountId, this.#emails.idsOf(accountId));
    }
  }

  async #readState(accountId: JmapId): Promise<void> {
    const answers = await this.#parts.jmap.call([['Email/get', { accountId, ids: [] }, 'g']]);
    this.#states.set(accountId, answers.of<{ state: string }>('g').state);
  }

  /** RFC 8620 §5.2. What is here is read again; what is new comes with the lists. */
  async #readChanges(accountId: JmapId, sinceState: string): Promise<Changes> {
    const asked = { accountId, sinceState, maxChanges: mostChanges };
    const answers = await this.#parts.jmap.call([['Email/changes', asked, 'c']]);
    const changes = answers.of<Changes>('c');
    this.#emails.drop(accountId, changes.destroyed);
    const isHere = (emailId: JmapId): boolean => this.#emails.told({ accountId, emailId }) !== undefined;
    await this.#readAgain(accountId, [...changes.updated.filter(isHere), ...changes.created]);
    return changes;
  }

  async #readAgain(accountId: JmapId, emailIds: readonly JmapId[]): Promise<void> {
    for (let start = 0; start < emailIds.length; start += mostChanges) {
      const ids = emailIds.slice(start, start + mostChanges);
      const tick = this.#emails.tick();
      const threadIds = { '#ids': { resultOf: 'g', name: 'Email/get', path: '/list/*/threadId' } };
      const calls: Invocation[] = [
        ['Email/get', { accountId, ids, properties: coreProperties }, 'g'],
        ['Thread/get', { accountId, ...threadIds }, 't'],
      ];
      const answers = await this.#parts.jmap.call(calls);
      const told = answers.of<{ list: readonly ToldEmail[]; notFound?: readonly JmapId[] }>('g');
      this.#emails.take(accountId, told.list, tick);
      this.#emails.drop(accountId, told.notFound ?? []);
      this.threads.take(accountId, answers.of<{ list: { id: JmapId; emailIds: JmapId[] }[] }>('t').list);
    }
  }

  follow(live: Live): () => void {
    for (const accountId of this.#parts.accountIds) void this.refresh(accountId);
    return live.listen((news: News) => {
      const accountIds = news === 'everything' ? this.#parts.accountIds : [news.accountId];
      for (const accountId of accountIds) {
        if (!this.#parts.accountIds.includes(accountId)) continue;
        const types = news === 'everything' ? undefined : Object.keys(news.states);
        if (types === undefined || types.some((type) => type === 'Email' || type === 'Mailbox' || type === 'Thread')) {
          void this.refresh(accountId);
        }
      }
    });
  }
}

export function createMailStore(parts: StoreParts): MailStore {
  return new Store(parts);
}
