/** JMAP over a real socket, a real database and a real folder of blobs; accounts and people as a test needs them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idempotencyCapability } from '../contract/jmap/submission.ts';
import { present } from '../src/base/assert.ts';
import { newId, type TenantId, type Uuid } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import type { PersonRef, Right } from '../src/domain/access/access.ts';
import type { Act, Actor } from '../src/domain/audit/audit.ts';
import { type Account, type AccountRef, createMail, type Mail } from '../src/domain/mail/mail.ts';
import { pendingEmails } from '../src/domain/transfer/transfer.ts';
import { registerJmap } from '../src/ends/httpd/jmap/jmap.ts';
import type { Json, JsonObject } from '../src/ends/httpd/jmap/method.ts';
import { createSignIn } from '../src/ends/httpd/sign-in.ts';
import { parseAddress } from '../src/formats/address/address.ts';
import { openFileStore } from '../src/platform/blobs/file-store.ts';
import { createSealedBlobs } from '../src/platform/blobs/sealed-blobs.ts';
import { createHttpShell } from '../src/platform/http/http.ts';
import { createMetrics } from '../src/platform/metrics/metrics.ts';
import type { Scope } from './database.ts';
import { type Foundation, openFoundation } from './foundation.ts';
import { openQuietTransfer } from './quiet-transfer.ts';

export interface JmapPerson extends PersonRef {
  readonly login: string;
  readonly appPasswordId: Uuid;
  readonly headers: Readonly<Record<string, string>>;
}

const task: Actor = { kind: 'system', task: 'test' };
export const jmapCapabilities = [
  ...['core', 'mail', 'quota', 'blob', 'submission', 'mdn', 'vacationresponse'].map(
    (name) => `urn:ietf:params:jmap:${name}`,
  ),
  idempotencyCapability,
];

export class JmapHttp {
  readonly base: string;
  readonly foundation: Foundation;
  readonly mail: Mail;
  /** Ends the server, as the program does when it stops. */
  readonly stop: () => Promise<void>;
  #made = 0;

  private constructor(made: { base: string; foundation: Foundation; mail: Mail; stop: () => Promise<void> }) {
    this.base = made.base;
    this.foundation = made.foundation;
    this.mail = made.mail;
    this.stop = made.stop;
  }

  static async open(scope: Scope, { sandbox = true } = {}): Promise<JmapHttp> {
    const foundation = await openFoundation(scope);
    const { access, audit, clock, database, dataKeys, lookup } = foundation;
    const { db } = database;
    const folder = await mkdtemp(join(tmpdir(), 'hygie-jmap-'));
    scope.after(() => rm(folder, { recursive: true, force: true }));
    const blobs = createSealedBlobs({ store: await openFileStore(folder), clock });
    const jobs = { enqueueIndexing: async () => undefined, enqueueForgetting: async () => undefined };
    const mail = createMail({ db, clock, audit, dataKeys, lookup, access, blobs, heldEmails: pendingEmails, ...jobs });
    const log = silentLog;
    const shell = await createHttpShell({
      clock,
      log,
      metrics: createMetrics(),
      readiness: [],
      version: '1',
      strictTransport: false,
      refusalStatuses: { 'signed-out': 401, 'credentials-refused': 401, 'browser-refused': 403, 'csrf-refused': 403 },
    });
    const http = { publicUrl: 'https://mss.cabinet.example/' };
    const config = { sandbox, http, operator: { domains: ['cabinet.example'] } };
    const transfer = await openQuietTransfer(scope, { foundation, mail, blobs, folder });
    const product = { access, audit, clock, config, database, log, mail, transfer };
    const jmap = await registerJmap(shell.app, { product, signIn: createSignIn({ access, clock, config, db }) });
    const { plainPort } = await shell.listen({ host: '127.0.0.1', plain: { port: 0 } });
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      stopping ??= jmap.stop().then(() => shell.stop());
      return stopping;
    };
    scope.after(stop);
    return new JmapHttp({ base: `http://127.0.0.1:${plainPort}`, foundation, mail, stop });
  }

  act<T>(body: (act: Act) => Promise<T>, actor: Actor = task): Promise<T> {
    return this.foundation.audit.act({ actor, reason: 'test', silent: 'when-nothing-changed' }, body);
  }

  createTenant(): Promise<TenantId> {
    return this.act((act) => this.foundation.access.createTenant(act, { kind: 'practice', name: 'Cabinet' }));
  }

  createAccount(tenantId: TenantId, quotaBytes = 1_000_000_000): Promise<Account> {
    this.#made += 1;
    const address = present(parseAddress(`bal${this.#made}@cabinet.example`), 'a test address is not one');
    const wanted = { tenantId, type: 'PER', address, displayName: 'Dr Anne MARTIN', quotaBytes } as const;
    return this.act((act) => this.mail.createAccount(act, wanted));
  }

  /** Somebody of the tenant, with an app password for JMAP. */
  async createPerson(tenantId: TenantId): Promise<JmapPerson> {
    const login = `p-${newId()}`;
    const { access } = this.foundation;
    return this.act(async (act) => {
      const wanted = { tenantId, login, name: 'Dr Anne MARTIN', rpps: null, title: 'Médecin', role: 'holder' } as const;
      const person = await access.createPerson(act, wanted);
      const { id, token } = await access.createAppPassword(act, { person, label: 'test', scopes: ['jmap'] });
      const authorization = `Basic ${Buffer.from(`${login}:${token.revealText()}`).toString('base64')}`;
      return { ...person, login, appPasswordId: id, headers: { authorization } };
    });
  }

  async lend(account: AccountRef, { personId }: PersonRef, rights: readonly Right[]): Promise<void> {
    await this.act((act) => this.foundation.access.delegate(act, { account, personId, rights }));
  }

  /** A person and the account that is theirs. */
  async createHolder(tenantId?: TenantId): Promise<{ readonly person: JmapPerson; readonly account: Account }> {
    const tenant = tenantId ?? (await this.createTenant());
    const person = await this.createPerson(tenant);
    const account = await this.createAccount(tenant);
    await this.lend(account, person, ['own']);
    return { person, account };
  }

  /** A message in the inbox. */
  async store(account: AccountRef, raw: string | Buffer) {
    const { tenantId, accountId } = account;
    const intake = this.mail.openIntake({ prefix: Buffer.alloc(0) });
    await intake.write(Buffer.from(raw));
    const message = await intake.finish();
    const event = 'email.received' as const;
    const delivery = { message, to: { role: 'inbox' as const }, keywords: [], receivedAt: new Date(), event };
    const [outcome] = await this.act((act) => this.mail.deliver(act, [{ tenantId, accountId, ...delivery }]));
    if (outcome?.kind !== 'stored') throw new Error(`a test message was not stored: ${outcome?.kind}`);
    return outcome;
  }

  fetch(person: JmapPerson, path: string, init: RequestInit = {}): Promise<Response> {
    const url = path.startsWith('http') ? path : `${this.base}${path}`;
    return fetch(url, { ...init, headers: { ...person.headers, ...Object.fromEntries(new Headers(init.headers)) } });
  }

  async post(
    person: JmapPerson,
    body: Json | string | Uint8Array<ArrayBuffer>,
    type = 'application/json',
  ): Promise<Response> {
    const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    return this.fetch(person, '/jmap/api', { method: 'POST', body: text, headers: { 'content-type': type } });
  }

  /** The response of one call: its name and its arguments. */
  async call(person: JmapPerson, name: string, args: JsonObject): Promise<readonly [string, JsonObject]> {
    const response = await this.post(person, { using: jmapCapabilities, methodCalls: [[name, args, 'c']] });
    const answer = (await response.json()) as { methodResponses: [string, JsonObject, string][] }; // as our engine writes it
    const [first] = answer.methodResponses;
    return [first?.[0] ?? '', first?.[1] ?? {}];
  }

  async upload(
    person: JmapPerson,
    account: AccountRef,
    bytes: Uint8Array<ArrayBuffer> | string,
    type = 'application/pdf',
  ) {
    const headers = { 'content-type': type };
    const response = await this.fetch(person, `/jmap/upload/${account.accountId}`, {
      method: 'POST',
      body: bytes,
      headers,
    });
    if (response.status !== 201) throw new Error(`a test upload was answered ${response.status}`);
    return (await response.json()) as { blobId: string; type: string; size: number; accountId: string }; // as our route writes it
  }
}
