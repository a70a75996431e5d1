/** What a push tells: the states of all that a person may read now, by account, by type. */
import type { Access, PersonRef, PushStates } from '../../../domain/access/access.ts';
import { readCounts } from '../../../domain/mail/mail.ts';
import type { Db } from '../../../platform/db/db.ts';
import { canDo } from './session.ts';
import { statesOf } from './states.ts';

export async function readableStates(
  { access, db }: { readonly access: Pick<Access, 'accountsOf'>; readonly db: Db },
  person: PersonRef,
  at: Date,
): Promise<PushStates> {
  const held = await access.accountsOf(db, person, at);
  const readable = held.filter(({ rights }) => canDo(rights, 'read')).map(({ account }) => account);
  const counts = await readCounts(db, readable);
  return Object.fromEntries(counts.map((count) => [count.accountId, statesOf(count)]));
}
