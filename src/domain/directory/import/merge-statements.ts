/** One staged set of rows brought into its table: what is new is inserted, what has another digest updated, what is gone deleted. */
import { type RawBuilder, sql } from 'kysely';
import { present } from '../../../base/assert.ts';
import type { Transaction } from '../../../platform/db/db.ts';
import type { DirectoryChange } from '../directory.ts';
import type { TouchNote } from './touch.ts';

export interface MergeContext {
  readonly tx: Transaction;
  readonly at: Date;
}

/** Where changes are written down; undefined for the first edition of a source, when everything is new. */
export interface ChangeNote {
  readonly editionId: number;
  readonly subject: DirectoryChange['subject'];
}

/** Of the program, never from outside: they stand in the statements as they are. */
export interface StagedSet {
  readonly table: string;
  readonly key: string;
  /** Of changes, when it is not the key of the merge. */
  readonly noted?: string;
  /** Beside the key. */
  readonly columns: readonly string[];
  /** What the rows that change or go are noted by, for those that are told with them. */
  readonly touches?: { readonly changed?: TouchNote; readonly deleted?: TouchNote };
  /** A table or a subquery with the key, the columns and the digest. */
  readonly staged: string;
}

type NamedSet = Pick<StagedSet, 'table' | 'key' | 'noted' | 'touches'>;

export interface MergeCounts {
  readonly created: number;
  readonly changed: number;
  readonly deleted: number;
}

export async function insertNew({ tx, at }: MergeContext, set: StagedSet, note?: ChangeNote): Promise<number> {
  const columns = [set.key, ...set.columns];
  return write(
    tx,
    sql`insert into ${sql.raw(set.table)} (${sql.raw(columns.join(', '))}, updated_at)
      select ${sql.raw(columns.map((name) => `s.${name}`).join(', '))}, ${at} from ${sql.raw(set.staged)} s
      where not exists (select from ${sql.raw(set.table)} t where t.${sql.raw(set.key)} = s.${sql.raw(set.key)})`,
    { set, kind: 'created', note },
  );
}

export async function updateChanged({ tx, at }: MergeContext, set: StagedSet, note?: ChangeNote): Promise<number> {
  return write(
    tx,
    sql`update ${sql.raw(set.table)} t set ${sql.raw(set.columns.map((name) => `${name} = s.${name}`).join(', '))}, updated_at = ${at}
      from ${sql.raw(set.staged)} s where t.${sql.raw(set.key)} = s.${sql.raw(set.key)} and t.digest <> s.digest`,
    { set, kind: 'changed', note },
  );
}

export async function deleteGone(
  { tx }: MergeContext,
  set: NamedSet,
  isGone: RawBuilder<unknown>,
  note?: ChangeNote,
): Promise<number> {
  return write(tx, sql`delete from ${sql.raw(set.table)} t where ${isGone}`, { set, kind: 'deleted', note });
}

/** The whole of it. */
export async function mergeSet(context: MergeContext, set: StagedSet, note?: ChangeNote): Promise<MergeCounts> {
  const gone = sql`not exists (select from ${sql.raw(set.staged)} s where s.${sql.raw(set.key)} = t.${sql.raw(set.key)})`;
  const deleted = await deleteGone(context, set, gone, note);
  const changed = await updateChanged(context, set, note);
  const created = await insertNew(context, set, note);
  return { created, changed, deleted };
}

async function write(
  tx: Transaction,
  statement: RawBuilder<unknown>,
  {
    set,
    kind,
    note,
  }: {
    readonly set: NamedSet;
    readonly kind: DirectoryChange['kind'];
    readonly note: ChangeNote | undefined;
  },
): Promise<number> {
  const touched = kind === 'created' ? undefined : set.touches?.[kind];
  if (note === undefined && touched === undefined) return Number((await statement.execute(tx)).numAffectedRows ?? 0);
  const key = set.noted ?? set.key;
  const returned = kind === 'created' ? sql.raw(key) : sql.raw(`t.${key}`);
  const why = touched ?? nothing;
  // Something may be deleted and come back within one switch, under two sources: the first note stays.
  const { rows } = await sql<{
    count: number;
  }>`with done as (${statement} returning ${returned}::text as key, ${sql.raw(why.why)} as why,
      ${sql.raw(why.idnps)} as idnps, ${sql.raw(why.organization)} as organization_id),
    noted as (insert into directory.change (edition_id, subject, key, kind)
      select ${note?.editionId ?? null}::bigint, ${note?.subject ?? null}::text, key, ${kind}::text from done
       where ${note !== undefined} on conflict do nothing),
    touched as (insert into directory.staged_touch (why, idnps, organization_id)
      select why, idnps, organization_id from done where why is not null)
    select count(*) as count from done`.execute(tx);
  return present(rows[0], 'a count has a row').count;
}

const nothing: TouchNote = { why: 'null::text', idnps: 'null::text', organization: 'null::text' };
