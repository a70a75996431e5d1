/**
 * The switch: what is staged becomes what is read, within the transaction of the caller. Nothing of it is seen before the commit.
 *
 * Persons and organizations have no text of their own. Who has an activity is as the activities say it; who has only mailboxes is as these
 * say it; who has neither goes. So both extractions may come in any order, alone or together.
 */
import { type RawBuilder, sql } from 'kysely';
import { present } from '../../../base/assert.ts';
import type { Transaction } from '../../../platform/db/db.ts';
import type { EditionSource } from '../directory.ts';
import { mergeMailboxes } from './merge-mailboxes.ts';
import {
  type ChangeNote,
  deleteGone,
  insertNew,
  type MergeContext,
  type MergeCounts,
  mergeSet,
  type StagedSet,
  updateChanged,
} from './merge-statements.ts';
import { leftActivity, renamedOrganization, renamedPerson, touch } from './touch.ts';

export interface MergedEdition {
  readonly editionId: number;
  /** False for the first edition of its source. */
  readonly hasEarlier: boolean;
}

export type MergedEditions = ReadonlyMap<EditionSource, MergedEdition>;

const personColumns = ['identifier_type', 'civility', 'title', 'family', 'given', 'family_key', 'given_key', 'digest'];

const activities: StagedSet = {
  table: 'directory.activity',
  key: 'key',
  noted: 'number',
  touches: { deleted: leftActivity },
  columns: [
    'idnps',
    'organization_id',
    'profession_code',
    'category_code',
    'skill_type',
    'skill_code',
    'mode_code',
    'sector_code',
    'section_code',
    'role_code',
    'genre_code',
    'authority',
    'digest',
  ],
  staged: 'directory.staged_activity',
};

const organizations: StagedSet = {
  table: 'directory.organization',
  key: 'organization_id',
  touches: { changed: renamedOrganization },
  columns: [
    'finess',
    'finess_legal',
    'siret',
    'siren',
    'name',
    'sign',
    'name_key',
    'lines',
    'postcode',
    'commune_code',
    'town',
    'department',
    'country',
    'phone',
    'phone2',
    'fax',
    'email',
    'sector_code',
    'digest',
  ],
  staged: 'directory.staged_organization',
};

const persons = {
  table: 'directory.practitioner',
  key: 'idnps',
  columns: personColumns,
  touches: { changed: renamedPerson },
} as const;
const toldByActivities: StagedSet = {
  ...persons,
  staged: "(select * from directory.staged_person where source = 'activities')",
};
const toldByMailboxes: StagedSet = {
  ...persons,
  staged: `(select p.* from directory.staged_person p where p.source = 'mailboxes'
    and not exists (select from directory.activity a where a.idnps = p.idnps))`,
};

/** Writes everything but the index and the states of the editions. */
export async function merge(
  tx: Transaction,
  editions: MergedEditions,
  at: Date,
): Promise<ReadonlyMap<EditionSource, MergeCounts>> {
  const context = { tx, at };
  const counts = new Map<EditionSource, MergeCounts>();
  const noteOf = (source: EditionSource, subject: ChangeNote['subject']): ChangeNote | undefined => {
    const edition = editions.get(source);
    return edition?.hasEarlier === true ? { editionId: edition.editionId, subject } : undefined;
  };
  if (editions.has('activities')) {
    for (const [set, subject] of [
      [organizations, 'organization'],
      [toldByActivities, 'practitioner'],
    ] as const) {
      await updateChanged(context, set, noteOf('activities', subject));
      await insertNew(context, set, noteOf('activities', subject));
    }
    counts.set('activities', await mergeSet(context, activities, noteOf('activities', 'activity')));
  }
  const mailboxes = await mergeMailboxes(context, editions.has('mailboxes'), (subject) => noteOf('mailboxes', subject));
  if (mailboxes !== undefined) {
    await updateChanged(context, toldByMailboxes, noteOf('mailboxes', 'practitioner'));
    await insertNew(context, toldByMailboxes, noteOf('mailboxes', 'practitioner'));
    counts.set('mailboxes', mailboxes);
  }
  const deletingSource = editions.has('activities') ? 'activities' : 'mailboxes';
  await deleteForsaken(context, (subject) => noteOf(deletingSource, subject));
  if (editions.has('skills')) counts.set('skills', await mergeKeys(context, 'skill', skillKey));
  if (editions.has('diplomas')) counts.set('diplomas', await mergeKeys(context, 'diploma', diplomaKey));
  await touch(tx, at);
  return counts;
}

async function deleteForsaken(
  context: MergeContext,
  noteOf: (subject: ChangeNote['subject']) => ChangeNote | undefined,
): Promise<void> {
  for (const [set, subject] of [
    [persons, 'practitioner'],
    [organizations, 'organization'],
  ] as const) {
    const key = sql.raw(set.key);
    const isForsaken = sql`not exists (select from directory.activity a where a.${key} = t.${key})
      and not exists (select from directory.mailbox m where m.${key} = t.${key})`;
    await deleteGone(context, set, isForsaken, noteOf(subject));
  }
}

const skillKey = 'idnps, profession_code, skill_type, skill_code';
const diplomaKey = 'idnps, diploma_type, diploma_code, authorization_type, discipline_code';

/** Rows that are their own key: there is nothing to change in them. */
async function mergeKeys(context: MergeContext, name: 'skill' | 'diploma', key: string): Promise<MergeCounts> {
  const table = sql.raw(`directory.${name}`);
  const staged = sql.raw(`directory.staged_${name}`);
  const columns = sql.raw(key);
  const deleted = await countTouching(
    context,
    sql`delete from ${table} t where not exists (select from ${staged} s where ${sameKey('s', 't', key)}) returning t.idnps`,
  );
  const created = await countTouching(
    context,
    sql`insert into ${table} (${columns}) select ${columns} from ${staged} s
      where not exists (select from ${table} t where ${sameKey('s', 't', key)}) returning idnps`,
  );
  return { created, changed: 0, deleted };
}

async function countTouching({ tx, at }: MergeContext, statement: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ count: number }>`with done as (${statement}),
    touched as (insert into directory.staged_touch (why, idnps)
      select 'skill', p.idnps from directory.practitioner p where p.updated_at < ${at} and p.idnps in (select idnps from done))
    select count(*) as count from done`.execute(tx);
  return present(rows[0], 'a count has a row').count;
}

function sameKey(one: string, other: string, key: string) {
  return sql.raw(
    key
      .split(', ')
      .map((column) => `${one}.${column} = ${other}.${column}`)
      .join(' and '),
  );
}
