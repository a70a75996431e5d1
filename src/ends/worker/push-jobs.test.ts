/** Web Push from end to end: a browser subscribes by JMAP, its service is called by the worker, and what comes is opened. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTrustWorld } from '../../../testkit/authority/trust-world.ts';
import { rawMessage } from '../../../testkit/mail-store.ts';
import { type Browser, PushService } from '../../../testkit/push-service.ts';
import { ServedOperator } from '../../../testkit/served-operator.ts';
import { dnOf } from '../../../testkit/transfer-world.ts';
import { present } from '../../base/assert.ts';
import { accessLimits } from '../../base/domain-limits.ts';
import { jmapLimits } from '../../base/end-limits.ts';
import { asId, type TenantId, type Uuid } from '../../base/ids.ts';
import { gib } from '../../base/limits.ts';
import { Secret } from '../../base/secret.ts';
import type { PersonRef, Right } from '../../domain/access/access.ts';
import type { Act } from '../../domain/audit/audit.ts';
import type { AccountRef } from '../../domain/mail/mail.ts';
import { parseAddress } from '../../formats/address/address.ts';
import { pushHandlers } from './push-jobs.ts';

const world = await createTrustWorld({ after }, { at: new Date() });
await world.publishCrls();
await world.publishList(['cabinet', 'hopital'].map((name) => ({ domain: `${name}.mssante.example`, dn: dnOf(name) })));
const service = await PushService.open({ after });
const options = { accounts: [], web: true };
const operator = await ServedOperator.start({ after }, world, {
  ...options,
  name: 'cabinet',
  pushHosts: [service.host],
});
const { access, audit, database, mail } = operator.product;
let made = 0;

/** Any JSON, read member by member without proof: for assertions. */
// biome-ignore lint/suspicious/noExplicitAny: answers are compared with what is expected of them
type Json = any;

interface User {
  readonly person: PersonRef;
  readonly login: string;
  readonly headers: Readonly<Record<string, string>>;
}

function act<T>(body: (act: Act) => Promise<T>, of = operator): Promise<T> {
  const system = { actor: { kind: 'system', task: 'test' }, reason: 'test', silent: 'when-nothing-changed' } as const;
  return of.product.audit.act(system, body);
}

const tenantId = await act((made) => access.createTenant(made, { kind: 'practice', name: 'Cabinet' }));

async function createUser(tenant: TenantId = tenantId, of = operator): Promise<User> {
  made += 1;
  const login = `push${made}`;
  return act(async (act) => {
    const who = { tenantId: tenant, login, name: 'Dr Anne', rpps: null, title: 'Médecin', role: 'holder' } as const;
    const person = await of.product.access.createPerson(act, who);
    const { token } = await of.product.access.createAppPassword(act, { person, label: 'test', scopes: ['jmap'] });
    const basic = Buffer.from(`${login}:${token.revealText()}`).toString('base64');
    return { person, login, headers: { authorization: `Basic ${basic}` } };
  }, of);
}

async function createAccount(...holders: readonly (readonly [User, readonly Right[]])[]): Promise<AccountRef> {
  made += 1;
  const address = present(parseAddress(`push${made}@${operator.domain}`), 'a test address is not one');
  return act(async (act) => {
    const wanted = { tenantId, type: 'PER', address, displayName: 'Anne', quotaBytes: gib } as const;
    const { accountId } = await mail.createAccount(act, wanted);
    for (const [{ person }, rights] of holders) {
      await access.delegate(act, { account: { tenantId, accountId }, personId: person.personId, rights });
    }
    return { tenantId, accountId };
  });
}

async function deliver(account: AccountRef): Promise<void> {
  const intake = mail.openIntake({ prefix: Buffer.alloc(0) });
  await intake.write(Buffer.from(rawMessage({ Subject: 'Secret' })));
  const message = await intake.finish();
  const delivery = { message, to: { role: 'inbox' as const }, keywords: [], receivedAt: new Date() };
  await act((act) => mail.deliver(act, [{ ...account, ...delivery, event: 'email.received' }]));
}

async function call({ headers }: User, name: string, args: object, of = operator): Promise<readonly [string, Json]> {
  const response = await fetch(`http://127.0.0.1:${of.ports.web}/jmap/api`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'],
      methodCalls: [[name, args, 'c']],
    }),
  });
  const { methodResponses }: Json = await response.json();
  return methodResponses[0];
}

