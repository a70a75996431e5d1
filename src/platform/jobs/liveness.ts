/**
 * Which workers live. graphile-worker gives the jobs of a dead worker back after four hours; here each worker holds an advisory
 * lock in a session of its own, which PostgreSQL ends with the connection, and jobs held by a worker without a lock are given back.
 */
import type pg from 'pg';
import { jobLimits } from '../../base/limits.ts';

/** The class of these locks among the advisory locks of the database; the number means nothing. */
const lockClass = 4_917_003;

export interface Liveness {
  /** Resolves when the session is lost, and the worker with it may be taken for dead. */
  readonly lost: Promise<void>;
  release(): void;
}

export async function holdLiveness(pool: pg.Pool, worker: string): Promise<Liveness> {
  const client = await pool.connect();
  const lost = new Promise<void>((resolve) => {
    client.once('error', () => resolve());
    client.once('end', () => resolve());
  });
  let isHeld = true;
  const release = (): void => {
    if (isHeld) client.release(true);
    isHeld = false;
  };
  try {
    await client.query('select pg_advisory_lock($1, hashtext($2))', [lockClass, worker]);
  } catch (fault) {
    release();
    throw fault;
  }
  return { lost, release };
}

/** Gives back the jobs of dead workers; returns how many workers had died. */
export async function unlockDead(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `with held as (
       select distinct locked_by from (
         select locked_by, locked_at from graphile_worker._private_jobs where locked_by is not null
         union all
         select locked_by, locked_at from graphile_worker._private_job_queues where locked_by is not null
       ) as locks
       -- A worker takes its first jobs just before its lock.
       where locked_at < now() - make_interval(secs => $2)
     ), dead as (
       select array_agg(locked_by) as workers, count(*) as count from held where not exists (
         select from pg_locks
         where locktype = 'advisory' and granted
           and database = (select oid from pg_database where datname = current_database())
           and classid::bigint = $1 and objid::bigint = (hashtext(locked_by)::bigint & 4294967295)
       )
     )
     select graphile_worker.force_unlock_workers(workers), unnest(workers) from dead where count > 0`,
    [lockClass, jobLimits.livenessGraceMs / 1000],
  );
  return rowCount ?? 0;
}
