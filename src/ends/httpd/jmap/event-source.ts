/**
 * Push by event source (RFC 8620 §7.3): that something changed, never what.
 *
 *   open --news--> gathering --> told --closeafter=state--> ended
 *     |--ping due, or a minute--> still allowed? --no--> ended        the client leaves, or the program stops: ended
 *
 * One event is written at a time, when the last one was taken: what changes meanwhile is one event more. Whoever the
 * person's rights no longer let read an account hears nothing of it; whose password was taken back, or whose session
 * is over, hears nothing at all.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { jmapLimits } from '../../../base/end-limits.ts';
import { Temporary } from '../../../base/errors.ts';
import type { AccountNews } from '../../../domain/mail/mail.ts';
import { problem, sendProblem } from '../../../platform/http/problems.ts';
import { type App, type JmapParts, schema } from './end.ts';
import { readableAccounts } from './session.ts';
import { Slots } from './slots.ts';
import { statesOf } from './states.ts';
import { jmapRouteTexts as texts } from './texts.ts';

type Query = Readonly<Record<string, unknown>>;

interface Asked {
  readonly isWanted: (type: string) => boolean;
  readonly closesAfterState: boolean;
  /** Undefined for none. */
  readonly pingSeconds: number | undefined;
}

/** By account, by type. */
type States = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface EventSources {
  /** Ends all of them. */
  stop(): void;
}

