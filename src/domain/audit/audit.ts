/**
 * The legal trace of every act on health data (design, invariant 3).
 *
 * Guarantees: an act and its events commit together or not at all; only {@link Audit.act} makes an {@link Act}, and a
 * function that writes, or that opens content, takes one; events are only ever added (the database refuses the rest).
 * Identifying facts are sealed under the tenant's audit key; what stands in clear is identifiers, numbers and codes.
 * An act that ends without an event is a bug. Fails as its body fails; nothing is kept then.
 */

import { sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { type AccountId, newId, type PersonId, type TenantId, type Uuid } from '../../base/ids.ts';
import { type Db, type Transaction, transaction } from '../../platform/db/db.ts';
import type { DataKeys } from '../../platform/keys/keys.ts';
import { type EventRow, insertEvents, listEvents } from './events.ts';

/** Who acts. */
export type Actor =
  | { readonly kind: 'person'; readonly personId: PersonId; readonly sessionId?: Uuid }
  /** Another operator of the trust space, known by its canonical certificate name. */
  | { readonly kind: 'operator'; readonly certificateName: string }
  /** The program itself; `task` is the job's name. */
  | { readonly kind: 'system'; readonly task: string }
  /** Somebody at the operator's console; `login` is the operating system's. */
  | { readonly kind: 'administrator'; readonly login: string };

/** What happened to what. `kind` is `noun.verb` in the past tense, e.g. `email.received`. */
export interface AuditEvent {
  readonly tenantId: TenantId;
  readonly kind: `${string}.${string}`;
  readonly accountId?: AccountId;
  readonly object?: { readonly kind: string; readonly id: Uuid };
  /** `done` when absent. */
  readonly outcome?: 'done' | 'refused' | 'failed';
  /** Numbers, identifiers and codes: never content, never a trait. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  /** Facts that identify somebody (addresses, names): sealed. */
  readonly identifying?: Readonly<Record<string, string>>;
}

const makerKey: unique symbol = Symbol('made by audit.act');

/** One act: who, for whom, why, when, and the transaction in which it happens. */
export class Act {
  readonly actor: Actor;
  /** A kebab-case code of the purpose. */
  readonly reason: string;
  readonly at: Date;
  readonly tx: Transaction;
  readonly #events: AuditEvent[] = [];

  constructor(key: typeof makerKey, made: { actor: Actor; reason: string; at: Date; tx: Transaction }) {
    assert(key === makerKey, 'only audit.act makes an Act');
    this.actor = made.actor;
    this.reason = made.reason;
    this.at = made.at;
    this.tx = made.tx;
  }

  /** Adds an event that commits with the act. */
  record(event: AuditEvent): void {
    this.#events.push(event);
  }

  /** Runs `body` so that what it wrote and recorded is undone when it throws, and the act goes on without it. */
  async attempt<T>(body: () => Promise<T>): Promise<T> {
    const recorded = this.#events.length;
    await sql`savepoint attempt`.execute(this.tx);
    try {
      const result = await body();
      await sql`release savepoint attempt`.execute(this.tx);
      return result;
    } catch (fault) {
      await sql`rollback to savepoint attempt`.execute(this.tx);
      this.#events.length = recorded;
      throw fault;
    }
  }

  /** The events recorded so far. */
  get events(): readonly AuditEvent[] {
    return this.#events;
  }
}

export interface Audit {
  /**
   * Runs `body` in one transaction and writes the events it recorded in that same transaction. `body` may run again when
   * PostgreSQL chose it as victim of a conflict: it has no effect outside the transaction.
   * `request.silent` allows an act without event, for one that may turn out to change nothing (a job with no work).
   */
  act<T>(
    request: { readonly actor: Actor; readonly reason: string; readonly silent?: 'when-nothing-changed' },
    body: (act: Act) => Promise<T>,
  ): Promise<T>;
  /** The latest events of a tenant, or of one of its accounts, newest first, without their identifying facts. */
  list(db: Db, of: { tenantId: TenantId; accountId?: AccountId; limit: number }): Promise<readonly RecordedEvent[]>;
}

/** An event as it was kept. */
export interface RecordedEvent {
  readonly id: Uuid;
  readonly occurredAt: Date;
  readonly kind: string;
  readonly actorKind: Actor['kind'];
  readonly actor: string;
  readonly accountId: AccountId | null;
  readonly objectKind: string | null;
  readonly objectId: Uuid | null;
  readonly outcome: string;
  readonly reason: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

function actorText(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.personId;
    case 'operator':
      return actor.certificateName;
    case 'system':
      return actor.task;
    case 'administrator':
      return actor.login;
  }
}

export function createAudit(parts: { readonly db: Db; readonly dataKeys: DataKeys; readonly clock: Clock }): Audit {
  return {
    list: listEvents,
    act: (request, body) =>
      transaction(parts.db, async (tx) => {
        const at = parts.clock.now();
        const act = new Act(makerKey, { actor: request.actor, reason: request.reason, at, tx });
        const result = await body(act);
        assert(act.events.length > 0 || request.silent !== undefined, `an act left no event: ${request.reason}`);
        const rows: EventRow[] = act.events.map((event) => ({
          id: newId(at),
          occurredAt: at,
          actorKind: request.actor.kind,
          actor: actorText(request.actor),
          sessionId: request.actor.kind === 'person' ? (request.actor.sessionId ?? null) : null,
          reason: request.reason,
          event,
        }));
        await insertEvents(tx, parts.dataKeys, rows);
        return result;
      }),
  };
}
