/** One source of an import: opened, compared with what is in force, its rows staged. */
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Database } from '../../../platform/db/db.ts';
import type { ImportOptions, ImportOutcome } from '../directory.ts';
import { findEditions } from '../editions.ts';
import {
  beginEditions,
  currentPublications,
  endEditions,
  findSame,
  type OpenedEdition,
  writeTally,
} from './edition-rows.ts';
import { type Extraction, openExtraction, type SourceParts } from './extraction.ts';
import type { Progress } from './progress.ts';
import { readText, type Tally } from './read-text.ts';
import { StagedWriter, unstage } from './staged-tables.ts';
import { importTexts } from './texts.ts';

export interface ImportParts extends SourceParts {
  readonly database: Pick<Database, 'db' | 'pool'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The share of the entries, 0 to 1, that may go from one edition to the next. */
  readonly maxRemovedShare: number;
}

/** A source whose rows are staged. */
export interface StagedSource {
  readonly from: string;
  readonly editions: readonly OpenedEdition[];
  readonly tallies: readonly Tally[];
}

export interface Run {
  readonly parts: ImportParts;
  readonly client: pg.PoolClient;
  readonly options: ImportOptions;
  readonly progress: Progress;
  /** Every edition of this import, whatever became of it. */
  readonly opened: OpenedEdition[];
  readonly staged: StagedSource[];
}

export function idsOf(editions: readonly OpenedEdition[]): readonly number[] {
  return editions.map(({ editionId }) => editionId);
}

/** Stages one source; answers when there is nothing of it to switch to. */
export async function take(run: Run, from: string): Promise<ImportOutcome | undefined> {
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

export function rejected(parts: ImportParts, from: string, fault: Refusal | Temporary): ImportOutcome {
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

export async function noteFault(parts: ImportParts, editions: readonly OpenedEdition[], fault: unknown): Promise<void> {
  const isRefused = fault instanceof Refusal;
  const reason = isRefused || fault instanceof Temporary ? fault.code : 'fault';
  parts.log.warn('directory.import-failed', { reason });
  const end = { state: isRefused ? 'refused' : 'failed', reason, at: parts.clock.now() } as const;
  // When the database is away, the next import says so in our place.
  await endEditions(parts.database.db, editions, end).catch(() => undefined);
}
