/**
 * The import of an extraction, from the file to the switch.
 *
 *   opened -> unchanged
 *   opened -> importing (rows staged by COPY, nothing else touched) -> current, in one transaction with the index of the search
 *                                                                  -> refused | failed: the edition before stays as it was
 *
 * Killed at any point, it leaves the edition before it; the next import marks what it left as failed and empties the staged tables.
 */

import { sql } from 'kysely';
import type pg from 'pg';
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
import { refuseRemovals } from './removal.ts';
import { analyzeStagedTables, emptyStagedTables, noWriter, StagedWriter } from './staged-tables.ts';
import { importTexts } from './texts.ts';

export interface ImportParts extends SourceParts {
  readonly database: Pick<Database, 'db' | 'pool'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The share of the entries, 0 to 1, that may go from one edition to the next. */
  readonly maxRemovedShare: number;
}

export async function importFile(parts: ImportParts, source: string, options: ImportOptions): Promise<ImportOutcome> {
  const { db, pool } = parts.database;
  const progress = new Progress(options);
  return holdingImportLock(pool, async (client) => {
    await failAbandoned(db, parts.clock.now());
    const extraction = await openExtraction(parts, source, progress.opening());
    try {
      const sha256 = await extraction.sha256(options.signal);
      const sources = extraction.texts.map(({ header }) => header.kind);
      const same = options.force === true ? undefined : await findSame(db, sources, sha256);
      if (same !== undefined) return { kind: 'unchanged', editions: await findEditions(db, same) };
      const run = { parts, client, extraction, options, progress };
      const editions = await importOpened(run, sha256);
      return {
        kind: 'imported',
        editions: await findEditions(
          db,
          editions.map(({ editionId }) => editionId),
        ),
      };
    } finally {
      await extraction.close();
    }
  });
}

interface Run {
  readonly parts: ImportParts;
  readonly client: pg.PoolClient;
  readonly extraction: Extraction;
  readonly options: ImportOptions;
  readonly progress: Progress;
}

async function importOpened(run: Run, sha256: Buffer): Promise<readonly OpenedEdition[]> {
  const { parts, client, extraction } = run;
  const { db } = parts.database;
  const editions = await beginEditions(db, extraction.texts, { sha256, at: parts.clock.now() });
  try {
    await refuseOlder(run, editions);
    await emptyStagedTables(client);
    const tallies = await stage(run, editions);
    await analyzeStagedTables(client);
    await switchOver(run, editions, tallies);
    parts.log.info('directory.imported', { editions: editions.map(({ editionId }) => editionId).join(' ') });
    return editions;
  } catch (fault) {
    await noteFault(parts, editions, fault);
    throw fault;
  } finally {
    // Lost with the connection or left by a kill, they are emptied by the next import.
    await emptyStagedTables(client).catch(() => undefined);
  }
}

async function refuseOlder({ parts, extraction, options }: Run, editions: readonly OpenedEdition[]): Promise<void> {
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

async function stage(run: Run, editions: readonly OpenedEdition[]): Promise<readonly Tally[]> {
  const { parts, client, extraction, options, progress } = run;
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

async function switchOver(run: Run, editions: readonly OpenedEdition[], tallies: readonly Tally[]): Promise<void> {
  const { parts, options, progress } = run;
  const sources = editions.map(({ source }) => source);
  const rows = tallies.reduce((sum, tally) => sum + tally.rows, 0);
  await transaction(parts.database.db, async (tx) => {
    const at = parts.clock.now();
    // Tables that were empty a moment ago mislead the planner, and rows by the million are never met one by one: no nested loops.
    await sql`select set_config('enable_nestloop', 'off', true), set_config('statement_timeout', ${String(directoryImportLimits.statementMs)}, true),
      set_config('idle_in_transaction_session_timeout', ${String(directoryImportLimits.statementMs)}, true),
      set_config('work_mem', '64MB', true), set_config('cursor_tuple_fraction', '1', true)`.execute(tx);
    await lockImporting(tx, editions);
    progress.tell({ stage: 'merging', source: null, bytes: 0, totalBytes: null, rows }, true);
    if (options.force !== true) await refuseRemovals(tx, sources, parts.maxRemovedShare);
    const seen = await sourcesSeen(tx);
    const merged = new Map(
      editions.map(({ source, editionId }) => [source, { editionId, hasEarlier: seen.has(source) }]),
    );
    await writeLabels(tx, tallies);
    const counts = await merge(tx, merged, at);
    for (const edition of editions) if (edition.source === 'mailboxes') await forgetLive(tx, edition.publishedAt);
    await analyzeTables(tx);
    progress.tell({ stage: 'indexing', source: null, bytes: 0, totalBytes: null, rows }, true);
    options.signal?.throwIfAborted();
    await writeIndex(tx, Math.max(...editions.map(({ editionId }) => editionId)));
    await putInForce(tx, editions, counts, parts.clock.now());
    await pruneChanges(tx, at);
    await sql`select pg_notify(${editionChannel}, '')`.execute(tx);
  });
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
