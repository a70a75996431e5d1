/**
 * The instant of what programs read: a person, a situation and an organization are told with the mailboxes, know-how and names of other
 * rows, so that what happens to these is news of theirs too.
 *
 * What was created or changed by the merge bears its instant. What left, what moved, and what has no instant of its own is noted on the
 * way in `directory.staged_touch`: `why` is the type of a mailbox, `activity`, `skill` (diplomas too) or `renamed`.
 */
import { sql } from 'kysely';
import { present } from '../../../base/assert.ts';
import type { Transaction } from '../../../platform/db/db.ts';

/** Of the program: SQL over `old` and `new`, the row before and after. `why` is null where there is nothing to note. */
export interface TouchNote {
  readonly why: string;
  readonly idnps: string;
  readonly organization: string;
}

export const leftMailbox: TouchNote = { why: 'old.type', idnps: 'old.idnps', organization: 'old.organization_id' };
export const leftActivity: TouchNote = { why: "'activity'", idnps: 'old.idnps', organization: 'null::text' };
export const renamedPerson: TouchNote = {
  why: "case when (old.family, old.given) is distinct from (new.family, new.given) then 'renamed' end",
  idnps: 'new.idnps',
  organization: 'null::text',
};
export const renamedOrganization: TouchNote = {
  why: "case when old.name <> new.name then 'renamed' end",
  idnps: 'null::text',
  organization: 'new.organization_id',
};

/** Later than every instant of the directory, whatever the clock says: who asks for what is new since an instant misses nothing. */
export async function nextInstant(tx: Transaction, now: Date): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`select greatest(${now}::timestamptz,
    (select max(updated_at) from directory.practitioner) + interval '1 millisecond',
    (select max(updated_at) from directory.activity) + interval '1 millisecond',
    (select max(updated_at) from directory.organization) + interval '1 millisecond') as at`.execute(tx);
  return present(rows[0], 'the greatest of some instants is one').at;
}

/** Run when everything is merged. */
export async function touch(tx: Transaction, at: Date): Promise<void> {
  await touchPersons(tx, at);
  await touchOrganizations(tx, at);
  await touchSituations(tx, at);
}

async function touchPersons(tx: Transaction, at: Date): Promise<void> {
  await sql`update directory.practitioner t set updated_at = ${at} where t.updated_at < ${at} and t.idnps in (
    select idnps from directory.staged_touch where idnps is not null and why <> 'renamed'
    union all select idnps from directory.activity where updated_at = ${at}
    union all select idnps from directory.mailbox where updated_at = ${at} and idnps is not null)`.execute(tx);
}

/** Mailboxes of persons stand on the person or on the situation. */
async function touchOrganizations(tx: Transaction, at: Date): Promise<void> {
  await sql`update directory.organization t set updated_at = ${at} where t.updated_at < ${at} and t.organization_id in (
    select organization_id from directory.staged_touch
     where organization_id is not null and why in ('PER', 'ORG', 'APP', 'CAB') and not (idnps is not null and why in ('PER', 'CAB'))
    union all select organization_id from directory.mailbox
     where updated_at = ${at} and organization_id is not null and not (idnps is not null and type in ('PER', 'CAB')))`.execute(
    tx,
  );
}

/** One statement for each reason: joined by `or`, they would be tried row by row. */
async function touchSituations(tx: Transaction, at: Date): Promise<void> {
  for (const isConcerned of [
    sql`(t.idnps, t.organization_id) in (
      select idnps, organization_id from directory.staged_touch where why = 'PER' and idnps is not null and organization_id is not null
      union all select idnps, organization_id from directory.mailbox
       where updated_at = ${at} and type = 'PER' and idnps is not null and organization_id is not null)`,
    sql`t.idnps in (select idnps from directory.staged_touch where why = 'renamed' and idnps is not null)`,
    sql`t.organization_id in (select organization_id from directory.staged_touch
      where why = 'renamed' and organization_id is not null)`,
  ]) {
    await sql`update directory.activity t set updated_at = ${at} where t.updated_at < ${at} and ${isConcerned}`.execute(
      tx,
    );
  }
}
