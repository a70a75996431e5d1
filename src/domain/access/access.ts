/**
 * Who may come in, and who may do what: tenants, persons, memberships, credentials, sessions of browsers, devices, delegations,
 * and the lookups of what is unique across tenants (addresses, logins, tokens).
 *
 * Guarantees. A login, an app password and an address are found by keyed hash alone. An address is never given twice, even
 * after its account is closed (docs/trust-space.md). Names are sealed under the tenant's key. A refused sign-in takes as long
 * as an accepted one, and says the same whether the login, the token or the scope was wrong. A session ends with what let it
 * in: a new password, its person disabled (states: `sessions.ts`).
 *
 * Fails: `Refusal` `login-taken`, `address-taken`, `weak-password`, `unknown-person`, `not-permitted`,
 * `offline-not-allowed`, `too-many-devices`, `too-many-push`; `Temporary` `sign-in-busy`; an unsuccessful sign-in is an outcome.
 */

import type { AccountId, PersonId, TenantId, Uuid } from '../../base/ids.ts';
import type { Secret } from '../../base/secret.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { DataKeys, LookupHasher } from '../../platform/keys/keys.ts';
import type { Act } from '../audit/audit.ts';
import { findAddress, registerAddress } from './addresses.ts';
import {
  authenticateAppPassword,
  authenticateToken,
  createAppPassword,
  isAppPasswordValid,
  revokeAppPassword,
} from './app-passwords.ts';
import { accountsOf, delegate, personsWithRights, revokeDelegation, rightsOn } from './delegations.ts';
import { contactDevice, declareDevice, isDeviceDeclared, listDevices, removeDevice } from './devices.ts';
import { PasswordGate } from './password-gate.ts';
import { checkPassword, confirmPassword, setPassword } from './passwords.ts';
import {
  createPerson,
  createTenant,
  disablePerson,
  enablePerson,
  findPersonByLogin,
  getPerson,
  listPersons,
  listTenants,
} from './persons.ts';
import { changePractice, getPractice, mayChangePractice, rolesOf } from './practice.ts';
import { createPushSubscriptions, type Push } from './push.ts';
import { endSession, findSession, isSessionOpen, openSession, recordRefusedSignIn } from './sessions.ts';
import { changeSettings, getSettings } from './settings.ts';

export type {
  DuePush,
  Push,
  PushChange,
  PushStates,
  PushSubscription,
} from './push.ts';
export type { PushRef } from './push-removal.ts';

export type TenantKind = 'operator' | 'practice' | 'establishment' | 'sole-holder';
export type Role =
  | 'holder'
  | 'associate'
  | 'replacement'
  | 'assistant'
  | 'it-administrator'
  | 'data-protection'
  | 'auditor'
  | 'citizen';
/** `own` is the holder's and implies the others but `manage`, which administers without reading. */
export type Right = 'own' | 'read' | 'write' | 'send' | 'manage';
/** What an app password opens; administration never. */
export type Scope = 'submission' | 'imap' | 'jmap' | 'api';

export interface Tenant {
  readonly tenantId: TenantId;
  readonly kind: TenantKind;
  readonly name: string;
  readonly createdAt: Date;
}

export interface PersonRef {
  readonly tenantId: TenantId;
  readonly personId: PersonId;
}

export interface Person extends PersonRef {
  /** As shown: `Dr Claire Vasseur`. */
  readonly name: string;
  /** National identifier without its leading `8`, when the person has one. */
  readonly rpps: string | null;
  /** Profession or task in the practice, French, as shown. */
  readonly title: string;
  readonly isDisabled: boolean;
}

export interface AccountKey {
  readonly tenantId: TenantId;
  readonly accountId: AccountId;
}

/** What a person may do on one account. */
export interface HeldRights {
  readonly account: AccountKey;
  readonly rights: ReadonlySet<Right>;
}

/** What an app password opens unless told: to read and write mail by programs is asked for. */
export const defaultScopes: readonly Scope[] = ['submission', 'imap'];

export type SignIn =
  | { readonly kind: 'accepted'; readonly person: PersonRef; readonly appPasswordId: Uuid | null }
  | { readonly kind: 'refused' }
  /** Too many failures from this address: try again after `retryAfterSeconds`. */
  | { readonly kind: 'slowed'; readonly retryAfterSeconds: number };

export interface SessionRef {
  readonly tenantId: TenantId;
  readonly sessionId: Uuid;
}

