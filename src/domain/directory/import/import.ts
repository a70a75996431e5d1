/**
 * The import of extractions, from the files to the switch.
 *
 *   opened -> unchanged
 *   opened -> importing (rows staged by COPY, nothing else touched) -> current, in one transaction with the index of the search
 *                                                                  -> refused | failed: the edition before stays as it was
 *
 * Killed at any point, it leaves the edition before it; the next import marks what it left as failed and empties the staged tables.
 */

import { sql } from 'kysely';
import { present } from '../../../base/assert.ts';
import { directoryImportLimits } from '../../../base/domain-limits.ts';
import { Refusal } from '../../../base/errors.ts';
import { type Transaction, transaction } from '../../../platform/db/db.ts';
import type { EditionSource, ImportOptions, ImportOutcome } from '../directory.ts';
import { findEditions } from '../editions.ts';
import { readIndexDocuments } from '../index-documents.ts';
import { buildIndex } from '../search/build-index.ts';
import { editionChannel } from '../tables.ts';
import { failAbandoned, lockImporting, pruneChanges, putInForce, sourcesSeen } from './edition-rows.ts';
import { holdingImportLock } from './lock.ts';
import { merge } from './merge.ts';
import { Progress } from './progress.ts';
import type { Tally } from './read-text.ts';
import { refusePersonRemovals, refuseRemovals, tellsOfPersons } from './removal.ts';
import { type ImportParts, idsOf, noteFault, type Run, rejected, type StagedSource, take } from './stage-source.ts';
import { analyzeStagedTables, emptyStagedTables, unstage } from './staged-tables.ts';
import { nextInstant } from './touch.ts';

/**
 * Each source is taken or rejected by itself; those that are taken come into force in one switch, with one index. Throws when the import
 * as a whole cannot go on: another one runs, the database is away, the caller stopped it.
 */
export async function importFiles(
  parts: ImportParts,
  sources: readonly string[],
  options: ImportOptions,
): Promise<readonly ImportOutcome[]> {
  const { db, pool } = parts.database;
  return holdingImportLock(pool, async (client) => {
    await failAbandoned(db, parts.clock.now());
    const run: Run = { parts, client, options, progress: new Progress(options), opened: [], staged: [] };
    try {
      await emptyStagedTables(client);
      const outcomes = new Map<string, ImportOutcome>();
      for (const source of sources) {
        const outcome = await take(run, source);
        if (outcome !== undefined) outcomes.set(source, outcome);
      }
      for (const outcome of await rejectRemovals(run)) outcomes.set(outcome.from, outcome);
      if (run.staged.length > 0) await switchOver(run);
      for (const { from, editions } of run.staged) {
        outcomes.set(from, { kind: 'imported', from, editions: await findEditions(db, idsOf(editions)) });
      }
      return sources.map((source) => present(outcomes.get(source), 'a source was taken or rejected'));
    } catch (fault) {
      await noteFault(parts, run.opened, fault);
      throw fault;
    } finally {
      // Lost with the connection or left by a kill, they are emptied by the next import.
      await emptyStagedTables(client).catch(() => undefined);
    }
  });
}

/**
 * Rejects the sources that would take away too much; persons are counted over those that remain, for they go only when no source tells of
 * them. Nobody else writes to these tables while the lock is held.
 */
async function rejectRemovals(run: Run): Promise<readonly ImportOutcome[]> {
  const { parts, client, options, staged } = run;
  await analyzeStagedTables(client);
  if (options.force === true) return [];
  const outcomes: ImportOutcome[] = [];
  const reject = async (source: StagedSource, fault: Refusal): Promise<void> => {
    staged.splice(staged.indexOf(source), 1);
    await unstage(
      client,
      source.editions.map((edition) => edition.source),
    );
    await noteFault(parts, source.editions, fault);
    outcomes.push(rejected(parts, source.from, fault));
  };
  const refusal = (count: typeof refuseRemovals, sources: readonly EditionSource[]): Promise<Refusal | undefined> =>
    transaction(parts.database.db, async (tx) => {
      await setUpPlanner(tx);
      await count(tx, sources, parts.maxRemovedShare);
    }).then(
      () => undefined,
      (fault: unknown) => {
        if (fault instanceof Refusal) return fault;
        throw fault;
      },
    );
  for (const source of [...staged]) {
    const fault = await refusal(
      refuseRemovals,
      source.editions.map((edition) => edition.source),
    );
    if (fault !== undefined) await reject(source, fault);
  }
  const telling = staged.filter(({ editions }) => editions.some(({ source }) => tellsOfPersons(source)));
  const kinds = telling.flatMap(({ editions }) => editions.map(({ source }) => source));
  const fault = telling.length === 0 ? undefined : await refusal(refusePersonRemovals, kinds);
  if (fault !== undefined) for (const source of telling) await reject(source, fault);
  return outcomes;
}

