/**
 * Sessions of browsers.
 *
 *   open --sign-out, a new password, the person disabled, too many others--> ended (deleted)
 *     `--unused for accessLimits.sessionIdleMs, or older than accessLimits.sessionMs--> over (deleted with a later sign-in)
 */
import { createHmac, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { accessLimits } from '../../base/domain-limits.ts';
import { newId, type PersonId, type TenantId, type Uuid } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import type { Db } from '../../platform/db/db.ts';
import { operatorWide } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import type { AccessParts, PersonRef, Session, SessionRef } from './access.ts';

const tokenBytes = 32;
/** What {@link openSession} gives: 32 octets in base64url. */
const tokenForm = /^[A-Za-z0-9_-]{43}$/;

function tokenHash(parts: AccessParts, token: Secret): Buffer {
  return parts.lookup.hash('session', token.revealText());
}

/** Made from the token, which cannot be found from it: whoever reads the page's memory does not hold the session. */
function csrfTokenOf(token: Secret): Secret {
  return new Secret(createHmac('sha256', token.revealBytes()).update('csrf').digest('base64url'));
}

export async function openSession(
  parts: AccessParts,
  act: Act,
  wanted: { person: PersonRef; login: string; userAgent: string; remoteAddress: string },
): Promise<{ session: Session; token: Secret }> {
  const { tenantId, personId } = wanted.person;
  const sessionId = newId<Uuid>(act.at);
  const token = new Secret(randomBytes(tokenBytes).toString('base64url'));
  const expiresAt = new Date(act.at.getTime() + accessLimits.sessionMs);
  const userAgent = wanted.userAgent.replace(/[^\x20-\x7e]/g, '').slice(0, accessLimits.userAgentCharacters);
  await forgetSessions(act);
  await endOldest(act, wanted.person);
  await sql`
    insert into access.session (tenant_id, id, person_id, opened_at, last_used_at, expires_at, user_agent, remote_address)
    values (${tenantId}, ${sessionId}, ${personId}, ${act.at}, ${act.at}, ${expiresAt}, ${userAgent},
            ${wanted.remoteAddress})`.execute(act.tx);
  await sql`
    insert into access.session_lookup (token_hash, tenant_id, session_id)
    values (${tokenHash(parts, token)}, ${tenantId}, ${sessionId})`.execute(act.tx);
  act.record({
    tenantId,
    kind: 'session.opened',
    object: { kind: 'session', id: sessionId },
    facts: { scope: 'web' },
    identifying: { login: wanted.login },
  });
  return { session: { person: wanted.person, sessionId, csrfToken: csrfTokenOf(token), expiresAt }, token };
}

/** A sign-in that failed belongs to nobody, so to the operator. */
export function recordRefusedSignIn(act: Act, login: string): void {
  act.record({
    tenantId: operatorWide,
    kind: 'session.opened',
    outcome: 'refused',
    facts: { scope: 'web' },
    identifying: { login },
  });
}

interface SessionRow {
  readonly tenantId: TenantId;
  readonly sessionId: Uuid;
  readonly personId: PersonId;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date;
}

function idleSince(at: Date): Date {
  return new Date(at.getTime() - accessLimits.sessionIdleMs);
}

export async function findSession(
  parts: AccessParts,
  db: Db,
  asked: { token: Secret; at: Date; isUse: boolean },
): Promise<Session | undefined> {
  const { token, at } = asked;
  if (!tokenForm.test(token.revealText())) return undefined;
  const found = await sql<SessionRow>`
    select session.tenant_id as "tenantId", session.id as "sessionId", session.person_id as "personId",
           session.expires_at as "expiresAt", session.last_used_at as "lastUsedAt"
      from access.session_lookup lookup
      join access.session session on session.tenant_id = lookup.tenant_id and session.id = lookup.session_id
      join access.person person on person.tenant_id = session.tenant_id and person.id = session.person_id
     where lookup.token_hash = ${tokenHash(parts, token)} and session.expires_at > ${at}
       and session.last_used_at > ${idleSince(at)} and person.disabled_at is null`.execute(db);
  const row = found.rows[0];
  if (row === undefined) return undefined;
  const { tenantId, sessionId, personId, expiresAt, lastUsedAt } = row;
  if (asked.isUse && at.getTime() - lastUsedAt.getTime() >= accessLimits.sessionNotedMs) {
    await sql`
      update access.session set last_used_at = ${at}
       where tenant_id = ${tenantId} and id = ${sessionId} and last_used_at < ${at}`.execute(db);
  }
  return { person: { tenantId, personId }, sessionId, csrfToken: csrfTokenOf(token), expiresAt };
}

export async function isSessionOpen(db: Db, { tenantId, sessionId }: SessionRef, at: Date): Promise<boolean> {
  const found = await sql`
    select from access.session session
      join access.person person on person.tenant_id = session.tenant_id and person.id = session.person_id
     where session.tenant_id = ${tenantId} and session.id = ${sessionId} and session.expires_at > ${at}
       and session.last_used_at > ${idleSince(at)} and person.disabled_at is null`.execute(db);
  return found.rows.length > 0;
}

export async function endSession(act: Act, { tenantId, sessionId }: SessionRef): Promise<boolean> {
  const ended = await sql<SessionRef>`
    delete from access.session where tenant_id = ${tenantId} and id = ${sessionId}
    returning tenant_id as "tenantId", id as "sessionId"`.execute(act.tx);
  await tellEnded(act, ended.rows);
  return ended.rows.length > 0;
}

/** What opens the sessions of a person was taken back: all of them end. */
export async function endSessionsOf(act: Act, { tenantId, personId }: PersonRef): Promise<void> {
  const ended = await sql<SessionRef>`
    delete from access.session where tenant_id = ${tenantId} and person_id = ${personId}
    returning tenant_id as "tenantId", id as "sessionId"`.execute(act.tx);
  await tellEnded(act, ended.rows);
}

/** Makes room for one more. */
async function endOldest(act: Act, { tenantId, personId }: PersonRef): Promise<void> {
  const ended = await sql<SessionRef>`
    delete from access.session where tenant_id = ${tenantId} and id in (
      select id from access.session where tenant_id = ${tenantId} and person_id = ${personId}
       order by last_used_at desc, id desc offset ${accessLimits.sessionsPerPerson - 1})
    returning tenant_id as "tenantId", id as "sessionId"`.execute(act.tx);
  await tellEnded(act, ended.rows);
}

/** Takes a few that are over out of the table; that they are over needs no telling. */
async function forgetSessions(act: Act): Promise<void> {
  const over = await sql<SessionRef>`
    delete from access.session where (tenant_id, id) in (
      select tenant_id, id from access.session where expires_at <= ${act.at}
       order by expires_at limit ${accessLimits.sessionsForgotten} for update skip locked)
    returning tenant_id as "tenantId", id as "sessionId"`.execute(act.tx);
  await forgetTokens(act, over.rows);
}

async function tellEnded(act: Act, ended: readonly SessionRef[]): Promise<void> {
  await forgetTokens(act, ended);
  for (const { tenantId, sessionId } of ended) {
    act.record({ tenantId, kind: 'session.ended', object: { kind: 'session', id: sessionId } });
  }
}

async function forgetTokens(act: Act, ended: readonly SessionRef[]): Promise<void> {
  if (ended.length === 0) return;
  await sql`
    delete from access.session_lookup lookup
     using unnest(${ended.map((one) => one.tenantId)}::uuid[], ${ended.map((one) => one.sessionId)}::uuid[])
           as ended(tenant_id, session_id)
     where lookup.tenant_id = ended.tenant_id and lookup.session_id = ended.session_id`.execute(act.tx);
}
