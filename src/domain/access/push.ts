/**
 * Where browsers of a person are told that something changed (RFC 8620 §7.2).
 *
 *   made --the client shows the code that was pushed to it--> verified --taken back, a new password, its person disabled--> gone
 *     `--expired, or gone at its service--> gone (deleted)        `--expired, or gone at its service--> gone (deleted)
 *
 * Until it is verified nothing but its code goes out. What its service does not take is tried again later and later.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { accessLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { newId, type PersonId, type TenantId, type Uuid } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { AccessParts, AccountKey, PersonRef } from './access.ts';
import { tenantKey } from './persons.ts';
import { openPushIdentity, type PushIdentity, versionOf } from './push-identity.ts';
import { type PushRef, recordPush } from './push-removal.ts';
import { accessTexts } from './texts.ts';

/** States by account, by type. */
export type PushStates = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** How its service is called, and how what goes there is encrypted. */
export interface PushEndpoint {
  readonly url: string;
  /** base64url */
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

export interface WantedPush extends PushEndpoint {
  readonly person: PersonRef;
  readonly deviceClientId: string;
  /** As late as possible when undefined. */
  readonly expiresAt?: Date | undefined;
  /** Null for all. */
  readonly types: readonly string[] | null;
}

/** As its person sees it: neither its address nor its keys. */
export interface PushSubscription {
  readonly id: Uuid;
  readonly deviceClientId: string;
  /** Once the client has shown it. */
  readonly verificationCode: string | null;
  readonly expiresAt: Date;
  readonly types: readonly string[] | null;
}

export interface PushChange {
  /** Null for as late as possible. */
  readonly expiresAt?: Date | null;
  readonly types?: readonly string[] | null;
  readonly verificationCode?: string;
  /** What the client knows already when it becomes verified. */
  readonly told?: PushStates;
}

/** One whose client may be told of changes now. */
export interface DuePush extends PushRef {
  readonly endpoint: PushEndpoint;
  readonly types: readonly string[] | null;
  readonly told: PushStates;
  readonly isRetry: boolean;
}

/** A person's own, and what is sent to all. */
export interface Push {
  /** Throws `Refusal` `too-many-push`. */
  create(act: Act, wanted: WantedPush): Promise<PushRef & { readonly expiresAt: Date }>;
  /** In the order of their making. */
  list(db: Db, person: PersonRef, at: Date): Promise<readonly PushSubscription[]>;
  /** When it expires now; `unknown` when it is not, or no longer, one's own; `bad-code`, and nothing is changed. */
  change(
    act: Act,
    wanted: { readonly person: PersonRef; readonly subscriptionId: Uuid; readonly change: PushChange },
  ): Promise<Date | 'unknown' | 'bad-code'>;
  /** False when it was not one's own. */
  destroy(act: Act, wanted: { readonly person: PersonRef; readonly subscriptionId: Uuid }): Promise<boolean>;