async function setPush(user: User, args: object, of = operator): Promise<Json> {
  const [name, answer] = await call(user, 'PushSubscription/set', args, of);
  assert.equal(name, 'PushSubscription/set', JSON.stringify(answer));
  return answer;
}

const subscriptionOf = ({ url, keys }: Browser) => ({ deviceClientId: 'phone', url, keys });

/** Looks until it is so: pushes come a second after their change. */
async function until(isSo: () => boolean): Promise<void> {
  for (let look = 0; look < 400 && !isSo(); look += 1) await sleep(50);
  assert.ok(isSo(), 'what was waited for did not come');
  assert.deepEqual(service.faults, []);
}

async function subscribe(user: User, more: object = {}): Promise<{ browser: Browser; id: string; code: string }> {
  const browser = service.subscribe();
  const { created, notCreated } = await setPush(user, { create: { a: { ...subscriptionOf(browser), ...more } } });
  assert.equal(notCreated, null, JSON.stringify(notCreated));
  await until(() => browser.pushed.length > 0);
  const { '@type': type, pushSubscriptionId, verificationCode } = present(browser.pushed.shift(), 'nothing was pushed');
  assert.deepEqual([type, pushSubscriptionId], ['PushVerification', created.a.id]);
  return { browser, id: created.a.id, code: String(verificationCode) };
}

async function subscribeVerified(user: User, more: object = {}): Promise<{ browser: Browser; id: string }> {
  const { browser, id, code } = await subscribe(user, more);
  const { updated } = await setPush(user, { update: { [id]: { verificationCode: code } } });
  assert.deepEqual(updated, { [id]: null });
  return { browser, id };
}

async function emailState(user: User, account: AccountRef): Promise<string> {
  const [, answer] = await call(user, 'Email/get', { accountId: account.accountId, ids: [] });
  return answer.state;
}

async function run(task: string, payload: Readonly<Record<string, string>> = {}): Promise<void> {
  const handler = present(
    pushHandlers(operator.product).find((each) => each.task === task),
    'there is no such task',
  );
  await handler.run(payload, { attempt: 1, maxAttempts: 1, signal: new AbortController().signal });
}