/** Tables that were empty a moment ago mislead the planner, and rows by the million are never met one by one: no nested loops. */
async function setUpPlanner(tx: Transaction): Promise<void> {
  await sql`select set_config('enable_nestloop', 'off', true), set_config('statement_timeout', ${String(directoryImportLimits.statementMs)}, true),
    set_config('idle_in_transaction_session_timeout', ${String(directoryImportLimits.statementMs)}, true),
    set_config('work_mem', '64MB', true), set_config('cursor_tuple_fraction', '1', true)`.execute(tx);
}

async function switchOver({ parts, options, progress, staged }: Run): Promise<void> {
  const editions = staged.flatMap((source) => source.editions);
  const tallies = staged.flatMap((source) => source.tallies);
  const rows = tallies.reduce((sum, tally) => sum + tally.rows, 0);
  await transaction(parts.database.db, async (tx) => {
    await setUpPlanner(tx);
    await lockImporting(tx, editions);
    progress.tell({ stage: 'merging', source: null, bytes: 0, totalBytes: null, rows }, true);
    const seen = await sourcesSeen(tx);
    const merged = new Map(
      editions.map(({ source, editionId }) => [source, { editionId, hasEarlier: seen.has(source) }]),
    );
    await writeLabels(tx, tallies);
    const now = parts.clock.now();
    const counts = await merge(tx, merged, await nextInstant(tx, now));
    for (const edition of editions) if (edition.source === 'mailboxes') await forgetLive(tx, edition.publishedAt);
    await analyzeTables(tx);
    progress.tell({ stage: 'indexing', source: null, bytes: 0, totalBytes: null, rows }, true);
    options.signal?.throwIfAborted();
    await writeIndex(tx, Math.max(...idsOf(editions)));
    await putInForce(tx, editions, counts, parts.clock.now());
    await pruneChanges(tx, now);
    await options.onSwitch?.(tx, idsOf(editions));
    await sql`select pg_notify(${editionChannel}, '')`.execute(tx);
  });
  parts.log.info('directory.imported', { editions: idsOf(editions).join(' ') });
}

async function writeLabels(tx: Transaction, tallies: readonly Tally[]): Promise<void> {
  for (const { labels } of tallies) {
    for (const [list, known] of labels) {
      await sql`insert into directory.label as l (list, code, label)
        select ${list}, * from unnest(${[...known.keys()]}::text[], ${[...known.values()]}::text[])
        on conflict (list, code) do update set label = excluded.label where l.label <> excluded.label`.execute(tx);
    }
  }
}

/** What the live source told before this edition was published gives way to it. */
async function forgetLive(tx: Transaction, publishedAt: Date): Promise<void> {
  await sql`delete from directory.live_mailbox where fetched_at < ${publishedAt}`.execute(tx);
}

async function analyzeTables(tx: Transaction): Promise<void> {
  await sql`analyze directory.practitioner, directory.organization, directory.activity, directory.mailbox, directory.skill,
    directory.diploma`.execute(tx);
}

async function writeIndex(tx: Transaction, indexId: number): Promise<void> {
  let part = 0;
  await buildIndex(readIndexDocuments(tx), async (bytes) => {
    await sql`insert into directory.index_part (index_id, part, bytes) values (${indexId}, ${part}, ${bytes})`.execute(
      tx,
    );
    part += 1;
  });
  await sql`delete from directory.index_part where index_id <> ${indexId}`.execute(tx);
}
