/**
 * One list for several accounts, newest first. Each account brings the beginning of its own list, longer as one reads on; the
 * list is told as far as all of them reach. Their words are fetched for what is in sight.
 */
import type { AccountList } from './account-list.ts';
import type { Emails } from './emails.ts';
import { type Merged, mergeNewestFirst, type Source } from './merge.ts';
import type { EmailRef, ListView, MailList } from './types.ts';

/** Lines that stand for more to come. */
const promised = 12;
/** Lines fetched ahead of those in sight. */
const ahead = 60;

/** Lines of an account that are asked for at once when it has run out. */
const further = 200;

/** Brings when these were received, among others; throws when there is no answer. */
export type FetchCores = (accountId: string, emailIds: readonly string[]) => Promise<unknown>;

const nothing: Merged = { refs: [], blockers: [], taken: [] };

export class UnifiedList implements MailList {
  readonly #lists: readonly AccountList[];
  readonly #emails: Emails;
  readonly #fetchCores: FetchCores;
  readonly #asked = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #stops: readonly (() => void)[];
  #merged: Merged = nothing;
  #places: Map<string, number> | undefined;
  #wanted = 0;
  #view: ListView;

  constructor(lists: readonly AccountList[], emails: Emails, fetchCores: FetchCores) {
    this.#lists = lists;
    this.#emails = emails;
    this.#fetchCores = fetchCores;
    this.#stops = lists.map((list) => list.subscribe(() => this.#changed()));
    this.#view = this.#look();
  }

  view(): ListView {
    return this.#view;
  }

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  want(_first: number, last: number): void {
    this.#wanted = last;
    this.#reach();
  }

  retry(): void {
    for (const list of this.#lists) if (list.view().fault !== undefined) list.retry();
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #source(list: AccountList): Source {
    const { accountId } = list.query;
    const view = list.view();
    const refs: { ref: EmailRef; receivedAt: string }[] = [];
    for (let index = 0; index < view.count; index += 1) {
      const ref = view.refAt(index);
      const email = ref === undefined ? undefined : this.#emails.told({ accountId, emailId: ref.emailId });
      if (ref !== undefined && email === undefined) this.#learn(ref);
      if (ref === undefined || email === undefined) return { refs, hasMore: true };
      refs.push({ ref, receivedAt: email.receivedAt });
    }
    // One account that cannot be had must not hide the others.
    return { refs, hasMore: view.status === 'loading' };
  }

  /** What came in since: the list knows that it is there, and nobody yet when it was received. */
  #learn({ accountId, emailId }: EmailRef): void {
    const key = `${accountId}/${emailId}`;
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    this.#fetchCores(accountId, [emailId])
      .then(() => this.#changed())
      .catch(() => undefined) // the line being down is told by live.ts; everything is asked for when it is up again
      .finally(() => this.#asked.delete(key));
  }

  #reach(): void {
    for (const [at, list] of this.#lists.entries()) {
      const isBlocking = this.#merged.blockers.includes(at) && this.#merged.refs.length <= this.#wanted + ahead;
      const used = this.#merged.taken[at] ?? 0;
      const known = list.prefixLength();
      list.want(0, isBlocking ? Math.max(used, known + (known === 0 ? 0 : further)) : Math.max(0, used - 1));
    }
  }

  #changed(): void {
    this.#merged = mergeNewestFirst(this.#lists.map((list) => this.#source(list)));
    this.#places = undefined;
    this.#view = this.#look();
    for (const each of this.#listeners) each();
    if (this.#merged.blockers.length > 0 && this.#merged.refs.length <= this.#wanted + ahead) this.#reach();
  }

  #look(): ListView {
    const views = this.#lists.map((list) => list.view());
    const { refs, blockers } = this.#merged;
    const isReady = refs.length > 0 || (blockers.length === 0 && views.some(({ status }) => status === 'ready'));
    const totals = views.map(({ total }) => total);
    const total = totals.every((each) => each !== undefined) ? totals.reduce((sum, each) => sum + each, 0) : undefined;
    const fault = views.find((view) => view.fault !== undefined)?.fault;
    const isOpenEnded = blockers.length > 0;
    return {
      status: isReady ? 'ready' : fault === undefined || blockers.length > 0 ? 'loading' : 'failed',
      fault,
      count: isReady ? refs.length + (isOpenEnded ? promised : 0) : 0,
      total,
      isOpenEnded,
      isFetching: views.some(({ isFetching }) => isFetching),
      refAt: (index) => refs[index],
      indexOf: (ref) => this.#placeOf(ref),
    };
  }

  #placeOf({ accountId, emailId }: EmailRef): number {
    this.#places ??= new Map(this.#merged.refs.map((ref, index) => [`${ref.accountId}/${ref.emailId}`, index]));
    return this.#places.get(`${accountId}/${emailId}`) ?? -1;
  }
}
