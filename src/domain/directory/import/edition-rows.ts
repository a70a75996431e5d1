/** The rows of editions, from `importing` to their end. */
import { sql } from 'kysely';
import { assert } from '../../../base/assert.ts';
import { directoryImportLimits } from '../../../base/domain-limits.ts';
import type { Db, Transaction } from '../../../platform/db/db.ts';
import type { Edition, EditionSource } from '../directory.ts';
import type { EditionTables } from '../tables.ts';
import type { ExtractionText } from './extraction.ts';
import type { MergeCounts } from './merge-statements.ts';
import type { Tally } from './read-text.ts';

export interface OpenedEdition {
  readonly editionId: number;
  readonly source: EditionSource;
  readonly publishedAt: Date;
}

/** Who held the lock before us and left an edition unfinished has died. */
export async function failAbandoned(db: Db, at: Date): Promise<void> {
  await db
    .withTables<EditionTables>()
    .updateTable('directory.edition')
    .set({ state: 'failed', reason: 'interrupted', finished_at: at })
    .where('state', '=', 'importing')
    .execute();
}

/** The current editions of these sources, when all of them came of this very file. */
export async function findSame(
  db: Db,
  sources: readonly EditionSource[],
  sha256: Buffer,
): Promise<readonly number[] | undefined> {
  const rows = await db
    .withTables<EditionTables>()
    .selectFrom('directory.edition')
    .select('edition_id')
    .where('state', '=', 'current')
    .where('source', 'in', [...sources])
    .where('sha256', '=', sha256)
    .execute();
  return rows.length === sources.length ? rows.map((row) => row.edition_id) : undefined;
}

export async function beginEditions(
  db: Db,
  texts: readonly ExtractionText[],
  { sha256, at }: { readonly sha256: Buffer; readonly at: Date },
): Promise<readonly OpenedEdition[]> {
  const rows = await db
    .withTables<EditionTables>()
    .insertInto('directory.edition')
    .values(
      texts.map((text) => ({
        source: text.header.kind,
        state: 'importing' as const,
        published_at: believable(text.publishedAt, at),
        started_at: at,
        finished_at: null,
        file_name: text.fileName,
        sha256,
        reason: null,
      })),
    )
    .returning(['edition_id as editionId', 'source', 'published_at as publishedAt'])
    .execute();
  return rows;
}

/** A name that tells an instant to come is wrong: in force, it would refuse every edition after it as older, and show hidden addresses again. */
function believable(told: Date | undefined, at: Date): Date {
  return told === undefined || told > at ? at : told;
}

export async function endEditions(
  db: Db,
  editions: readonly OpenedEdition[],
  end: { readonly state: 'refused' | 'failed'; readonly reason: string; readonly at: Date },
): Promise<void> {
  await db
    .withTables<EditionTables>()
    .updateTable('directory.edition')
    .set({ state: end.state, reason: end.reason, finished_at: end.at })
    .where(
      'edition_id',
      'in',
      editions.map(({ editionId }) => editionId),
    )
    .where('state', '=', 'importing')
    .execute();
}

/** What reading found, also for an edition that is refused afterwards. */
export async function writeTally(db: Db, { editionId }: OpenedEdition, tally: Tally): Promise<void> {
  const tables = db.withTables<EditionTables>();
  await tables
    .updateTable('directory.edition')
    .set({ rows: tally.rows, odd_rows: tally.oddRows })
    .where('edition_id', '=', editionId)
    .execute();
  const lines = tally.listed.map(({ line }) => line);
  const reasons = tally.listed.map(({ reason }) => reason);
  await sql`insert into directory.odd_row (edition_id, line, reason)
    select ${editionId}, * from unnest(${lines}::int[], ${reasons}::text[])`.execute(db);
}

/** Holds the rows until the switch: an import that lost its lock finds them failed by the next one. */
export async function lockImporting(tx: Transaction, editions: readonly OpenedEdition[]): Promise<void> {
  const rows = await tx
    .withTables<EditionTables>()
    .selectFrom('directory.edition')
    .select('state')
    .where(
      'edition_id',
      'in',
      editions.map(({ editionId }) => editionId),
    )
    .forUpdate()
    .execute();
  assert(
    rows.length === editions.length && rows.every(({ state }) => state === 'importing'),
    'an import lost its lock',
  );
}

/** Of the sources, those that had an edition before. */
export async function sourcesSeen(tx: Transaction): Promise<ReadonlySet<EditionSource>> {
  const rows = await tx
    .withTables<EditionTables>()
    .selectFrom('directory.edition')
    .select('source')
    .distinct()
    .where('state', 'in', ['current', 'superseded'])
    .execute();
  return new Set(rows.map(({ source }) => source));
}

export async function putInForce(
  tx: Transaction,
  editions: readonly OpenedEdition[],
  counts: ReadonlyMap<EditionSource, MergeCounts>,
  at: Date,
): Promise<void> {
  const table = tx.withTables<EditionTables>();
  for (const { editionId, source } of editions) {
    await table
      .updateTable('directory.edition')
      .set({ state: 'superseded' })
      .where('source', '=', source)
      .where('state', '=', 'current')
      .execute();
    await table
      .updateTable('directory.edition')
      .set({ state: 'current', finished_at: at, ...counts.get(source) })
      .where('edition_id', '=', editionId)
      .execute();
  }
}

/** Old changes go, but for addresses that left: whoever writes to one next year is still told so. */
export async function pruneChanges(tx: Transaction, at: Date): Promise<void> {
  const before = new Date(at.getTime() - directoryImportLimits.changesKeptDays * 86_400_000);
  const old = sql`(select edition_id from directory.edition where started_at < ${before} and state <> 'current')`;
  await sql`delete from directory.change where edition_id in ${old} and not (subject = 'mailbox' and kind = 'deleted')`.execute(
    tx,
  );
  await sql`delete from directory.odd_row where edition_id in ${old}`.execute(tx);
}

/** The state of the edition in force of each source. */
export async function currentPublications(db: Db): Promise<ReadonlyMap<EditionSource, Edition['publishedAt']>> {
  const rows = await db
    .withTables<EditionTables>()
    .selectFrom('directory.edition')
    .select(['source', 'published_at'])
    .where('state', '=', 'current')
    .execute();
  return new Map(rows.map((row) => [row.source, row.published_at]));
}
