/** The methods of mail behind the real engine, over a real store, called by a person. */
import assert from 'node:assert/strict';
import { present } from '../src/base/assert.ts';
import type { TenantId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import type { Account } from '../src/domain/mail/mail.ts';
import { openEmailBlob, openFirst, openUploadedBlob } from '../src/ends/httpd/jmap/blobs.ts';
import { createEngine, type Engine } from '../src/ends/httpd/jmap/engine.ts';
import type { Caller, Json, JsonObject } from '../src/ends/httpd/jmap/method.ts';
import { mailMethods } from '../src/ends/httpd/jmap/methods/methods.ts';
import { parseRequest } from '../src/ends/httpd/jmap/request.ts';
import type { Scope } from './database.ts';
import { TestMail } from './mail-store.ts';

const capabilities = new Set(['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']);

/** Any JSON, read member by member without proof: for assertions. */
// biome-ignore lint/suspicious/noExplicitAny: answers are compared with what is expected of them
export type Answer = any;

export class JmapCaller {
  readonly store: TestMail;
  readonly account: Account;
  readonly tenantId: TenantId;
  readonly caller: Caller;
  readonly #engine: Engine;

  private constructor(store: TestMail, engine: Engine, account: Account, caller: Caller) {
    this.store = store;
    this.#engine = engine;
    this.account = account;
    this.tenantId = account.tenantId;
    this.caller = caller;
  }

  /** An account, and its holder. */
  static async open(scope: Scope): Promise<JmapCaller> {
    const store = await TestMail.open(scope);
    const { access, db, clock, mail, audit } = store;
    const openBlob = openFirst(openUploadedBlob(mail), openEmailBlob(mail));
    const engine = createEngine(mailMethods({ access, db, clock, mail, audit, openBlob }), silentLog);
    const account = await store.createAccount(await store.createTenant());
    return new JmapCaller(store, engine, account, await JmapCaller.#holder(store, account, ['own']));
  }

  static async #holder(store: TestMail, account: Account, rights: Parameters<TestMail['createReader']>[1]) {
    const { personId, sessionId } = await store.createReader(account, rights);
    return { tenantId: account.tenantId, personId, sessionId };
  }

  /** The same store, seen by another: of an account of their own, or with these rights on this one. */
  async stranger(tenantId: TenantId = this.tenantId): Promise<JmapCaller> {
    const account = await this.store.createAccount(tenantId);
    return new JmapCaller(this.store, this.#engine, account, await JmapCaller.#holder(this.store, account, ['own']));
  }

  async reader(rights: Parameters<TestMail['createReader']>[1]): Promise<JmapCaller> {
    const caller = await JmapCaller.#holder(this.store, this.account, rights);
    return new JmapCaller(this.store, this.#engine, this.account, caller);
  }

  async run(calls: readonly (readonly [string, JsonObject])[]): Promise<readonly Answer[]> {
    const methodCalls: Json[] = calls.map(([name, args], index) => [
      name,
      { accountId: this.account.accountId, ...args },
      `c${index}`,
    ]);
    const body = Buffer.from(JSON.stringify({ using: [...capabilities], methodCalls }));
    const parsed = parseRequest(body, capabilities);
    assert.ok(parsed.kind === 'request');
    const { methodResponses } = await this.#engine.run(parsed.request, this.caller);
    return JSON.parse(JSON.stringify(methodResponses));
  }

  /** The answer of one call, which must not be an error. */
  async call(name: string, args: JsonObject = {}): Promise<Answer> {
    const [answer] = await this.run([[name, args]]);
    assert.notEqual(answer[0], 'error', JSON.stringify(answer[1]));
    return answer[1];
  }

  /** The type of the error that answers. */
  async error(name: string, args: JsonObject = {}): Promise<string> {
    const [answer] = await this.run([[name, args]]);
    assert.equal(answer[0], 'error', JSON.stringify(answer[1]));
    return present(answer[1].type, 'an error without type');
  }

  /** Indexes what came. */
  async index(): Promise<void> {
    while ((await this.store.mail.indexAccount(this.account)) === 'more');
  }
}
