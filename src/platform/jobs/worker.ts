/**
 * Runs jobs in this process. States:
 *
 *   starting --ok--> running --fault--> (pause) --> starting ... --stop--> stopped
 *
 * A lost database ends the runner of graphile-worker; another one is started until `stop`.
 */
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CronItem,
  Logger,
  parseCronItems,
  type Runner,
  run,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type pg from 'pg';
import { jobLimits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import { type ConnectionOptions, openPool } from '../db/pool.ts';
import { describeFailure } from './failure.ts';
import type { JobPayload, Task } from './jobs.ts';
import { holdLiveness, unlockDead } from './liveness.ts';

/** What a task is told beside its payload. */
export interface JobRun {
  /** Counts from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Aborted when the worker stops and has waited long enough. */
  readonly signal: AbortSignal;
}

/** A task and the function that does it; made by `handle`. */
export interface Handler {
  readonly task: string;
  readonly run: (payload: JobPayload, run: JobRun) => Promise<void>;
}

export interface RecurringJob {
  readonly task: Task<Record<never, never>>;
  /** As in crontab: minute, hour, day of month, month, day of week (UTC). */
  readonly when: string;
}

export interface WorkerOptions {
  readonly connection: ConnectionOptions;
  readonly handlers: readonly Handler[];
  readonly recurring?: readonly RecurringJob[];
  /** Jobs run at once in this process. */
  readonly concurrency: number;
  readonly log: Log;
}

export interface Worker {
  /** Takes no more jobs and waits for those that run. */
  stop(): Promise<void>;
}

export function handle<Payload extends JobPayload>(
  task: Task<Payload>,
  body: (payload: Payload, run: JobRun) => Promise<void>,
): Handler {
  // `enqueue` alone writes payloads, and ties each to its task: what comes back is what went in.
  return { task: task.name, run: (payload, jobRun) => body(payload as Payload, jobRun) };
}

/** Starts a worker; resolves once it looks for jobs. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  // Its own connections: the jobs' own transactions must not wait for the queue's, nor it for them.
  const maxConnections = options.concurrency + jobLimits.workerConnections;
  const pool = openPool({ ...options.connection, maxConnections });
  const worker = new SupervisedWorker(options, pool);
  try {
    await worker.start();
  } catch (fault) {
    await pool.end();
    throw fault;
  }
  return worker;
}

class SupervisedWorker implements Worker {
  readonly #options: WorkerOptions;
  readonly #pool: pg.Pool;
  readonly #stopping = new AbortController();
  #runner: Runner | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: WorkerOptions, pool: pg.Pool) {
    this.#options = options;
    this.#pool = pool;
  }

  async start(): Promise<void> {
    const lost = await this.#run();
    this.#loop = this.#keepRunning(lost);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#runner?.stop().catch(() => undefined);
    await this.#loop;
    await this.#pool.end();
  }

  /** Starts one runner; the inner promise resolves when it has ended, whatever the reason. */
  async #run(): Promise<{ readonly ended: Promise<void> }> {
    const { concurrency, log } = this.#options;
    const events: WorkerEvents = new EventEmitter();
    const created = new Promise<string>((resolve) => {
      events.once('pool:create', ({ workerPool }) => resolve(workerPool.id));
    });
    const runner = await run({
      pgPool: this.#pool,
      concurrency,
      noHandleSignals: true,
      pollInterval: jobLimits.pollMs,
      taskList: this.#tasks(),
      parsedCronItems: parseCronItems(this.#cronItems()),
      logger: quiet(log),
      events,
      // Told in a batch, however small: told one by one, a job whose end finds the database gone rejects a promise that
      // graphile-worker does not handle, and Node ends the process. A batch ends the runner, which we start again.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    this.#runner = runner;
    const ended = runner.promise.catch(() => undefined);
    const liveness = await holdLiveness(this.#pool, await created);
    const sweep = setInterval(() => this.#takeBack(), jobLimits.sweepMs);
    this.#takeBack();
    liveness.lost.then(() => runner.stop().catch(() => undefined));
    return {
      ended: ended.then(() => {
        clearInterval(sweep);
        liveness.release();
      }),
    };
  }

  async #keepRunning(first: { readonly ended: Promise<void> }): Promise<void> {
    const { signal } = this.#stopping;
    let current = first;
    for (;;) {
      await current.ended;
      for (
        let pauseMs: number = jobLimits.restartFirstMs;
        ;
        pauseMs = Math.min(pauseMs * 2, jobLimits.restartLongestMs)
      ) {
        if (signal.aborted) return;
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        try {
          current = await this.#run();
          break;
        } catch (fault) {
          await this.#runner?.stop().catch(() => undefined);
          this.#options.log.warn('jobs.restart-failed', { failure: describeFailure(fault) });
        }
      }
    }
  }

  #takeBack(): void {
    unlockDead(this.#pool).then(
      (count) => count > 0 && this.#options.log.warn('jobs.taken-back', { workers: count }),
      () => undefined, // the next one, or the end of the runner, will tell
    );
  }

  #tasks(): TaskList {
    const { handlers, log } = this.#options;
    const tasks: TaskList = {};
    for (const { task, run: body } of handlers) {
      tasks[task] = async (payload, { job, abortSignal }) => {
        try {
          const { attempts: attempt, max_attempts: maxAttempts } = job;
          await body(payload as JobPayload, { attempt, maxAttempts, signal: abortSignal ?? this.#stopping.signal }); // see `handle`
        } catch (fault) {
          const failure = describeFailure(fault);
          log.error('jobs.failed', { task, attempt: job.attempts, failure }, fault);
          throw new JobFailure(failure);
        }
      };
    }
    return tasks;
  }

  #cronItems(): CronItem[] {
    const recurring = this.#options.recurring ?? [];
    return recurring.map(({ task, when }) => ({
      task: task.name,
      match: when,
      identifier: task.name,
      // Missed while all was stopped: the next time is soon enough. A waiting one is not doubled.
      options: { backfillPeriod: 0, maxAttempts: 1, jobKey: `recurring:${task.name}`, jobKeyMode: 'replace' },
    }));
  }
}

/** What graphile-worker stores and logs of a failure: `message` alone, and it is a code. */
class JobFailure extends Error {
  override readonly name = 'JobFailure';

  constructor(failure: string) {
    super(failure);
    this.stack = '';
  }
}

/** graphile-worker's own lines may quote errors: that it had trouble is kept, its words are not. */
function quiet(log: Log): Logger {
  return new Logger(() => (level) => {
    if (level === 'error' || level === 'warning') log.warn('jobs.queue-trouble', { severity: level });
  });
}
