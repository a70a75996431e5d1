import { hash, verify } from '@node-rs/argon2';
import { accessLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { AccessParts, PersonRef, SignIn } from './access.ts';
import { failuresOf, forgiveFailures, noteFailure } from './attempts.ts';
import { findPersonByLogin } from './persons.ts';
import { endSessionsOf } from './sessions.ts';
import type { AccessTables } from './tables.ts';
import { accessTexts } from './texts.ts';

/** Argon2id as RFC 9106 §4 recommends where memory is short: 64 MiB, three passes. */
const cost = { memoryCost: 65_536, timeCost: 3, parallelism: 1 } as const;

/** A well-formed hash of nothing that anybody types: checked when the login is unknown, so that both take as long. */
const nobody = '$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$Q2Nib2R5IGtub3dzIHRoaXMgcGFzc3dvcmQgYXQgYWxs';

export async function setPassword(act: Act, person: PersonRef, password: Secret): Promise<void> {
  if ([...password.revealText()].length < accessLimits.passwordCharacters) {
    throw new Refusal('weak-password', accessTexts.weakPassword(accessLimits.passwordCharacters));
  }
  const row = {
    tenant_id: person.tenantId,
    person_id: person.personId,
    hash: await hash(password.revealText(), cost),
    changed_at: act.at,
  };
  await act.tx
    .withTables<AccessTables>()
    .insertInto('access.password')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'person_id']).doUpdateSet({ hash: row.hash, changed_at: row.changed_at }),
    )
    .execute();
  await endSessionsOf(act, person);
  act.record({
    tenantId: person.tenantId,
    kind: 'password.changed',
    object: { kind: 'person', id: person.personId },
  });
}

export async function checkPassword(
  parts: AccessParts,
  db: Db,
  attempt: { login: string; password: Secret; remoteAddress: string; at: Date },
): Promise<SignIn> {
  const slowed = await failuresOf(parts, db, attempt);
  if (slowed !== undefined) return slowed;
  const person = await findPersonByLogin(parts, db, attempt.login);
  const row =
    person === undefined
      ? undefined
      : await db
          .withTables<AccessTables>()
          .selectFrom('access.password as password')
          .innerJoin('access.person as person', (join) =>
            join.onRef('person.tenant_id', '=', 'password.tenant_id').onRef('person.id', '=', 'password.person_id'),
          )
          .select('password.hash')
          .where('password.tenant_id', '=', person.tenantId)
          .where('password.person_id', '=', person.personId)
          .where('person.disabled_at', 'is', null)
          .executeTakeFirst();
  const matches = await verify(row?.hash ?? nobody, attempt.password.revealText()).catch(() => false);
  if (person === undefined || row === undefined || !matches) {
    await noteFailure(parts, db, attempt);
    return { kind: 'refused' };
  }
  await forgiveFailures(parts, db, attempt);
  return { kind: 'accepted', person, appPasswordId: null };
}
