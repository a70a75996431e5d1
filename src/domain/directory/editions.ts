/** Editions: which are in force, what they changed, and whether the latest has grown too old. */
import { sql } from 'kysely';
import { directoryImportLimits } from '../../base/domain-limits.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { ChangesPage, DirectoryChange, DirectoryStatus, Edition, OddRow } from './directory.ts';
import type { EditionTables } from './tables.ts';

function editions(db: Db) {
  return db
    .withTables<EditionTables>()
    .selectFrom('directory.edition')
    .select([
      'edition_id as editionId',
      'source',
      'state',
      'published_at as publishedAt',
      'started_at as startedAt',
      'finished_at as finishedAt',
      'file_name as fileName',
      'rows',
      'odd_rows as oddRows',
      'created',
      'changed',
      'deleted',
      'reason',
    ]);
}

export function currentEditions(db: Db): Promise<readonly Edition[]> {
  return editions(db).where('state', '=', 'current').orderBy('source').execute();
}

export function findEditions(db: Db, ids: readonly number[]): Promise<readonly Edition[]> {
  return editions(db)
    .where('edition_id', 'in', [...ids])
    .orderBy('edition_id')
    .execute();
}

export async function readStatus(db: Db): Promise<DirectoryStatus> {
  const latest = await editions(db).orderBy('edition_id', 'desc').limit(directoryImportLimits.latest).execute();
  const { rows } = await sql<{ practitioners: number; mailboxes: number }>`select
    (select count(*) from directory.practitioner) as practitioners, (select count(*) from directory.mailbox) as mailboxes`.execute(
    db,
  );
  const [counts = { practitioners: 0, mailboxes: 0 }] = rows;
  return { current: await currentEditions(db), latest, ...counts };
}

export function listOddRows(db: Db, editionId: number): Promise<readonly OddRow[]> {
  return db
    .withTables<EditionTables>()
    .selectFrom('directory.odd_row')
    .select(['line', 'reason'])
    .where('edition_id', '=', editionId)
    .orderBy('line')
    .limit(directoryImportLimits.oddRows)
    .execute();
}

export async function listChanges(db: Db, { since, after, limit }: ChangesPage): Promise<readonly DirectoryChange[]> {
  const position =
    after === undefined
      ? sql`true`
      : sql`(edition_id, subject, key) > (${after.editionId}, ${after.subject}, ${after.key})`;
  const { rows } = await sql<DirectoryChange>`select edition_id as "editionId", subject, key, kind from directory.change
    where edition_id > ${since} and ${position} order by edition_id, subject, key
    limit ${Math.min(limit, directoryImportLimits.page)}`.execute(db);
  return rows;
}

export async function listDeparted(
  db: Db,
  { since, after, limit }: { readonly since: number; readonly after?: Address; readonly limit: number },
): Promise<readonly Address[]> {
  const { rows } = await sql<{ key: Address }>`select distinct key from directory.change
    where edition_id > ${since} and subject = 'mailbox' and kind = 'deleted' and key > ${after ?? ''}
      and not exists (select from directory.mailbox where address = key)
    order by key limit ${Math.min(limit, directoryImportLimits.page)}`.execute(db);
  return rows.map(({ key }) => key);
}