describe('a push subscription', () => {
  test('is told of a change once its code was shown, each change once, and never of content (RFC 8620 §7.1, §7.2, RFC 8291, RFC 8292)', async () => {
    const user = await createUser();
    const account = await createAccount([user, ['own']]);
    const silent = await subscribe(user);
    const { browser } = await subscribeVerified(user);
    await deliver(account);
    await until(() => browser.pushed.length === 1);
    const [first] = browser.pushed as Json[];
    assert.deepEqual(Object.keys(first), ['@type', 'changed']);
    assert.equal(first['@type'], 'StateChange');
    assert.deepEqual(Object.keys(first.changed), [account.accountId]);
    assert.equal(first.changed[account.accountId].Email, await emailState(user, account));
    assert.ok(!JSON.stringify(first).includes('Secret'));
    await deliver(account);
    await until(() => browser.pushed.length === 2);
    // Both jobs of the person are over: the other browser, which showed no code, heard of neither change.
    assert.equal(silent.browser.calls, 1);
    assert.equal(browser.calls, 3);
    assert.equal((browser.pushed[1] as Json).changed[account.accountId].Email, await emailState(user, account));
  });

  test('refuses a wrong code, and shows neither its address nor its keys (RFC 8620 §7.2.1, §7.2.2)', async () => {
    const user = await createUser();
    const { id, code } = await subscribe(user);
    const wrong = await setPush(user, { update: { [id]: { verificationCode: `${code.slice(0, -1)}.` } } });
    assert.deepEqual(wrong.notUpdated[id].properties, ['verificationCode']);
    const get = async (args: object) => (await call(user, 'PushSubscription/get', args))[1];
    const shown = (await get({})).list;
    assert.deepEqual(Object.keys(shown[0]).sort(), ['deviceClientId', 'expires', 'id', 'types', 'verificationCode']);
    assert.deepEqual([shown[0].id, shown[0].deviceClientId, shown[0].verificationCode], [id, 'phone', null]);
    assert.deepEqual((await get({ properties: ['url'] })).type, 'forbidden');
    assert.deepEqual((await get({ properties: ['keys'] })).type, 'forbidden');
    await setPush(user, { update: { [id]: { verificationCode: code, types: ['Email'] } } });
    const { list, notFound } = await get({ ids: [id, 'x'], properties: ['verificationCode', 'types'] });
    assert.deepEqual([list, notFound], [[{ id, verificationCode: code, types: ['Email'] }], ['x']]);
    const moved = await setPush(user, { update: { [id]: { url: 'https://elsewhere.example/' } } });
    assert.deepEqual(moved.notUpdated[id], { type: 'invalidProperties', properties: ['url'] });
  });

  test('is its person’s alone', async () => {
    const [user, other] = [await createUser(), await createUser()];
    const { id, code } = await subscribe(user);
    const seen = (await call(other, 'PushSubscription/get', { ids: [id] }))[1];
    assert.deepEqual([seen.list, seen.notFound], [[], [id]]);
    const set = await setPush(other, { update: { [id]: { verificationCode: code } }, destroy: [id] });
    assert.equal(set.notUpdated[id].type, 'notFound');
    assert.equal(set.notDestroyed[id].type, 'notFound');
    const own = await setPush(user, { destroy: [id] });
    assert.deepEqual([own.destroyed, own.notDestroyed], [[id], null]);
    assert.deepEqual((await call(user, 'PushSubscription/get', {}))[1].list, []);
  });

  test('lasts seven days at most, and is swept when it is over', async () => {
    const user = await createUser();
    const { id } = await subscribe(user, { expires: '2090-01-01T00:00:00Z' });
    const expiresOf = async () => (await call(user, 'PushSubscription/get', {}))[1].list[0].expires;
    const latest = operator.clock.now().getTime() + accessLimits.pushMs;
    assert.ok(Math.abs(Date.parse(await expiresOf()) - latest) < 60_000);
    const soon = `${new Date(operator.clock.now().getTime() + 3_600_000).toISOString().slice(0, 19)}Z`;
    const { updated } = await setPush(user, { update: { [id]: { expires: soon } } });
    assert.deepEqual([updated[id].expires, await expiresOf()], [soon, soon]);
    const renewed = await setPush(user, { update: { [id]: { expires: '2090-01-01T00:00:00Z' } } });
    assert.ok(Math.abs(Date.parse(renewed.updated[id].expires) - latest) < 60_000);
    const past = await setPush(user, { update: { [id]: { expires: '2020-01-01T00:00:00Z' } } });
    assert.deepEqual(past.notUpdated[id].properties, ['expires']);
    const later = new Date(operator.clock.now().getTime() + accessLimits.pushMs + 60_000);
    assert.deepEqual(await access.push.list(database.db, user.person, later), []);
    await setPush(user, { update: { [id]: { expires: soon } } });
    await access.push.sweep(database.db, new Date(Date.parse(soon)));
    assert.deepEqual((await call(user, 'PushSubscription/get', {}))[1].list, []);
  });

  test('is refused beyond its bounds, and taken at them (RFC 8291 §3.2)', async () => {
    const user = await createUser();
    const browser = service.subscribe();
    const { url, keys } = browser;
    const padded = (length: number) => `${url}?${'x'.repeat(length - url.length - 1)}`;
    const good = {
      url: padded(jmapLimits.pushUrlCharacters),
      keys,
      deviceClientId: 'd'.repeat(jmapLimits.deviceClientIdCharacters),
      types: Array.from({ length: jmapLimits.pushTypes }, (_, n) => `T${n}`.padEnd(jmapLimits.pushTypeCharacters, 'x')),
    };
    for (const [name, value] of Object.entries({
      url: padded(jmapLimits.pushUrlCharacters + 1),
      deviceClientId: `${good.deviceClientId}d`,
      types: [...good.types, 'Email'],
      keys: { p256dh: keys.auth, auth: keys.auth },
      expires: '2020-01-01T00:00:00Z',
      verificationCode: 'x',
      colour: 'red',
    })) {
      const { notCreated } = await setPush(user, { create: { a: { ...good, [name]: value } } });
      assert.deepEqual(notCreated.a, { type: 'invalidProperties', properties: [name] }, name);
    }
    const long = { ...good, types: ['x'.repeat(jmapLimits.pushTypeCharacters + 1)] };
    assert.deepEqual((await setPush(user, { create: { a: long } })).notCreated.a.properties, ['types']);
    const room = Array.from({ length: accessLimits.pushPerPerson }, (_, n): [string, object] => [`c${n}`, good]);
    const full = await setPush(user, { create: Object.fromEntries(room) });
    assert.equal(Object.keys(full.created).length, accessLimits.pushPerPerson);
    const more = await setPush(user, { create: { a: good } });
    assert.equal(more.notCreated.a.type, 'overQuota');
  });
});

