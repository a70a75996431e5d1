/** A plain model of a JMAP server for the tests of the store: one account, a list of emails, a change number. */
import type { Answers, Arguments, Invocation } from '../../jmap/client.ts';
import { MethodFault } from '../../jmap/client.ts';
import type { ToldEmail } from './emails.ts';

interface Logged {
  readonly change: number;
  readonly id: string;
  readonly kind: 'created' | 'updated' | 'destroyed';
}

type Reference = { readonly resultOf: string; readonly path: string };

export class ModelServer {
  readonly accountId = 'account';
  /** Newest first. */
  emails: ToldEmail[] = [];
  mailboxes: readonly unknown[] = [];
  change = 1;
  canCalculateChanges = true;
  /** Of `Email/set`: those that it refuses. */
  readonly refused = new Set<string>();
  readonly asked: string[] = [];
  readonly #log: Logged[] = [];
  #made = 0;
  /** Each request waits for it. */
  gate: () => Promise<void> = async () => undefined;

  constructor(count: number, mailboxId = 'inbox') {
    this.#made = count;
    this.emails = Array.from({ length: count }, (_, at) => made(count - at, mailboxId));
  }

  receive(mailboxId = 'inbox'): string {
    this.#made += 1;
    const email = made(this.#made, mailboxId);
    this.emails = [email, ...this.emails];
    this.#note(email.id, 'created');
    return email.id;
  }

  update(id: string, change: Pick<ToldEmail, 'mailboxIds'> | Pick<ToldEmail, 'keywords'>): void {
    this.emails = this.emails.map((email) => (email.id === id ? { ...email, ...change } : email));
    this.#note(id, 'updated');
  }

  destroy(id: string): void {
    this.emails = this.emails.filter((email) => email.id !== id);
    this.#note(id, 'destroyed');
  }

  #note(id: string, kind: Logged['kind']): void {
    this.change += 1;
    this.#log.push({ change: this.change, id, kind });
  }

  listed(filter: unknown): readonly ToldEmail[] {
    if (typeof filter !== 'object' || filter === null) return this.emails;
    return this.emails.filter(
      ({ mailboxIds, keywords }) =>
        (!('inMailbox' in filter) || String(filter.inMailbox) in mailboxIds) &&
        (!('notKeyword' in filter) || !(String(filter.notKeyword) in keywords)),
    );
  }

  /** As `JmapClient.call`. */
  readonly call = async (calls: readonly Invocation[], options: { signal?: AbortSignal } = {}): Promise<Answers> => {
    await this.gate();
    options.signal?.throwIfAborted();
    const results = new Map<string, Arguments | MethodFault>();
    for (const [name, given, callId] of calls) {
      this.asked.push(name);
      results.set(callId, this.#answer(name, this.#resolve(given, results)));
    }
    return {
      sessionState: 's',
      of<Answer>(callId: string): Answer {
        const found = results.get(callId);
        if (found instanceof MethodFault) throw found;
        return found as Answer; // the model answers as the RFC says
      },
    };
  };

  #resolve(given: Arguments, results: ReadonlyMap<string, unknown>): Arguments {
    const entries = Object.entries(given).map(([key, value]): [string, unknown] => {
      if (!key.startsWith('#')) return [key, value];
      const { resultOf, path } = value as Reference; // the store's own calls
      const answer = results.get(resultOf);
      const found =
        path === '/ids'
          ? (answer as { ids: string[] }).ids
          : (answer as { list: ToldEmail[] }).list.map(({ threadId }) => threadId);
      return [key.slice(1), found];
    });
    return Object.fromEntries(entries);
  }

