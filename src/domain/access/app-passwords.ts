import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { newId, type TenantId, type Uuid } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { AccessParts, PersonRef, Scope, SignIn } from './access.ts';
import { failuresOf, forgiveFailures, hasFailures, noteFailure } from './attempts.ts';
import { loginHash } from './persons.ts';
import type { AccessTables } from './tables.ts';

/** Crockford's base 32: no letter that could be read as another. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const groups = 5;
const groupLength = 5;

/** 125 random bits in five groups of five: long enough that no slow hash is needed, short enough to be typed once. */
function newToken(): string {
  const picks = Array.from(randomBytes(groups * groupLength), (byte) => alphabet[byte & 31] ?? '');
  return Array.from({ length: groups }, (_, group) =>
    picks.slice(group * groupLength, (group + 1) * groupLength).join(''),
  ).join('-');
}

function tokenHash(parts: AccessParts, token: string): Buffer {
  return parts.lookup.hash('token', token.replace(/[\s-]/g, '').toLowerCase());
}

export async function createAppPassword(
  parts: AccessParts,
  act: Act,
  wanted: { person: PersonRef; label: string; scopes: readonly Scope[] },
): Promise<{ id: Uuid; token: Secret }> {
  const { tenantId, personId } = wanted.person;
  const id = newId(act.at);
  const token = newToken();
  const tables = act.tx.withTables<AccessTables>();
  await tables
    .insertInto('access.app_password')
    .values({
      tenant_id: tenantId,
      id,
      person_id: personId,
      label: wanted.label,
      scopes: [...wanted.scopes],
      created_at: act.at,
    })
    .execute();
  await tables
    .insertInto('access.app_password_lookup')
    .values({ token_hash: tokenHash(parts, token), tenant_id: tenantId, app_password_id: id })
    .execute();
  act.record({
    tenantId,
    kind: 'app-password.created',
    object: { kind: 'app-password', id },
    facts: { person: personId, scopes: wanted.scopes.join(' ') },
  });
  return { id, token: new Secret(token) };
}

export async function revokeAppPassword(act: Act, tenantId: TenantId, id: Uuid): Promise<void> {
  await act.tx
    .withTables<AccessTables>()
    .updateTable('access.app_password')
    .set({ revoked_at: act.at })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
  act.record({ tenantId, kind: 'app-password.revoked', object: { kind: 'app-password', id } });
}

/** Is the app password still good for `scope`, and its person not gone? For a session that has outlived its sign-in. */
export async function isAppPasswordValid(db: Db, tenantId: TenantId, id: Uuid, scope: Scope): Promise<boolean> {
  const found = await sql`
    select 1 from access.app_password app
      join access.person person on person.tenant_id = app.tenant_id and person.id = app.person_id
     where app.tenant_id = ${tenantId} and app.id = ${id}
       and app.revoked_at is null and person.disabled_at is null and ${scope} = any(app.scopes)`.execute(db);
  return found.rows.length > 0;
}

export async function authenticateAppPassword(
  parts: AccessParts,
  db: Db,
  attempt: { login: string; token: Secret; scope: Scope; remoteAddress: string; at: Date },
): Promise<SignIn> {
  const slowed = await failuresOf(parts, db, attempt);
  if (slowed !== undefined) return slowed;
  // One statement whether or not the login exists: the answer tells nothing about which part was wrong.
  const found = await sql<FoundRow>`
    select app.tenant_id, app.id, app.person_id, ${isRecent(attempt.at)} as is_recent,
           ${hasFailures(parts, attempt)} as has_failures
      from access.app_password_lookup lookup
      join access.app_password app on app.tenant_id = lookup.tenant_id and app.id = lookup.app_password_id
      join access.person person on person.tenant_id = app.tenant_id and person.id = app.person_id
      join access.login_lookup login on login.tenant_id = person.tenant_id and login.person_id = person.id
     where lookup.token_hash = ${tokenHash(parts, attempt.token.revealText())}
       and login.login_hash = ${loginHash(parts, attempt.login)}
       and app.revoked_at is null and person.disabled_at is null
       and ${attempt.scope} = any(app.scopes)`.execute(db);
  const row = found.rows[0];
  if (row === undefined) {
    await noteFailure(parts, db, attempt);
    return { kind: 'refused' };
  }
  // Programs ask often, and nearly always there is nothing to write.
  if (row.has_failures === true) await forgiveFailures(parts, db, attempt);
  return letIn(db, row, attempt.at);
}

/** Once an hour is enough to know that a device is in use; a write per request would not be. */
function isRecent(at: Date) {
  return sql`coalesce(app.last_used_at >= ${at}::timestamptz - interval '1 hour', false)`;
}

interface FoundRow {
  readonly is_recent: boolean;
  readonly has_failures?: boolean;
  readonly tenant_id: TenantId;
  readonly id: Uuid;
  readonly person_id: PersonRef['personId'];
}

async function letIn(db: Db, row: FoundRow, at: Date): Promise<SignIn> {
  if (!row.is_recent) {
    await sql`
      update access.app_password set last_used_at = ${at}
       where tenant_id = ${row.tenant_id} and id = ${row.id}`.execute(db);
  }
  return { kind: 'accepted', person: { tenantId: row.tenant_id, personId: row.person_id }, appPasswordId: row.id };
}

export async function authenticateToken(
  parts: AccessParts,
  db: Db,
  attempt: { token: Secret; scope: Scope; remoteAddress: string; at: Date },
): Promise<SignIn> {
  const found = await sql<FoundRow>`
    select app.tenant_id, app.id, app.person_id, ${isRecent(attempt.at)} as is_recent
      from access.app_password_lookup lookup
      join access.app_password app on app.tenant_id = lookup.tenant_id and app.id = lookup.app_password_id
      join access.person person on person.tenant_id = app.tenant_id and person.id = app.person_id
     where lookup.token_hash = ${tokenHash(parts, attempt.token.revealText())}
       and app.revoked_at is null and person.disabled_at is null
       and ${attempt.scope} = any(app.scopes)`.execute(db);
  const row = found.rows[0];
  if (row !== undefined) return letIn(db, row, attempt.at);
  // Nobody's name is given, so a practice behind one address shares its count: it slows who fails, and no right token, which
  // has 125 random bits and is not guessed.
  const nameless = { ...attempt, login: '' };
  const slowed = await failuresOf(parts, db, nameless);
  if (slowed !== undefined) return slowed;
  await noteFailure(parts, db, nameless);
  return { kind: 'refused' };
}