describe('what is pushed', () => {
  test('is of the types that are wanted, and of the accounts that may be read now', async () => {
    const [user, colleague] = [await createUser(), await createUser()];
    const own = await createAccount([user, ['own']]);
    const lent = await createAccount([user, ['read']], [colleague, ['own']]);
    const { browser } = await subscribeVerified(user, { types: ['EmailDelivery'] });
    const watcher = await subscribeVerified(colleague);
    await deliver(lent);
    await until(() => browser.pushed.length === 1);
    const [told] = browser.pushed as Json[];
    assert.deepEqual(Object.keys(told.changed), [lent.accountId]);
    assert.deepEqual(Object.keys(told.changed[lent.accountId]), ['EmailDelivery']);
    await act((made) => access.revokeDelegation(made, lent, user.person.personId));
    await deliver(lent);
    await until(() => watcher.browser.pushed.length === 2);
    await deliver(own);
    await until(() => browser.pushed.length === 2);
    assert.deepEqual(Object.keys((browser.pushed[1] as Json).changed), [own.accountId]);
  });

  test('goes in as many pushes as its accounts need (RFC 8030 §7.2)', async () => {
    const user = await createUser();
    const { browser } = await subscribeVerified(user);
    const accounts: AccountRef[] = [];
    for (let one = 0; one <= jmapLimits.accountsInPush; one += 1) accounts.push(await createAccount([user, ['read']]));
    const [first] = accounts;
    await deliver(present(first, 'no account'));
    const toldOf = () => new Set(browser.pushed.flatMap((each: Json) => Object.keys(each.changed)));
    await until(() => toldOf().size === accounts.length);
    const sizes = browser.pushed.map((each: Json) => Object.keys(each.changed).length);
    assert.ok(Math.max(...sizes) <= jmapLimits.accountsInPush, sizes.join(' '));
    // With its header and its tag it is 4096 octets at most.
    assert.ok(Math.max(...browser.pushed.map((each) => JSON.stringify(each).length)) < 3_900);
  });

  test('ends with 404 and 410 of the service (RFC 8030 §7.3)', async () => {
    for (const status of [404, 410]) {
      const user = await createUser();
      const account = await createAccount([user, ['own']]);
      const { browser } = await subscribeVerified(user);
      const other = await subscribeVerified(user);
      browser.status = status;
      await deliver(account);
      await until(() => other.browser.pushed.length === 1);
      const { list } = (await call(user, 'PushSubscription/get', {}))[1];
      assert.deepEqual([browser.calls, list.map(({ id }: Json) => id)], [2, [other.id]]);
    }
  });

  test('is tried again, later, when the service does not take it', async () => {
    const user = await createUser();
    const account = await createAccount([user, ['own']]);
    const { browser } = await subscribeVerified(user);
    browser.status = 503;
    await deliver(account);
    await until(() => browser.calls === 2);
    const { tenantId, personId } = user.person;
    await run('tell-push', { tenantId, personId });
    assert.equal(browser.calls, 2);
    browser.status = 201;
    const isDue = async (at: Date) => (await access.push.due(database.db, user.person, at)).length === 1;
    const now = operator.clock.now().getTime();
    assert.equal(await isDue(new Date(now + accessLimits.pushRetryFirstMs / 2)), false);
    const later = new Date(now + accessLimits.pushRetryFirstMs);
    assert.deepEqual(await access.push.sweep(database.db, later), [user.person]);
    operator.clock.advance(accessLimits.pushRetryFirstMs);
    await run('sweep-push');
    await run('tell-push', { tenantId, personId });
    // The database's own clock decides when jobs run: it was not put forward.
    operator.clock.advance(-accessLimits.pushRetryFirstMs);
    assert.equal(browser.pushed.length, 1);
    assert.equal((browser.pushed[0] as Json).changed[account.accountId].Email, await emailState(user, account));
  });

  test('is nothing for a person who was disabled, or has a new password (RFC 8620 §7.2)', async () => {
    const colleague = await createUser();
    for (const deed of ['disablePerson', 'setPassword'] as const) {
      const user = await createUser();
      const account = await createAccount([user, ['own']], [colleague, ['read']]);
      const { browser } = await subscribeVerified(user);
      const { browser: watching } = await subscribeVerified(colleague);
      await act(async (made) => {
        if (deed === 'disablePerson') await access.disablePerson(made, user.person);
        else await access.setPassword(made, user.person, new Secret('une phrase de passe assez longue'));
      });
      await deliver(account);
      await until(() => watching.pushed.length === 1);
      const { tenantId, personId } = user.person;
      await run('tell-push', { tenantId, personId });
      assert.deepEqual([browser.calls, browser.pushed], [1, []]);
    }
  });
});

