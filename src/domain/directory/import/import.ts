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
import type pg from 'pg';
import { present } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import { directoryImportLimits } from '../../../base/domain-limits.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { type Database, type Transaction, transaction } from '../../../platform/db/db.ts';
import type { EditionSource, FileExamination, ImportOptions, ImportOutcome, ImportProgress } from '../directory.ts';
import { findEditions } from '../editions.ts';
import { readIndexDocuments } from '../index-documents.ts';
import { buildIndex } from '../search/build-index.ts';
import { editionChannel } from '../tables.ts';
import {
  beginEditions,
  currentPublications,
  endEditions,
  failAbandoned,
  findSame,
  lockImporting,
  type OpenedEdition,
  pruneChanges,
  putInForce,
  sourcesSeen,
  writeTally,
} from './edition-rows.ts';
import { type Extraction, openExtraction, type SourceParts } from './extraction.ts';
import { holdingImportLock } from './lock.ts';
import { merge } from './merge.ts';
import { readText, type Tally } from './read-text.ts';
import { refusePersonRemovals, refuseRemovals, tellsOfPersons } from './removal.ts';
import { analyzeStagedTables, emptyStagedTables, noWriter, StagedWriter, unstage } from './staged-tables.ts';
import { importTexts } from './texts.ts';
import { nextInstant } from './touch.ts';

export interface ImportParts extends SourceParts {
  readonly database: Pick<Database, 'db' | 'pool'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The share of the entries, 0 to 1, that may go from one edition to the next. */
  readonly maxRemovedShare: number;
}

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

/** A source whose rows are staged. */
interface StagedSource {
  readonly from: string;
  readonly editions: readonly OpenedEdition[];
  readonly tallies: readonly Tally[];
}

interface Run {
  readonly parts: ImportParts;
  readonly client: pg.PoolClient;
  readonly options: ImportOptions;
  readonly progress: Progress;
  /** Every edition of this import, whatever became of it. */
  readonly opened: OpenedEdition[];
  readonly staged: StagedSource[];
}

function idsOf(editions: readonly OpenedEdition[]): readonly number[] {
  return editions.map(({ editionId }) => editionId);
}

/** Stages one source; answers when there is nothing of it to switch to. */
async function take(run: Run, from: string): Promise<ImportOutcome | undefined> {
  const { parts, options, progress } = run;
  let extraction: Extraction;
  try {
    extraction = await openExtraction(parts, from, progress.opening());
  } catch (fault) {
    if (fault instanceof Refusal || fault instanceof Temporary) return rejected(parts, from, fault);
    throw fault;
  }
  try {
    const sha256 = await extraction.sha256(options.signal);
    const kinds = extraction.texts.map(({ header }) => header.kind);
    const same = options.force === true ? undefined : await findSame(parts.database.db, kinds, sha256);
    if (same !== undefined) {
      return { kind: 'unchanged', from, editions: await findEditions(parts.database.db, same) };
    }
    return await stageSource(run, from, extraction, sha256);
  } finally {
    await extraction.close();
  }
}

async function stageSource(
  run: Run,
  from: string,
  extraction: Extraction,
  sha256: Buffer,
): Promise<ImportOutcome | undefined> {
  const { parts, client } = run;
  const { db } = parts.database;
  const editions = await beginEditions(db, extraction.texts, { sha256, at: parts.clock.now() });
  run.opened.push(...editions);
  try {
    refuseTwice(run, editions);
    await refuseOlder(run, extraction, editions);
    run.staged.push({ from, editions, tallies: await stage(run, extraction, editions) });
    return undefined;
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    const staged = new Set(run.staged.flatMap((other) => other.editions.map(({ source }) => source)));
    await unstage(
      client,
      editions.map(({ source }) => source).filter((source) => !staged.has(source)),
    );
    await noteFault(parts, editions, fault);
    return rejected(parts, from, fault);
  }
}

function rejected(parts: ImportParts, from: string, fault: Refusal | Temporary): ImportOutcome {
  parts.log.warn('directory.source-rejected', { reason: fault.code });
  return { kind: 'rejected', from, fault };
}

