import { sql } from 'kysely';
import type { Log } from '../../base/log.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import type { AlarmFacts, TrustTables } from './tables.ts';

/** What an administrator must look at: raised once, kept until it is over or confirmed. */

export type AlarmCode =
  | 'white-list-refused'
  /** Same name, same authority, another key: see the table of `trust.ts`. Lasts until a person confirms it. */
  | 'white-list-signer-changed'
  | 'white-list-unreadable-entries'
  | 'white-list-age'
  | 'white-list-unconfirmed'
  | 'white-list-absent'
  | 'crl-refused'
  | 'crl-age'
  | 'crl-absent';

export type AlarmLevel = 'warning' | 'alert';

export interface Alarm {
  readonly code: AlarmCode;
  readonly subject: string;
  readonly level: AlarmLevel;
  readonly facts: AlarmFacts;
  readonly raisedAt: Date;
}

export interface AlarmDesk {
  raise(alarm: { code: AlarmCode; level: AlarmLevel; subject?: string; facts?: AlarmFacts }): Promise<void>;
  /** Ends the alarm; false when it is not open. */
  clear(code: AlarmCode, subject?: string): Promise<boolean>;
}

/** Alarms written within `db` (a transaction or not); the log hears of each change, not of each repetition. */
export function alarmDesk(db: Db | Transaction, { log, now }: { log: Log; now: Date }): AlarmDesk {
  const tables = db.withTables<TrustTables>();
  return {
    async raise({ code, level, subject = '', facts = {} }) {
      const { was } = await tables
        .insertInto('trust.alarm')
        .values({ code, subject, level, facts, raised_at: now, seen_at: now })
        .onConflict((conflict) =>
          conflict.columns(['code', 'subject']).doUpdateSet({ level, facts: sql`excluded.facts`, seen_at: now }),
        )
        // PostgreSQL 18 returns old values too.
        .returning(sql<AlarmLevel | null>`old.level`.as('was'))
        .executeTakeFirstOrThrow();
      if (was !== level) log[level === 'alert' ? 'error' : 'warn'](`trust.${code}`, { ...facts, subject });
    },
    async clear(code, subject = '') {
      const { numDeletedRows } = await tables
        .deleteFrom('trust.alarm')
        .where('code', '=', code)
        .where('subject', '=', subject)
        .executeTakeFirst();
      if (numDeletedRows > 0n) log.info('trust.alarm-over', { code, subject });
      return numDeletedRows > 0n;
    },
  };
}

/** Open alarms, the gravest first. */
export async function listAlarms(db: Db): Promise<readonly Alarm[]> {
  const rows = await db
    .withTables<TrustTables>()
    .selectFrom('trust.alarm')
    .select(['code', 'subject', 'level', 'facts', 'raised_at'])
    .orderBy('level') // alert, then warning
    .orderBy('raised_at')
    .execute();
  // Codes are written by `raise` alone.
  return rows.map((row) => ({ ...row, code: row.code as AlarmCode, raisedAt: row.raised_at }));
}