  /** What its client has to show; undefined for one that is verified, or over. */
  toVerify(
    db: Db,
    ref: PushRef,
    at: Date,
  ): Promise<{ readonly endpoint: PushEndpoint; readonly code: Secret } | undefined>;
  /** Those that a person may be told by now. */
  due(db: Db, person: PersonRef, at: Date): Promise<readonly DuePush[]>;
  /** Its client knows these states now. */
  noteTold(db: Db, told: PushRef & { readonly told: PushStates }): Promise<void>;
  /** To be tried again: each time after twice as long. */
  noteFailure(db: Db, ref: PushRef, at: Date): Promise<void>;
  /** Its service knows it no more. */
  drop(db: Db, ref: PushRef): Promise<void>;
  /** Those to tell that one of the accounts changed; what they may read is looked at when they are told. */
  followers(db: Db, accounts: readonly AccountKey[], at: Date): Promise<readonly PersonRef[]>;
  /** Takes what is over out of the table; those whose time to be tried again has come, a bounded number. */
  sweep(db: Db, at: Date): Promise<readonly PersonRef[]>;
  /** Some changes may have been missed: every client is due. */
  recheck(db: Db, at: Date): Promise<void>;
  identity(db: Db, at: Date): Promise<PushIdentity>;
}

export function createPushSubscriptions(parts: AccessParts): Push {
  return {
    create: (act, wanted) => createPush(parts, act, wanted),
    list: (db, person, at) => listPush(parts, db, person, at),
    change: (act, wanted) => changePush(parts, act, wanted),
    destroy: destroyPush,
    toVerify: (db, ref, at) => pushToVerify(parts, db, ref, at),
    due: (db, person, at) => duePush(parts, db, person, at),
    noteTold: notePushTold,
    noteFailure: notePushFailure,
    drop: dropPush,
    followers: pushFollowers,
    sweep: sweepPush,
    recheck: recheckPush,
    identity: (db, at) => openPushIdentity(parts, db, at),
  };
}

interface Sealed extends PushEndpoint {
  readonly deviceClientId: string;
  readonly code: string;
}

interface SealedRow {
  readonly subscriptionId: Uuid;
  readonly keyVersion: number;
  readonly sealed: Buffer;
}

const codeBytes = 32;

function contextOf({ tenantId, subscriptionId }: PushRef): Buffer {
  return Buffer.from(`access.push_subscription:${tenantId}:${subscriptionId}`, 'utf8');
}

async function unsealed(parts: AccessParts, db: Db, tenantId: TenantId, row: SealedRow): Promise<Sealed> {
  const key = await versionOf(parts, db, { tenantId, version: row.keyVersion });
  const text = key.unseal(row.sealed, contextOf({ tenantId, subscriptionId: row.subscriptionId })).toString('utf8');
  return JSON.parse(text) as Sealed; // sealed by createPush alone
}

function checkOwn({ actor }: Act, { personId }: PersonRef): void {
  if (actor.kind !== 'person' || actor.personId !== personId) {
    throw new Refusal('not-permitted', accessTexts.pushNotPermitted);
  }
}

/** RFC 8620 §7.2: a server shortens what lasts too long. */
function expiryOf(wanted: Date | null | undefined, at: Date): Date {
  return new Date(Math.min(wanted?.getTime() ?? Number.POSITIVE_INFINITY, at.getTime() + accessLimits.pushMs));
}

async function createPush(
  parts: AccessParts,
  act: Act,
  wanted: WantedPush,
): Promise<PushRef & { readonly expiresAt: Date }> {
  const { person, deviceClientId, url, keys, types } = wanted;
  checkOwn(act, person);
  const { tenantId, personId } = person;
  // One after the other: two at once would both find room for one.
  await sql`select from access.person where tenant_id = ${tenantId} and id = ${personId} for update`.execute(act.tx);
  const { rows } = await sql`
    select from access.push_subscription
     where tenant_id = ${tenantId} and person_id = ${personId} and expires_at > ${act.at}`.execute(act.tx);
  if (rows.length >= accessLimits.pushPerPerson) {
    throw new Refusal('too-many-push', accessTexts.tooManyPush(accessLimits.pushPerPerson));
  }
  const ref = { tenantId, subscriptionId: newId<Uuid>(act.at) };
  const expiresAt = expiryOf(wanted.expiresAt, act.at);
  const made: Sealed = { deviceClientId, url, keys, code: randomBytes(codeBytes).toString('base64url') };
  const key = await tenantKey(parts, act.tx, tenantId);
  const sealed = key.seal(Buffer.from(JSON.stringify(made), 'utf8'), contextOf(ref));
  await sql`
    insert into access.push_subscription
           (tenant_id, id, person_id, key_version, sealed, types, created_at, expires_at)
    values (${tenantId}, ${ref.subscriptionId}, ${personId}, ${key.version}, ${sealed}, ${types}::text[], ${act.at},
            ${expiresAt})`.execute(act.tx);
  recordPush(act, ref, 'push.subscribed');
  return { ...ref, expiresAt };
}

async function listPush(
  parts: AccessParts,
  db: Db,
  { tenantId, personId }: PersonRef,
  at: Date,
): Promise<readonly PushSubscription[]> {
  const { rows } = await sql<SealedRow & { expiresAt: Date; types: string[] | null; isVerified: boolean }>`
    select id as "subscriptionId", key_version as "keyVersion", sealed, types, expires_at as "expiresAt",
           verified_at is not null as "isVerified"
      from access.push_subscription
     where tenant_id = ${tenantId} and person_id = ${personId} and expires_at > ${at}
     order by id`.execute(db);
  return Promise.all(
    rows.map(async ({ expiresAt, types, isVerified, ...row }) => {
      const { deviceClientId, code } = await unsealed(parts, db, tenantId, row);
      return { id: row.subscriptionId, deviceClientId, verificationCode: isVerified ? code : null, expiresAt, types };
    }),
  );
}

async function changePush(
  parts: AccessParts,
  act: Act,
  { person, subscriptionId, change }: { person: PersonRef; subscriptionId: Uuid; change: PushChange },
): Promise<Date | 'unknown' | 'bad-code'> {
  checkOwn(act, person);
  const { tenantId, personId } = person;
  const { rows } = await sql<SealedRow & { expiresAt: Date; types: string[] | null; verifiedAt: Date | null }>`
    select id as "subscriptionId", key_version as "keyVersion", sealed, types, expires_at as "expiresAt",
           verified_at as "verifiedAt"
      from access.push_subscription
     where tenant_id = ${tenantId} and id = ${subscriptionId} and person_id = ${personId} and expires_at > ${act.at}
       for update`.execute(act.tx);
  const row = rows[0];
  if (row === undefined) return 'unknown';
  const { verificationCode } = change;
  if (verificationCode !== undefined) {
    const { code } = await unsealed(parts, act.tx, tenantId, row);
    // RFC 8620 §7.2.2; in constant time
    if (!new Secret(code).equals(new Secret(verificationCode))) return 'bad-code';
  }
  const expiresAt = change.expiresAt === undefined ? row.expiresAt : expiryOf(change.expiresAt, act.at);
  const becomesVerified = verificationCode !== undefined && row.verifiedAt === null;
  const types = change.types === undefined ? row.types : change.types;
  const told = becomesVerified ? JSON.stringify(change.told ?? {}) : null;
  await sql`
    update access.push_subscription
       set expires_at = ${expiresAt}, types = ${types}::text[], told = coalesce(${told}::jsonb, told),
           verified_at = ${becomesVerified ? act.at : row.verifiedAt}
     where tenant_id = ${tenantId} and id = ${subscriptionId}`.execute(act.tx);
  return expiresAt;
}

async function destroyPush(
  act: Act,
  { person, subscriptionId }: { person: PersonRef; subscriptionId: Uuid },
): Promise<boolean> {
  checkOwn(act, person);
  const { tenantId, personId } = person;
  const { numAffectedRows } = await sql`
    delete from access.push_subscription
     where tenant_id = ${tenantId} and id = ${subscriptionId} and person_id = ${personId}`.execute(act.tx);
  if (numAffectedRows === 0n) return false;
  recordPush(act, { tenantId, subscriptionId }, 'push.unsubscribed');
  return true;
}

async function pushToVerify(
  parts: AccessParts,
  db: Db,
  { tenantId, subscriptionId }: PushRef,
  at: Date,
): Promise<{ readonly endpoint: PushEndpoint; readonly code: Secret } | undefined> {
  const { rows } = await sql<SealedRow>`
    select push.id as "subscriptionId", push.key_version as "keyVersion", push.sealed
      from access.push_subscription push
      join access.person person on person.tenant_id = push.tenant_id and person.id = push.person_id
     where push.tenant_id = ${tenantId} and push.id = ${subscriptionId} and push.verified_at is null
       and push.expires_at > ${at} and person.disabled_at is null`.execute(db);
  const row = rows[0];
  if (row === undefined) return undefined;
  const { url, keys, code } = await unsealed(parts, db, tenantId, row);
  return { endpoint: { url, keys }, code: new Secret(code) };
}

async function duePush(
  parts: AccessParts,
  db: Db,
  { tenantId, personId }: PersonRef,
  at: Date,
): Promise<readonly DuePush[]> {
  const { rows } = await sql<SealedRow & { types: string[] | null; told: PushStates; isRetry: boolean }>`
    select push.id as "subscriptionId", push.key_version as "keyVersion", push.sealed, push.types, push.told,
           push.retry_at is not null as "isRetry"
      from access.push_subscription push
      join access.person person on person.tenant_id = push.tenant_id and person.id = push.person_id
     where push.tenant_id = ${tenantId} and push.person_id = ${personId} and push.verified_at is not null
       and push.expires_at > ${at} and (push.retry_at is null or push.retry_at <= ${at})
       and person.disabled_at is null
     order by push.id`.execute(db);
  return Promise.all(
    rows.map(async ({ types, told, isRetry, ...row }) => {
      const { url, keys } = await unsealed(parts, db, tenantId, row);
      return { tenantId, subscriptionId: row.subscriptionId, endpoint: { url, keys }, types, told, isRetry };
    }),
  );
}

async function notePushTold(
  db: Db,
  { tenantId, subscriptionId, told }: PushRef & { readonly told: PushStates },
): Promise<void> {
  await sql`
    update access.push_subscription set told = ${JSON.stringify(told)}::jsonb, failures = 0, retry_at = null
     where tenant_id = ${tenantId} and id = ${subscriptionId}`.execute(db);
}

/** To be tried again: each time after twice as long, within {@link accessLimits.pushRetryLongestMs}. */
async function notePushFailure(db: Db, { tenantId, subscriptionId }: PushRef, at: Date): Promise<void> {
  const { pushRetryFirstMs: first, pushRetryLongestMs: longest } = accessLimits;
  await sql`
    update access.push_subscription
       set failures = failures + 1,
           retry_at = ${at}::timestamptz
                    + least(${longest}, ${first} * 2 ^ least(failures, 20)) * interval '1 millisecond'
     where tenant_id = ${tenantId} and id = ${subscriptionId}`.execute(db);
}

async function dropPush(db: Db, { tenantId, subscriptionId }: PushRef): Promise<void> {
  await sql`
    delete from access.push_subscription
     where tenant_id = ${tenantId} and id = ${subscriptionId}`.execute(db);
}

async function pushFollowers(db: Db, accounts: readonly AccountKey[], at: Date): Promise<readonly PersonRef[]> {
  const { rows } = await sql<PersonRef>`
    select distinct push.tenant_id as "tenantId", push.person_id as "personId"
      from unnest(${accounts.map((each) => each.tenantId)}::uuid[], ${accounts.map((each) => each.accountId)}::uuid[])
           as changed(tenant_id, account_id)
      join access.delegation delegation
        on delegation.tenant_id = changed.tenant_id and delegation.account_id = changed.account_id
       and delegation.revoked_at is null
      join access.push_subscription push
        on push.tenant_id = delegation.tenant_id and push.person_id = delegation.person_id
     where push.verified_at is not null and push.expires_at > ${at}`.execute(db);
  return rows;
}

async function sweepPush(db: Db, at: Date): Promise<readonly PersonRef[]> {
  await sql`delete from access.push_subscription where expires_at <= ${at}`.execute(db);
  const { rows } = await sql<{ tenantId: TenantId; personId: PersonId }>`
    select tenant_id as "tenantId", person_id as "personId" from access.push_subscription
     where verified_at is not null and retry_at <= ${at}
     group by tenant_id, person_id order by min(retry_at) limit ${accessLimits.pushSwept}`.execute(db);
  return rows;
}

async function recheckPush(db: Db, at: Date): Promise<void> {
  await sql`
    update access.push_subscription set retry_at = ${at} where verified_at is not null and retry_at is null`.execute(
    db,
  );
}