function refuseTwice({ staged }: Run, editions: readonly OpenedEdition[]): void {
  const taken = new Set(staged.flatMap((other) => other.editions.map(({ source }) => source)));
  if (editions.some(({ source }) => taken.has(source))) throw new Refusal('same-source-twice', importTexts.givenTwice);
}

async function refuseOlder(
  { parts, options }: Run,
  extraction: Extraction,
  editions: readonly OpenedEdition[],
): Promise<void> {
  if (options.force === true) return;
  const current = await currentPublications(parts.database.db);
  const isDated = new Set(
    extraction.texts.filter(({ publishedAt }) => publishedAt !== undefined).map(({ header }) => header.kind),
  );
  for (const { source, publishedAt } of editions) {
    const inForce = current.get(source);
    if (inForce !== undefined && isDated.has(source) && publishedAt < inForce) {
      throw new Refusal('older-edition', importTexts.olderEdition);
    }
  }
}

async function stage(run: Run, extraction: Extraction, editions: readonly OpenedEdition[]): Promise<readonly Tally[]> {
  const { parts, client, options, progress } = run;
  const writer = new StagedWriter(client);
  const tallies: Tally[] = [];
  for (const text of extraction.texts) {
    const source = text.header.kind;
    const tally = await readText({
      header: text.header,
      chunks: text.open(),
      writer,
      onBytes: (bytes, rows) => progress.tell({ stage: 'reading', source, bytes, totalBytes: text.bytes, rows }),
      signal: options.signal,
    });
    for (const edition of editions) if (edition.source === source) await writeTally(parts.database.db, edition, tally);
    if (usableRows(tally) === 0) throw new Refusal('no-usable-row', importTexts.noUsableRow);
    tallies.push(tally);
  }
  return tallies;
}

/** Personal mailboxes without a structure are odd and stay. */
function usableRows({ rows, oddRows, reasons }: Tally): number {
  return rows - oddRows + (reasons.get('no-structure') ?? 0);
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

async function noteFault(parts: ImportParts, editions: readonly OpenedEdition[], fault: unknown): Promise<void> {
  const isRefused = fault instanceof Refusal;
  const reason = isRefused || fault instanceof Temporary ? fault.code : 'fault';
  parts.log.warn('directory.import-failed', { reason });
  const end = { state: isRefused ? 'refused' : 'failed', reason, at: parts.clock.now() } as const;
  // When the database is away, the next import says so in our place.
  await endEditions(parts.database.db, editions, end).catch(() => undefined);
}

export async function checkFile(
  parts: SourceParts,
  source: string,
  options: Pick<ImportOptions, 'onProgress' | 'signal'>,
): Promise<readonly FileExamination[]> {
  const progress = new Progress(options);
  const extraction = await openExtraction(parts, source, progress.opening());
  try {
    const found: FileExamination[] = [];
    for (const text of extraction.texts) {
      const kind: EditionSource = text.header.kind;
      const tally = await readText({
        header: text.header,
        chunks: text.open(),
        writer: noWriter,
        onBytes: (bytes, rows) =>
          progress.tell({ stage: 'reading', source: kind, bytes, totalBytes: text.bytes, rows }),
        signal: options.signal,
      });
      const { rows, oddRows, reasons, listed } = tally;
      found.push({
        source: kind,
        fileName: text.fileName,
        publishedAt: text.publishedAt ?? null,
        rows,
        oddRows,
        reasons,
        listed,
      });
    }
    return found;
  } finally {
    await extraction.close();
  }
}

/** Tells of progress some times a second at most. */
class Progress {
  readonly #onProgress: ((progress: ImportProgress) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  #nextMs = 0;

  constructor({ onProgress, signal }: Pick<ImportOptions, 'onProgress' | 'signal'>) {
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  tell(progress: ImportProgress, isStage = false): void {
    if (this.#onProgress === undefined || (!isStage && performance.now() < this.#nextMs)) return;
    this.#nextMs = performance.now() + directoryImportLimits.progressMs;
    this.#onProgress(progress);
  }

  opening(): { onBytes: (bytes: number, totalBytes: number | null) => void; signal: AbortSignal | undefined } {
    return {
      onBytes: (bytes, totalBytes) => this.tell({ stage: 'downloading', source: null, bytes, totalBytes, rows: 0 }),
      signal: this.#signal,
    };
  }
}
