/** Which mailboxes stand on which resource, as SQL: over `m`, a row of `directory.mailbox`. */
import { type RawBuilder, sql } from 'kysely';

/** Not one that must stay out of everything that is shown. */
export const isShown: RawBuilder<boolean> = sql`not directory.is_hidden(m.address)`;

/** A person's, in a structure where the person has a situation. */
const hasSituation: RawBuilder<boolean> = sql`exists (
  select from directory.activity placed where placed.idnps = m.idnps and placed.organization_id = m.organization_id)`;

const isOfPerson: RawBuilder<boolean> = sql`m.idnps is not null and m.type in ('PER', 'CAB')`;

export const standsOnPractitioner: RawBuilder<boolean> = sql`${isOfPerson} and (m.type = 'CAB' or not ${hasSituation})`;
export const standsOnRole: RawBuilder<boolean> = sql`m.idnps is not null and m.type = 'PER'`;
export const standsOnOrganization: RawBuilder<boolean> = sql`m.organization_id is not null and not (${isOfPerson})`;