  #answer(name: string, given: Arguments): Arguments | MethodFault {
    switch (name) {
      case 'Email/query':
        return this.#query(given);
      case 'Email/queryChanges':
        return this.#queryChanges(given);
      case 'Email/get':
        return this.#get(given);
      case 'Email/changes':
        return this.#changes(given);
      case 'Email/set':
        return this.#set(given);
      case 'Thread/get':
        return this.#threads(given);
      case 'Mailbox/get':
        return { list: this.mailboxes, state: String(this.change) };
      default:
        return new MethodFault(name, 'unknownMethod', name);
    }
  }

  #collapsed({ filter, collapseThreads }: Arguments): readonly ToldEmail[] {
    const listed = this.listed(filter);
    if (collapseThreads !== true) return listed;
    const seen = new Set<string>();
    return listed.filter(({ threadId }) => !seen.has(threadId) && seen.add(threadId));
  }

  #query(given: Arguments): Arguments {
    const listed = this.#collapsed(given);
    const position = Number(given['position'] ?? 0);
    const limit = Number(given['limit'] ?? listed.length);
    return {
      queryState: String(this.change),
      canCalculateChanges: this.canCalculateChanges,
      position,
      ids: listed.slice(position, position + limit).map(({ id }) => id),
      ...(given['calculateTotal'] === true ? { total: listed.length } : {}),
    };
  }

  #queryChanges(given: Arguments): Arguments | MethodFault {
    if (!this.canCalculateChanges) return new MethodFault('c', 'cannotCalculateChanges', '');
    const since = Number(given['sinceQueryState']);
    const listed = this.#collapsed(given).map(({ id }) => id);
    const changed = this.#log.filter(({ change }) => change > since);
    // With collapsed threads, all emails of a changed email's thread may move.
    const threads = new Set(
      changed.flatMap(
        ({ id }) => this.emails.find((email) => email.id === id)?.threadId ?? `t${Math.ceil(Number(id.slice(1)) / 2)}`,
      ),
    );
    const mates = given['collapseThreads'] === true ? this.emails.filter(({ threadId }) => threads.has(threadId)) : [];
    const touched = new Set([...changed.map(({ id }) => id), ...mates.map(({ id }) => id)]);
    const fresh = new Set(changed.filter(({ kind }) => kind === 'created').map(({ id }) => id));
    return {
      newQueryState: String(this.change),
      total: listed.length,
      removed: [...touched].filter((id) => !fresh.has(id)),
      added: listed.flatMap((id, index) => (touched.has(id) ? [{ id, index }] : [])),
    };
  }

  #get({ ids, properties }: Arguments): Arguments {
    const wanted = new Set(ids as string[]); // the store asks by ids always
    const isBare = Array.isArray(properties) && !properties.includes('preview');
    const list = this.emails.filter(({ id }) => wanted.has(id)).map((email) => (isBare ? bare(email) : email));
    const found = new Set(list.map(({ id }) => id));
    return { list, notFound: [...wanted].filter((id) => !found.has(id)), state: String(this.change) };
  }

  #changes({ sinceState }: Arguments): Arguments {
    const ids = (kind: Logged['kind']): string[] => [
      ...new Set(
        this.#log.filter((each) => each.change > Number(sinceState) && each.kind === kind).map(({ id }) => id),
      ),
    ];
    return {
      newState: String(this.change),
      hasMoreChanges: false,
      created: ids('created'),
      updated: ids('updated'),
      destroyed: ids('destroyed'),
    };
  }

  #set({ update = {}, destroy = [] }: Arguments): Arguments {
    const updated: Record<string, null> = {};
    const notUpdated: Record<string, { type: string }> = {};
    for (const [id, patch] of Object.entries(update as Record<string, Record<string, unknown>>)) {
      const email = this.emails.find((each) => each.id === id);
      if (email === undefined || this.refused.has(id)) {
        notUpdated[id] = { type: email === undefined ? 'notFound' : 'forbidden' };
        continue;
      }
      const keywords: Record<string, true> = { ...email.keywords };
      for (const [key, value] of Object.entries(patch)) {
        if (!key.startsWith('keywords/')) continue;
        if (value === true) keywords[key.slice('keywords/'.length)] = true;
        else delete keywords[key.slice('keywords/'.length)];
      }
      const { mailboxIds = email.mailboxIds } = patch as Partial<ToldEmail>; // as `patchObject` writes it
      this.emails = this.emails.map((each) => (each.id === id ? { ...each, keywords, mailboxIds } : each));
      this.#note(id, 'updated');
      updated[id] = null;
    }
    const destroyed = destroy as string[]; // as `tellDeed` writes it
    for (const id of destroyed) this.destroy(id);
    return { updated, destroyed, notUpdated, notDestroyed: null };
  }

  #threads({ ids }: Arguments): Arguments {
    const list = [...new Set(ids as string[])].map((id) => ({
      id,
      emailIds: this.emails
        .filter(({ threadId }) => threadId === id)
        .map((email) => email.id)
        .reverse(),
    }));
    return { list };
  }
}

/** Two and two stand in one thread. */
function made(number: number, mailboxId: string): ToldEmail {
  const id = `e${number}`;
  const receivedAt = new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString();
  const threadId = `t${Math.ceil(number / 2)}`;
  const words = { from: null, to: null, subject: id, preview: id, hasAttachment: false, size: 1, blobId: `b-${id}` };
  return { id, threadId, mailboxIds: { [mailboxId]: true }, keywords: {}, receivedAt, ...words };
}

function bare({ id, threadId, mailboxIds, keywords, receivedAt }: ToldEmail): ToldEmail {
  return { id, threadId, mailboxIds, keywords, receivedAt };
}
