/** Mailboxes, and the organizations that are known by their mailboxes alone. */
import { sql } from 'kysely';
import {
  type ChangeNote,
  insertNew,
  type MergeContext,
  type MergeCounts,
  mergeSet,
  type StagedSet,
  updateChanged,
} from './merge-statements.ts';
import { leftMailbox, renamedOrganization } from './touch.ts';

const structureColumns = ['name', 'sign', 'name_key', 'lines', 'postcode', 'town', 'department', 'country', 'digest'];
const structureOfMailbox = `coalesce(m.name, m.sign, '') as name, m.sign, m.name_key, m.lines, m.postcode, m.town, m.department, m.country,
  m.structure_digest as digest`;

/** Structures that no organization stands for yet: the first mailbox of each tells what it is. */
const newStructures: StagedSet = {
  table: 'directory.organization',
  key: 'organization_id',
  columns: ['finess', 'siret', ...structureColumns],
  staged: `(select distinct on (m.structure_type, m.structure_id) lower(m.structure_type) || '-' || m.structure_id as organization_id,
      case m.structure_type when 'FINESS' then m.structure_id end as finess,
      case m.structure_type when 'SIRET' then m.structure_id end as siret, ${structureOfMailbox}
    from directory.staged_mailbox m
    where m.structure_type in ('FINESS', 'SIRET') and not exists (
      select from directory.structure_organization o where o.structure_type = m.structure_type and o.structure_id = m.structure_id)
    order by m.structure_type, m.structure_id, m.line)`,
};

const knownStructures: StagedSet = {
  table: 'directory.organization',
  key: 'organization_id',
  touches: { changed: renamedOrganization },
  columns: structureColumns,
  staged: `(select distinct on (o.organization_id) o.organization_id, ${structureOfMailbox}
    from directory.staged_mailbox m join directory.structure_organization o using (structure_type, structure_id)
    where not exists (select from directory.activity a where a.organization_id = o.organization_id)
    order by o.organization_id, m.line)`,
};

const mailboxes: StagedSet = {
  table: 'directory.mailbox',
  key: 'address',
  touches: { changed: leftMailbox, deleted: leftMailbox },
  columns: [
    'type',
    'idnps',
    'structure_type',
    'structure_id',
    'organization_id',
    'service',
    'profession_code',
    'category_code',
    'skill_code',
    'is_paperless',
    'name',
    'sign',
    'lines',
    'postcode',
    'town',
    'department',
    'country',
    'digest',
  ],
  staged: `(select m.*, o.organization_id from directory.staged_mailbox m
    left join directory.structure_organization o using (structure_type, structure_id))`,
};

/** Without staged mailboxes, those that are there still follow the organizations that the activities brought or took. */
export async function mergeMailboxes(
  context: MergeContext,
  isStaged: boolean,
  noteOf: (subject: ChangeNote['subject']) => ChangeNote | undefined,
): Promise<MergeCounts | undefined> {
  let counts: MergeCounts | undefined;
  if (isStaged) {
    await updateChanged(context, knownStructures, noteOf('organization'));
    await insertNew(context, newStructures, noteOf('organization'));
    counts = await mergeSet(context, mailboxes, noteOf('mailbox'));
  }
  await sql`with moved as (update directory.mailbox t set organization_id = o.organization_id, updated_at = ${context.at}
      from directory.structure_organization o
      where o.structure_type = t.structure_type and o.structure_id = t.structure_id
        and t.organization_id is distinct from o.organization_id returning ${sql.raw(`${leftMailbox.why} as why`)},
        ${sql.raw(`${leftMailbox.idnps} as idnps`)}, ${sql.raw(`${leftMailbox.organization} as organization_id`)})
    insert into directory.staged_touch (why, idnps, organization_id) select why, idnps, organization_id from moved`.execute(
    context.tx,
  );
  return counts;
}