describe('push services', () => {
  // The service checks each call that it takes: RFC 8030 §5.2, RFC 8030 §5.3, RFC 8292 §2, RFC 8292 §3.
  test('know the operator by one key, which the session and the web application tell (RFC 9749 §3, RFC 8292 §3.2)', async () => {
    const user = await createUser();
    await subscribe(user);
    const base = `http://127.0.0.1:${operator.ports.web}`;
    const session: Json = await (await fetch(`${base}/.well-known/jmap`, { headers: user.headers })).json();
    const { applicationServerKey } = session.capabilities['urn:ietf:params:jmap:webpush-vapid'];
    assert.deepEqual([...service.signers], [applicationServerKey]);
    const again = await access.push.identity(database.db, new Date());
    assert.equal(again.publicKey.toString('base64url'), applicationServerKey);
    const password = 'une phrase de passe assez longue';
    await act((made) => access.setPassword(made, user.person, new Secret(password)));
    const signedIn = await fetch(`${base}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: base },
      body: JSON.stringify({ login: user.login, password }),
    });
    assert.equal(((await signedIn.json()) as Json).pushKey, applicationServerKey);
  });

  test('that the configuration does not name are not called', async () => {
    const user = await createUser();
    const { keys, url } = service.subscribe();
    for (const [address, type] of [
      ['https://push.elsewhere.example/x', 'forbidden'],
      [url.replace('127.0.0.1', 'localhost'), 'forbidden'],
      [url.replace('http:', 'ftp:'), 'invalidProperties'],
      ['nonsense', 'invalidProperties'],
    ] as const) {
      const { notCreated } = await setPush(user, { create: { a: { deviceClientId: 'x', url: address, keys } } });
      assert.equal(notCreated.a.type, type, address);
    }
    assert.deepEqual((await call(user, 'PushSubscription/get', {}))[1].list, []);
  });

  test('are not there when none is named', async () => {
    const off = await ServedOperator.start({ after }, world, { ...options, name: 'hopital' });
    const tenant = await act((made) => off.product.access.createTenant(made, { kind: 'practice', name: 'X' }), off);
    const user = await createUser(tenant, off);
    const browser = service.subscribe();
    const { notCreated } = await setPush(user, { create: { a: subscriptionOf(browser) } }, off);
    assert.equal(notCreated.a.type, 'forbidden');
    assert.match(notCreated.a.description, /notifications/);
    const base = `http://127.0.0.1:${off.ports.web}`;
    const session: Json = await (await fetch(`${base}/.well-known/jmap`, { headers: user.headers })).json();
    assert.ok(!('urn:ietf:params:jmap:webpush-vapid' in session.capabilities));
    assert.equal(off.product.push, undefined);
  });
});

test('another person’s act never reaches a subscription, whatever its identifier', async () => {
  const [user, other] = [await createUser(), await createUser()];
  const { id } = await subscribe(user);
  const subscriptionId = asId<Uuid>(id);
  const actor = { kind: 'person', personId: other.person.personId } as const;
  const asOther = (body: (act: Act) => Promise<unknown>) =>
    audit.act({ actor, reason: 'test', silent: 'when-nothing-changed' }, body);
  await assert.rejects(
    asOther((made) => access.push.destroy(made, { person: user.person, subscriptionId })),
    { code: 'not-permitted' },
  );
});
