/** Situations: who works where, and how. */
import { type RawBuilder, sql } from 'kysely';
import type { MailboxFacts, RoleFacts } from '../../../formats/fhir/directory-facts.ts';
import type { Transaction } from '../../../platform/db/db.ts';
import { groupBy } from './grouped.ts';
import { type LabelList, readLabels } from './labels.ts';
import { isShown, standsOnRole } from './mailbox-places.ts';

type RoleRow = {
  number: number;
  idnps: string;
  practitioner_name: string | null;
  organization_id: string | null;
  organization_name: string | null;
  genre_code: string | null;
  mode_code: string | null;
  role_code: string | null;
  section_code: string | null;
  updated_at: Date;
};

/** Those for which `where` holds over `a`, a row of `directory.activity`; at most `limit`. */
export async function readRoles(
  tx: Transaction,
  where: RawBuilder<boolean>,
  limit: number,
): Promise<readonly ({ type: 'PractitionerRole' } & RoleFacts)[]> {
  const { rows } = await sql<RoleRow>`
    select a.number, a.idnps, nullif(concat_ws(' ', nullif(p.given, ''), nullif(p.family, '')), '') as practitioner_name,
           o.organization_id, o.name as organization_name, a.genre_code, a.mode_code, a.role_code, a.section_code, a.updated_at
      from directory.activity a
      left join directory.practitioner p on p.idnps = a.idnps
      left join directory.organization o on o.organization_id = a.organization_id
     where ${where} order by a.number limit ${limit}`.execute(tx);
  const placed = rows.filter(({ organization_id }) => organization_id !== null);
  const { rows: mailboxes } = await sql<MailboxFacts & { place: string }>`
    select distinct m.idnps || ' ' || m.organization_id as place, m.address, m.type, m.service
      from unnest(${placed.map(({ idnps }) => idnps)}::text[], ${placed.map(({ organization_id }) => organization_id)}::text[])
           as w (idnps, organization_id)
      join directory.mailbox m on m.idnps = w.idnps and m.organization_id = w.organization_id
     where ${standsOnRole} and ${isShown} order by m.address`.execute(tx);
  const labels = await readLabels(tx, codesOf(rows));
  const mailboxesAt = groupBy(mailboxes, ({ place }) => place);
  return rows.map((row) => ({
    type: 'PractitionerRole',
    number: row.number,
    idnps: row.idnps,
    practitionerName: row.practitioner_name,
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    genre: labels.codedOrNull('genre', row.genre_code),
    mode: labels.codedOrNull('mode', row.mode_code),
    role: labels.codedOrNull('role', row.role_code),
    section: labels.codedOrNull('section', row.section_code),
    updatedAt: row.updated_at,
    mailboxes: mailboxesAt.get(`${row.idnps} ${row.organization_id}`) ?? [],
  }));
}

function* codesOf(rows: readonly RoleRow[]): Iterable<readonly [LabelList, string | null]> {
  for (const { genre_code, mode_code, role_code, section_code } of rows) {
    yield ['genre', genre_code];
    yield ['mode', mode_code];
    yield ['role', role_code];
    yield ['section', section_code];
  }
}
