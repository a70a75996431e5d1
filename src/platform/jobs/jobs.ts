/**
 * Work for later, in PostgreSQL: a job is enqueued in the transaction that makes it necessary, and runs at least once after the
 * commit, by whichever process has a worker. A task must therefore bear being run twice.
 *
 * Guarantees:
 * - Without the commit there is no job; with it, the job runs, across crashes: the jobs of a worker that died are taken back within
 *   `jobLimits.sweepMs` (its liveness is a lock of its database session, which dies with it).
 * - A payload carries identifiers and numbers only; anything longer or freer than an identifier is a bug (invariant 10).
 * - What is stored of a failure is the class and code of the error, never its text.
 * - A failed job runs again after e^attempt seconds (at most about 6 hours), `maxAttempts` times.
 */
import { sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { jobLimits } from '../../base/limits.ts';
import type { Transaction } from '../db/db.ts';

export type JobPayload = Readonly<Record<string, string | number | boolean>>;

/** The name of a task and the shape of its payload; made by `defineTask`, once, by the module that owns the work. */
export interface Task<Payload extends JobPayload> {
  readonly name: string;
  /** Never set: it lets the compiler tie the payload of a job to its task. */
  readonly payload?: Payload;
}

export interface Job<Payload extends JobPayload = JobPayload> {
  readonly task: Task<Payload>;
  readonly payload: Payload;
  /** A waiting job with the same key is replaced by this one. */
  readonly key?: string;
  readonly runAt?: Date;
  /** Jobs of one queue run one at a time, in order. */
  readonly queue?: string;
  readonly maxAttempts?: number;
}

export function defineTask<Payload extends JobPayload>(name: string): Task<Payload> {
  assert(/^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)?$/.test(name), 'the name of a task has another form');
  return { name };
}

/** Adds a job that exists once `tx` commits. */
export async function enqueue<Payload extends JobPayload>(tx: Transaction, job: Job<Payload>): Promise<void> {
  await enqueueAll(tx, [job]);
}

/**
 * Adds many jobs in one statement. With `keepsRunAt`, a job that replaces a waiting one of the same key runs when that one
 * would have: work that is asked again and again is put off once, not for as long as it is asked.
 */
export async function enqueueAll<Payload extends JobPayload>(
  tx: Transaction,
  jobs: readonly Job<Payload>[],
  { keepsRunAt = false }: { readonly keepsRunAt?: boolean } = {},
): Promise<void> {
  if (jobs.length === 0) return;
  assert(tx.isTransaction, 'a job is enqueued in the transaction that makes it necessary');
  assert(jobs.length <= jobLimits.batch, 'too many jobs in one batch');
  const specs = jobs.map((job) => {
    checkTokens(job);
    return {
      task: job.task.name,
      payload: job.payload,
      queue: job.queue,
      run_at: job.runAt,
      max_attempts: job.maxAttempts ?? jobLimits.attempts,
      key: job.key,
    };
  });
  await sql`
    select count(*) from graphile_worker.add_jobs((
      select array_agg((task, payload, queue, run_at, max_attempts, key, null, null)::graphile_worker.job_spec)
      from json_to_recordset(${JSON.stringify(specs)}) as spec
        (task text, payload json, queue text, run_at timestamptz, max_attempts int, key text)
    ), ${keepsRunAt})`.execute(tx);
}

function checkTokens(job: Job): void {
  for (const text of [job.key, job.queue, ...Object.keys(job.payload), ...Object.values(job.payload)]) {
    if (typeof text === 'string') assert(isToken(text), 'a job carries more than identifiers');
  }
}

/** An identifier or a code: short, and no address, no sentence, no run of digits that could be an INS or an RPPS. */
function isToken(text: string): boolean {
  return text.length <= jobLimits.tokenLength && /^[A-Za-z0-9._:/-]+$/.test(text) && !/^\d{11,}[AB]?\d*$/i.test(text);
}