/** A browser that signed in. */
export interface Session {
  readonly person: PersonRef;
  readonly sessionId: Uuid;
  /** What the pages of this session know, and no other site's: asked for with each request that changes something. */
  readonly csrfToken: Secret;
  /** At the latest. */
  readonly expiresAt: Date;
}

export interface DeviceRef {
  readonly tenantId: TenantId;
  readonly deviceId: Uuid;
}

/** One that keeps an encrypted copy for use without network. */
export interface Device {
  readonly deviceId: Uuid;
  readonly name: string;
  readonly declaredAt: Date;
  readonly lastContactAt: Date;
}

/** What holds for everybody of a tenant. */
export interface Practice {
  readonly name: string;
  /** Whether devices may keep a copy for use without network. */
  readonly isOfflineAllowed: boolean;
}

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly density: 'comfortable' | 'compact';
  /** Messages of one thread are shown together. */
  readonly conversations: boolean;
  /** How long a sent message can be called back. */
  readonly undoSeconds: 0 | 5 | 10 | 20 | 30;
  readonly notifications: boolean;
  /** What to do when a sender asks for a read receipt. */
  readonly receipts: 'ask' | 'never' | 'always';
  /** One list for all accounts. */
  readonly unified: boolean;
  readonly remoteImages: 'never' | 'ask';
}

export interface AccessParts {
  readonly dataKeys: DataKeys;
  readonly lookup: LookupHasher;
}

export interface Access {
  createTenant(act: Act, wanted: { kind: TenantKind; name: string }): Promise<TenantId>;
  listTenants(db: Db): Promise<readonly Tenant[]>;
  createPerson(
    act: Act,
    wanted: { tenantId: TenantId; login: string; name: string; rpps: string | null; title: string; role: Role },
  ): Promise<PersonRef>;
  getPerson(db: Db, person: PersonRef): Promise<Person | undefined>;
  listPersons(db: Db, tenantId: TenantId): Promise<readonly Person[]>;
  findPersonByLogin(db: Db, login: string): Promise<PersonRef | undefined>;
  /** Ends every way in of a person who left: passwords, app passwords, rights. False when that was so already. */
  disablePerson(act: Act, person: PersonRef): Promise<boolean>;
  enablePerson(act: Act, person: PersonRef): Promise<boolean>;

  setPassword(act: Act, person: PersonRef, password: Secret): Promise<void>;
  checkPassword(db: Db, attempt: { login: string; password: Secret; remoteAddress: string; at: Date }): Promise<SignIn>;
  /** Asked once more of who is signed in. */
  confirmPassword(
    db: Db,
    attempt: { person: PersonRef; password: Secret; remoteAddress: string; at: Date },
  ): Promise<SignIn>;
  /** The token is returned once and never kept. */
  createAppPassword(
    act: Act,
    wanted: { person: PersonRef; label: string; scopes: readonly Scope[] },
  ): Promise<{ id: Uuid; token: Secret }>;
  revokeAppPassword(act: Act, tenantId: TenantId, id: Uuid): Promise<void>;
  authenticateAppPassword(
    db: Db,
    attempt: { login: string; token: Secret; scope: Scope; remoteAddress: string; at: Date },
  ): Promise<SignIn>;
  /** By the token alone, which names its person. Failures count for the remote address, and never keep a right token out. */
  authenticateToken(db: Db, attempt: { token: Secret; scope: Scope; remoteAddress: string; at: Date }): Promise<SignIn>;
  /** For a session that has outlived its sign-in: false once the password was revoked or its person disabled. */
  isAppPasswordValid(db: Db, tenantId: TenantId, id: Uuid, scope: Scope): Promise<boolean>;

  /** For who was let in by `checkPassword`. The token is returned once and never kept. */
  openSession(
    act: Act,
    wanted: { person: PersonRef; login: string; userAgent: string; remoteAddress: string },
  ): Promise<{ session: Session; token: Secret }>;
  recordRefusedSignIn(act: Act, login: string): void;
  /** Undefined for one that is over or never was. `isUse`: it is in use now, and stays open for a while more. */
  findSession(db: Db, asked: { token: Secret; at: Date; isUse: boolean }): Promise<Session | undefined>;
  isSessionOpen(db: Db, session: SessionRef, at: Date): Promise<boolean>;
  /** False when it was over already. */
  endSession(act: Act, session: SessionRef): Promise<boolean>;

