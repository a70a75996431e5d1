import { hash, verify } from '@node-rs/argon2';
import { accessLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { Secret } from '../../base/secret.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { AccessParts, PersonRef, SignIn } from './access.ts';
import { beginAttempt, forgiveFailures } from './attempts.ts';
import { removeDevicesOf } from './device-removal.ts';
import { findPersonByLogin } from './persons.ts';
import { dropPushOf } from './push-removal.ts';
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
  await removeDevicesOf(act, person);
  await dropPushOf(act, person);
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
  const counted = { ...attempt, kind: 'password' } as const;
  const slowed = await beginAttempt(parts, db, counted);
  if (slowed !== undefined) return slowed;
  const person = await findPersonByLogin(parts, db, attempt.login);
  if (!(await matches(db, person, attempt.password)) || person === undefined) return { kind: 'refused' };
  await forgiveFailures(parts, db, counted);
  return { kind: 'accepted', person, appPasswordId: null };
}

/** Of who is signed in: failures count for the person, apart from those at the door. */
export async function confirmPassword(
  parts: AccessParts,
  db: Db,
  attempt: { person: PersonRef; password: Secret; remoteAddress: string; at: Date },
): Promise<SignIn> {
  const { person, remoteAddress, at } = attempt;
  const counted = { kind: 'confirmation', login: `${person.tenantId} ${person.personId}`, remoteAddress, at } as const;
  const slowed = await beginAttempt(parts, db, counted);
  if (slowed !== undefined) return slowed;
  if (!(await matches(db, person, attempt.password))) return { kind: 'refused' };
  await forgiveFailures(parts, db, counted);
  return { kind: 'accepted', person, appPasswordId: null };
}

async function matches(db: Db, person: PersonRef | undefined, password: Secret): Promise<boolean> {
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
  const isRight = await verify(row?.hash ?? nobody, password.revealText()).catch(() => false);
  return row !== undefined && isRight;
}
