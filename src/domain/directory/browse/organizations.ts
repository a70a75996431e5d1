/** Structures with their mailboxes. */
import { sql } from 'kysely';
import type { MailboxFacts, OrganizationFacts } from '../../../formats/fhir/directory-facts.ts';
import type { Transaction } from '../../../platform/db/db.ts';
import { groupBy } from './grouped.ts';
import { readLabels } from './labels.ts';
import { isShown, standsOnOrganization } from './mailbox-places.ts';

type OrganizationRow = {
  organization_id: string;
  finess: string | null;
  finess_legal: string | null;
  siret: string | null;
  siren: string | null;
  name: string;
  sign: string | null;
  lines: string[];
  postcode: string | null;
  commune_code: string | null;
  town: string | null;
  country: string | null;
  phone: string | null;
  phone2: string | null;
  fax: string | null;
  email: string | null;
  sector_code: string | null;
  updated_at: Date;
};

export async function readOrganizations(
  tx: Transaction,
  keys: readonly string[],
): Promise<readonly ({ type: 'Organization' } & OrganizationFacts)[]> {
  const { rows } = await sql<OrganizationRow>`
    select organization_id, finess, finess_legal, siret, siren, name, sign, lines, postcode, commune_code, town, country,
           phone, phone2, fax, sector_code, updated_at,
           -- What a structure gives as its plain e-mail address may be its mailbox, and on the red list.
           case when not directory.is_hidden(lower(email)) then email end as email
      from directory.organization where organization_id = any(${keys})`.execute(tx);
  const { rows: mailboxes } = await sql<MailboxFacts & { organization_id: string }>`
    select m.organization_id, m.address, m.type, m.service from directory.mailbox m
     where m.organization_id = any(${keys}) and ${standsOnOrganization} and ${isShown} order by m.address`.execute(tx);
  const labels = await readLabels(
    tx,
    rows.flatMap(({ sector_code, country }) => [['sector', sector_code] as const, ['country', country] as const]),
  );
  const mailboxesOf = groupBy(mailboxes, ({ organization_id }) => organization_id);
  return rows.map((row) => {
    const country = labels.codedOrNull('country', row.country);
    return {
      type: 'Organization',
      organizationId: row.organization_id,
      finess: row.finess,
      finessLegal: row.finess_legal,
      siret: row.siret,
      siren: row.siren,
      name: row.name,
      sign: row.sign,
      lines: row.lines,
      postcode: row.postcode,
      communeCode: row.commune_code,
      town: row.town,
      country: country?.label ?? row.country,
      phones: [row.phone, row.phone2].filter((phone) => phone !== null),
      fax: row.fax,
      email: row.email,
      sector: labels.codedOrNull('sector', row.sector_code),
      updatedAt: row.updated_at,
      mailboxes: mailboxesOf.get(row.organization_id) ?? [],
    };
  });
}