  /** One's own. `secret` is given again by `contactDevice`; `token`, which only asks for the standing, never. */
  declareDevice(
    act: Act,
    wanted: { person: PersonRef; name: string },
  ): Promise<{ deviceId: Uuid; secret: Secret; token: Secret }>;
  /** Its half of the key; undefined when it is not, or no longer, one's own. */
  contactDevice(act: Act, asked: { person: PersonRef; deviceId: Uuid }): Promise<Secret | undefined>;
  /** False when there was none. */
  removeDevice(act: Act, asked: { person: PersonRef; deviceId: Uuid }): Promise<boolean>;
  listDevices(db: Db, person: PersonRef, at: Date): Promise<readonly Device[]>;
  /** For who holds the device's token, with nobody signed in. */
  isDeviceDeclared(db: Db, asked: DeviceRef & { readonly token: Secret; readonly at: Date }): Promise<boolean>;

  rolesOf(db: Db, person: PersonRef, at: Date): Promise<readonly Role[]>;
  getPractice(db: Db, tenantId: TenantId): Promise<Practice>;
  mayChangePractice(db: Db, person: PersonRef, at: Date): Promise<boolean>;
  /** For holders and IT administrators. False when it was so already. */
  changePractice(act: Act, tenantId: TenantId, change: { readonly isOfflineAllowed: boolean }): Promise<boolean>;
  getSettings(db: Db, person: PersonRef): Promise<Settings>;
  /** A person's own; what is left out stays as it is. */
  changeSettings(act: Act, person: PersonRef, change: Partial<Settings>): Promise<Settings>;

  /** Where browsers are told of changes (states: `push.ts`). */
  readonly push: Push;

  delegate(
    act: Act,
    given: { account: AccountKey; personId: PersonId; rights: readonly Right[]; endsAt?: Date },
  ): Promise<void>;
  revokeDelegation(act: Act, account: AccountKey, personId: PersonId): Promise<void>;
  /** Rights in force at `at`; empty for a stranger, and for a person who was disabled. */
  rightsOn(db: Db, person: PersonRef, account: AccountKey, at: Date): Promise<ReadonlySet<Right>>;
  /** The accounts on which the person has a right at `at`, in their order. */
  accountsOf(db: Db, person: PersonRef, at: Date): Promise<readonly HeldRights[]>;
  personsWithRights(db: Db, account: AccountKey, at: Date): Promise<readonly PersonId[]>;

  registerAddress(act: Act, address: Address, account: AccountKey): Promise<void>;
  findAddress(db: Db, address: Address): Promise<AccountKey | undefined>;
}

export function createAccess(parts: AccessParts): Access {
  const gate = new PasswordGate();
  return {
    createTenant,
    listTenants,
    createPerson: (act, wanted) => createPerson(parts, act, wanted),
    getPerson: (db, person) => getPerson(parts, db, person),
    listPersons: (db, tenantId) => listPersons(parts, db, tenantId),
    findPersonByLogin: (db, login) => findPersonByLogin(parts, db, login),
    disablePerson,
    enablePerson,
    setPassword,
    checkPassword: (db, attempt) => gate.pass(() => checkPassword(parts, db, attempt)),
    confirmPassword: (db, attempt) => gate.pass(() => confirmPassword(parts, db, attempt)),
    createAppPassword: (act, wanted) => createAppPassword(parts, act, wanted),
    revokeAppPassword,
    isAppPasswordValid,
    authenticateAppPassword: (db, attempt) => authenticateAppPassword(parts, db, attempt),
    authenticateToken: (db, attempt) => authenticateToken(parts, db, attempt),
    openSession: (act, wanted) => openSession(parts, act, wanted),
    recordRefusedSignIn,
    findSession: (db, asked) => findSession(parts, db, asked),
    isSessionOpen,
    endSession,
    declareDevice: (act, wanted) => declareDevice(parts, act, wanted),
    contactDevice: (act, asked) => contactDevice(parts, act, asked),
    removeDevice,
    listDevices: (db, person, at) => listDevices(parts, db, person, at),
    isDeviceDeclared: (db, asked) => isDeviceDeclared(parts, db, asked),
    rolesOf,
    getPractice,
    mayChangePractice,
    changePractice,
    getSettings,
    changeSettings,
    push: createPushSubscriptions(parts),
    delegate,
    revokeDelegation,
    rightsOn,
    accountsOf,
    personsWithRights,
    registerAddress: (act, address, account) => registerAddress(parts, act, address, account),
    findAddress: (db, address) => findAddress(parts, db, address),
  };
}
