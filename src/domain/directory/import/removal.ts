/** How much an edition would take away, counted before anything is written: half a file must not empty the directory. */
import { sql } from 'kysely';
import { present } from '../../../base/assert.ts';
import { Refusal } from '../../../base/errors.ts';
import type { Transaction } from '../../../platform/db/db.ts';
import type { EditionSource } from '../directory.ts';
import { importTexts } from './texts.ts';

const goneFrom: Readonly<Record<EditionSource, { readonly table: string; readonly isGone: string }>> = {
  activities: {
    table: 'directory.activity',
    isGone: 'not exists (select from directory.staged_activity s where s.key = t.key)',
  },
  mailboxes: {
    table: 'directory.mailbox',
    isGone: 'not exists (select from directory.staged_mailbox s where s.address = t.address)',
  },
  skills: {
    table: 'directory.skill',
    isGone: `not exists (select from directory.staged_skill s where s.idnps = t.idnps and s.profession_code = t.profession_code
      and s.skill_type = t.skill_type and s.skill_code = t.skill_code)`,
  },
  diplomas: {
    table: 'directory.diploma',
    isGone: `not exists (select from directory.staged_diploma s where s.idnps = t.idnps and s.diploma_type = t.diploma_type
      and s.diploma_code = t.diploma_code and s.authorization_type = t.authorization_type and s.discipline_code = t.discipline_code)`,
  },
};

/** Throws `Refusal` `would-remove-too-much` when a larger share than `maxShare` (0 to 1) of what a source tells would go. */
export async function refuseRemovals(
  tx: Transaction,
  sources: readonly EditionSource[],
  maxShare: number,
): Promise<void> {
  for (const source of sources) await refuseShare(tx, goneFrom[source], maxShare);
}

export function tellsOfPersons(source: EditionSource): boolean {
  return source === 'activities' || source === 'mailboxes';
}

/** As `refuseRemovals`, of persons; `sources` are all that will be merged. */
export async function refusePersonRemovals(
  tx: Transaction,
  sources: readonly EditionSource[],
  maxShare: number,
): Promise<void> {
  await refuseShare(tx, { table: 'directory.practitioner', isGone: isPersonGone(sources) }, maxShare);
}

/** Nobody tells of the person any more: neither what is staged, nor what stays as it is. */
function isPersonGone(sources: readonly EditionSource[]): string {
  const staying = [
    'directory.staged_person',
    ...(sources.includes('activities') ? [] : ['directory.activity']),
    ...(sources.includes('mailboxes') ? [] : ['directory.mailbox']),
  ];
  return staying.map((table) => `not exists (select from ${table} s where s.idnps = t.idnps)`).join(' and ');
}

async function refuseShare(
  tx: Transaction,
  { table, isGone }: { readonly table: string; readonly isGone: string },
  maxShare: number,
): Promise<void> {
  const { rows } = await sql<{ total: number; gone: number }>`select (select count(*) from ${sql.raw(table)}) as total,
    (select count(*) from ${sql.raw(table)} t where ${sql.raw(isGone)}) as gone`.execute(tx);
  const { total, gone } = present(rows[0], 'a count has a row');
  if (gone > total * maxShare) throw new Refusal('would-remove-too-much', importTexts.wouldRemoveTooMuch(gone, total));
}