export function registerEventSource(app: App, parts: JmapParts, news: AccountNews): EventSources {
  const { signIn } = parts;
  const slots = new Slots(jmapLimits.eventSources);
  const open = new Set<Waker>();
  // Browsers come back by themselves after a cut: nobody need be there.
  const options = { schema, onRequest: signIn.require('jmap', { isUse: false }), exposeHeadRoute: false };
  app.get<{ Querystring: Query }>('/jmap/eventsource', options, async (request, reply) => {
    const asked = readAsked(request.query);
    if (asked === undefined) return sendProblem(reply, problem(400, 'request-malformed', texts.badEventSource));
    if (!slots.take(signIn.personOf(request), reply)) {
      return sendProblem(reply, problem(429, 'too-many-event-sources', texts.tooManyEventSources));
    }
    const waker = new Waker();
    open.add(waker);
    reply.raw.once('close', () => {
      waker.end();
      open.delete(waker);
    });
    if (reply.raw.destroyed) waker.end();
    // A kept connection would be idle when the source ends, and hold the stop.
    reply.headers({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no', connection: 'close' });
    return reply.send(Readable.from(new Source({ parts, news, request, asked, waker }).events()));
  });
  return {
    stop() {
      for (const waker of open) waker.end();
    },
  };
}

function readAsked({ types, closeafter, ping }: Query): Asked | undefined {
  if (typeof types !== 'string' || (closeafter !== 'state' && closeafter !== 'no')) return undefined;
  if (typeof ping !== 'string' || !/^\d{1,9}$/.test(ping)) return undefined;
  const wanted = new Set(types.split(','));
  const seconds = Math.min(Math.max(Number(ping), jmapLimits.leastPingSeconds), jmapLimits.mostPingSeconds);
  return {
    isWanted: (type) => types === '*' || wanted.has(type),
    closesAfterState: closeafter === 'state',
    pingSeconds: Number(ping) === 0 ? undefined : seconds,
  };
}

/** What a source waits for. */
class Waker {
  #isDirty = false;
  #isEnded = false;
  #wake: (() => void) | undefined;

  get isEnded(): boolean {
    return this.#isEnded;
  }

  readonly tell = (): void => {
    this.#isDirty = true;
    this.#wake?.();
  };

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async wait(ms: number): Promise<'news' | 'time' | 'ended'> {
    if (!this.#isDirty && !this.#isEnded) {
      const timer = new AbortController();
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([woken, sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
      this.#wake = undefined;
    }
    if (this.#isEnded) return 'ended';
    return this.#isDirty ? 'news' : 'time';
  }

  /** From now on, what comes is news again. */
  clear(): void {
    this.#isDirty = false;
  }
}

interface SourceParts {
  readonly parts: JmapParts;
  readonly news: AccountNews;
  readonly request: FastifyRequest;
  readonly asked: Asked;
  readonly waker: Waker;
}

class Source {
  readonly #made: SourceParts;
  /** Ends the watch of each account. */
  readonly #watched = new Map<string, () => void>();
  #told: States = {};

  constructor(made: SourceParts) {
    this.#made = made;
  }

  async *events(): AsyncGenerator<string> {
    try {
      // At once, so that the head of the answer leaves; and when to come back after a cut.
      yield `retry: ${jmapLimits.eventSourceRetryMs}\n\n`;
      yield* this.#tell();
    } catch (fault) {
      // The client comes back; by then the database may be there again.
      const isTemporary = fault instanceof Temporary;
      this.#made.parts.product.log[isTemporary ? 'warn' : 'error']('jmap.event-source-failed', {}, fault);
    } finally {
      for (const end of this.#watched.values()) end();
    }
  }

  async *#tell(): AsyncGenerator<string> {
    const { parts, request, asked, waker } = this.#made;
    const { clock } = parts.product;
    this.#told = await this.#read();
    const last = request.headers['last-event-id'];
    if (typeof last === 'string' && last !== idOf(this.#told)) {
      yield stateEvent(this.#told, idOf(this.#told));
      if (asked.closesAfterState) return;
    }
    const pingMs = asked.pingSeconds === undefined ? undefined : asked.pingSeconds * 1_000;
    const pauseMs = Math.min(pingMs ?? jmapLimits.eventSourceCheckMs, jmapLimits.eventSourceCheckMs);
    let pingAt = clock.monotonicMs() + (pingMs ?? 0);
    let checkAt = clock.monotonicMs() + pauseMs;
    for (;;) {
      const woken = await waker.wait(Math.max(0, checkAt - clock.monotonicMs()));
      if (woken === 'ended' || !(await parts.signIn.isStillIn(request))) return;
      if (woken === 'news') await sleep(jmapLimits.gatherChangesMs);
      waker.clear();
      const changed = await this.#readChanged();
      if (changed !== undefined) {
        yield stateEvent(changed, idOf(this.#told));
        if (asked.closesAfterState) return;
      }
      if (woken === 'news') continue;
      checkAt = clock.monotonicMs() + pauseMs;
      if (pingMs !== undefined && clock.monotonicMs() >= pingAt) {
        pingAt = clock.monotonicMs() + pingMs;
        yield `event: ping\ndata: ${JSON.stringify({ interval: asked.pingSeconds })}\n\n`;
      } else {
        // A comment: a peer that vanished is noticed only when something is written to it.
        yield ':\n\n';
      }
    }
  }

  /** The states of all that the person may read now; from here on they are watched, and no other. */
  async #read(): Promise<States> {
    const { parts, news, request, asked, waker } = this.#made;
    const held = await readableAccounts(parts, parts.signIn.personOf(request));
    const accounts = new Map(held.map(({ account }): [string, typeof account] => [account.accountId, account]));
    for (const [id, end] of this.#watched) {
      if (accounts.has(id)) continue;
      end();
      this.#watched.delete(id);
    }
    // Watched before they are read: what changes in between is news.
    for (const [id, account] of accounts) {
      if (!this.#watched.has(id)) this.#watched.set(id, news.watch(account, waker.tell));
    }
    const counts = [...(await news.counts([...accounts.values()]))];
    counts.sort((one, other) => (one.accountId < other.accountId ? -1 : 1));
    return Object.fromEntries(
      counts.map((count) => {
        const wanted = Object.entries(statesOf(count)).filter(([type]) => asked.isWanted(type));
        return [count.accountId, Object.fromEntries(wanted)];
      }),
    );
  }

  /** What differs from what was told last. */
  async #readChanged(): Promise<States | undefined> {
    const before = this.#told;
    this.#told = await this.#read();
    const changed: Record<string, Readonly<Record<string, string>>> = {};
    for (const [accountId, states] of Object.entries(this.#told)) {
      const differing = Object.entries(states).filter(([type, state]) => before[accountId]?.[type] !== state);
      if (differing.length > 0) changed[accountId] = Object.fromEntries(differing);
    }
    return Object.keys(changed).length === 0 ? undefined : changed;
  }
}

/** One text for all that the client has been told: after a cut it says what it missed. */
function idOf(states: States): string {
  return createHash('sha256').update(JSON.stringify(states)).digest('base64url').slice(0, 22);
}

function stateEvent(changed: States, id: string): string {
  return `event: state\nid: ${id}\ndata: ${JSON.stringify({ '@type': 'StateChange', changed })}\n\n`;
}
