/**
 * Every operation of the API, as its description lists them, tried by everybody who may not: signed out, with another scope, from a
 * browser, by a stranger of the practice and of another, with the things of another account. An operation without a rule fails.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { present } from '../../src/base/assert.ts';
import { accessLimits } from '../../src/base/domain-limits.ts';
import type { AccountId, TenantId } from '../../src/base/ids.ts';
import { gib } from '../../src/base/limits.ts';
import type { Right, Scope } from '../../src/domain/access/access.ts';
import { parseAddress } from '../../src/formats/address/address.ts';
import { createTrustWorld } from '../../testkit/authority/trust-world.ts';
import { ServedOperator } from '../../testkit/served-operator.ts';
import { dnOf } from '../../testkit/transfer-world.ts';

interface Rule {
  /**
   * Who is let in: anybody, who has a login and a password to show, a browser's session alone, whoever signs in, who has a right on the
   * account.
   */
  readonly who: 'anybody' | 'sign-in' | 'browser' | 'signed-in' | 'account';
  /** What a person with `read` alone is answered, once the holder has done it. */
  readonly reader?: 200 | 403;
  /** What the holder is answered; 200 unless told. */
  readonly holder?: 200 | 204 | 403 | 404;
  readonly body?: unknown;
  readonly query?: string;
}

const address = 'rachid.meziane@hopital.mssante.example';
const account = '/api/accounts/{accountId}';
const emailId = '01a204b5-0000-7000-8000-00000000000e';
const group = `${account}/groups/{groupId}`;
const entry = `${account}/address-book/{entryId}`;
const template = `${account}/templates/{templateId}`;
const correspondent = '/api/directory/correspondents/{kind}/{key}';

/** In an order in which each is done to what is there. */
const rules: Readonly<Record<string, Rule>> = {
  'GET /health/live': { who: 'anybody' },
  'GET /health/ready': { who: 'anybody' },
  'GET /metrics': { who: 'anybody' },
  'GET /api/openapi.json': { who: 'anybody' },
  'POST /api/session': { who: 'sign-in', body: { login: 'nobody', password: 'wrong' } },
  'GET /api/session': { who: 'anybody', holder: 204 },
  'DELETE /api/session': { who: 'browser' },
  'GET /api/session/journal-key': { who: 'browser' },
  'GET /api/settings': { who: 'signed-in' },
  'PATCH /api/settings': { who: 'signed-in', body: { density: 'compact' } },
  'GET /api/practice': { who: 'signed-in' },
  'PATCH /api/practice': { who: 'signed-in', body: { isOfflineAllowed: true } },
  'GET /api/devices': { who: 'signed-in' },
  'POST /api/devices': { who: 'signed-in', holder: 403, body: { name: 'Portable', password: 'not the password' } },
  'POST /api/devices/{deviceId}/contact': { who: 'signed-in', holder: 404 },
  'DELETE /api/devices/{deviceId}': { who: 'signed-in' },
  'POST /api/device-standing': {
    who: 'anybody',
    body: { tenantId: emailId, deviceId: emailId, token: 'A'.repeat(43) },
  },
  'GET /api/accounts': { who: 'signed-in' },
  'GET /api/directory': { who: 'signed-in' },
  'GET /api/directory/correspondents': { who: 'signed-in', query: 'text=meziane' },
  [`GET ${correspondent}`]: { who: 'signed-in', holder: 404 },
  [`POST ${correspondent}/refresh`]: { who: 'signed-in', holder: 404 },
  [`POST ${account}/correspondents/search`]: { who: 'account', reader: 200, body: { text: 'meziane' } },
  [`POST ${account}/recipients/check`]: { who: 'account', reader: 200, body: { addresses: [address] } },
  [`GET ${account}/favourites`]: { who: 'account', reader: 200 },
  [`POST ${account}/favourites`]: { who: 'account', reader: 403, body: { address } },
  [`POST ${account}/favourites/remove`]: { who: 'account', reader: 403, body: { address } },
  [`POST ${account}/preferences`]: { who: 'account', reader: 403, body: { address } },
  [`POST ${account}/preferences/forget`]: { who: 'account', reader: 403, body: { address } },
  [`GET ${account}/groups`]: { who: 'account', reader: 200 },
  [`POST ${account}/groups`]: { who: 'account', reader: 403, body: { name: 'Autres', members: [] } },
  [`PATCH ${group}`]: { who: 'account', reader: 403, body: { name: 'Tours' } },
  [`DELETE ${group}`]: { who: 'account', reader: 403 },
  [`POST ${group}/restore`]: { who: 'account', reader: 403 },
  [`GET ${account}/address-book`]: { who: 'account', reader: 200 },
  [`POST ${account}/address-book`]: {
    who: 'account',
    reader: 403,
    body: { name: 'Taxi', address: null, phone: '0200', note: null },
  },
  [`GET ${entry}`]: { who: 'account', reader: 200 },
  [`PATCH ${entry}`]: { who: 'account', reader: 403, body: { phone: '0247' } },
  [`DELETE ${entry}`]: { who: 'account', reader: 403 },
  [`POST ${entry}/restore`]: { who: 'account', reader: 403 },
  [`GET ${account}/emails/{emailId}/deliveries`]: { who: 'account', reader: 200 },
  [`POST ${account}/emails/{emailId}/report`]: { who: 'account', reader: 403, holder: 404, body: { kind: 'unwanted' } },
  [`POST ${account}/deliveries`]: { who: 'account', reader: 200, body: { emailIds: [emailId] } },
  [`GET ${account}/deleted`]: { who: 'account', reader: 200 },
  [`POST ${account}/deleted/search`]: { who: 'account', reader: 200, body: { text: 'bilan' } },
  [`POST ${account}/undelete`]: { who: 'account', reader: 403, body: { emailIds: [emailId] } },
  [`GET ${account}/templates`]: { who: 'account', reader: 200 },
  [`POST ${account}/templates`]: {
    who: 'account',
    reader: 403,
    body: { name: 'Absence', subject: '', html: '', text: 'Je suis absente.' },
  },
  [`PATCH ${template}`]: { who: 'account', reader: 403, body: { subject: 'Orientation' } },
  [`DELETE ${template}`]: { who: 'account', reader: 403 },
  [`GET ${account}/listing`]: { who: 'account', reader: 200, holder: 404 },
  [`PUT ${account}/listing`]: { who: 'account', reader: 403, body: { isRedListed: false } },
  [`POST ${account}/listing/retry`]: { who: 'account', reader: 403 },
  [`DELETE ${account}/listing`]: { who: 'account', reader: 403 },
};

/** What the description does not list: FHIR describes itself. */
const beside: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/fhir/Practitioner?family=meziane'],
  ['POST', '/fhir/Practitioner/_search'],
  ['GET', '/fhir/Organization/1'],
];

interface Person {
  readonly login: string;
  readonly api: string;
  /** An app password that opens all but the API. */
  readonly mail: string;
  readonly ids: {
    readonly accountId: AccountId;
    readonly groupId: string;
    readonly entryId: string;
    readonly templateId: string;
  };
}

const world = await createTrustWorld({ after }, { at: new Date() });
await world.publishCrls();
await world.publishList([{ domain: 'cabinet.mssante.example', dn: dnOf('cabinet') }]);
const operator = await ServedOperator.start({ after }, world, { name: 'cabinet', accounts: [], web: true });
const testing = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;

const base = (): string => `http://127.0.0.1:${operator.ports.web}`;
const basic = (login: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
});

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const unknownIds = {
  accountId: '01a204b5-0000-7000-8000-000000000000',
  groupId: '01a204b5-0000-7000-8000-000000000001',
  entryId: '01a204b5-0000-7000-8000-000000000002',
  templateId: '01a204b5-0000-7000-8000-000000000003',
};

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Headers;
  readonly text: string;
}

function asked(name: string): { readonly method: string; readonly path: string; readonly rule: Rule } {
  const [method = '', path = ''] = name.split(' ');
  return { method, path, rule: present(rules[name], 'a rule that is not in the table') };
}

async function call(
  name: string,
  headers: Record<string, string>,
  ids: Readonly<Record<string, string>> = unknownIds,
): Promise<Answer> {
  const { method, path, rule } = asked(name);
  const known: Readonly<Record<string, string>> = {
    kind: 'practitioner',
    key: 'x',
    emailId,
    deviceId: emailId,
    ...ids,
  };
  const target = path.replace(/\{(\w+)\}/g, (_whole, part: string) => present(known[part], `no ${part}`));
  return send(method, `${target}${rule.query === undefined ? '' : `?${rule.query}`}`, headers, rule.body);
}

async function send(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> {
  const response = await fetch(`${base()}${path}`, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  const code: unknown = isProblem ? JSON.parse(text).code : undefined;
  return {
    status: response.status,
    code: typeof code === 'string' ? code : undefined,
    headers: response.headers,
    text,
  };
}

const ofBrowsers = Object.keys(rules).filter((name) => rules[name]?.who === 'browser');
/** What an app password opens. */
const closed = Object.keys(rules).filter((name) => /^(?:signed-in|account)$/.test(rules[name]?.who ?? ''));
const ofAccounts = Object.keys(rules).filter((name) => rules[name]?.who === 'account');

async function makePerson(tenantId: TenantId, login: string): Promise<Person> {
  const { access, audit, contacts, mail } = operator.product;
  return audit.act(testing, async (act) => {
    const rpps = '89970000011';
    const who = { tenantId, login, name: `Dr ${login}`, rpps, title: 'Médecin', role: 'holder' } as const;
    const person = await access.createPerson(act, who);
    const own = present(parseAddress(`${login}@${operator.domain}`), 'a test address is not one');
    const wanted = { tenantId, type: 'PER', address: own, displayName: login, quotaBytes: gib } as const;
    const made = await mail.createAccount(act, wanted);
    await access.delegate(act, { account: made, personId: person.personId, rights: ['own'] });
    const groupId = await contacts.createGroup(act, made, { name: 'Tours', members: [] });
    const note = 'discrète';
    const entryId = await contacts.createBookEntry(act, made, { name: login, address: null, phone: '0200', note });
    const password = async (scopes: readonly Scope[]): Promise<string> =>
      (await access.createAppPassword(act, { person, label: 'test', scopes })).token.revealText();
    const passwords = { api: await password(['api']), mail: await password(['submission', 'imap', 'jmap']) };
    const content = { name: 'Orientation', subject: '', html: '', text: 'Cher confrère,' };
    const templateId = await mail.templates.create(act, made, content);
    return { login, ...passwords, ids: { accountId: made.accountId, groupId, entryId, templateId } };
  });
}

async function lend(to: Person, rights: readonly Right[]): Promise<void> {
  const { access, audit, database } = operator.product;
  const person = present(await access.findPersonByLogin(database.db, to.login), 'a test person is unknown');
  const lent = { tenantId: person.tenantId, accountId: anne.ids.accountId };
  await audit.act(testing, (act) => access.delegate(act, { account: lent, personId: person.personId, rights }));
}

const makeTenant = (name: string): Promise<TenantId> =>
  operator.product.audit.act(testing, (act) => operator.product.access.createTenant(act, { kind: 'practice', name }));
const practice = await makeTenant('Cabinet');
const anne = await makePerson(practice, 'anne');
/** Of the same practice, who may read the account of Anne. */
const reader = await makePerson(practice, 'reader');
/** Of the same practice, and of another one. */
const neighbour = await makePerson(practice, 'neighbour');
const stranger = await makePerson(await makeTenant('Ailleurs'), 'stranger');
await lend(reader, ['read']);

describe('the API', () => {
  test('has a rule for each of its operations, and says of each whether it asks who is there', async () => {
    const description: { paths: Record<string, Record<string, { security?: unknown }>> } = JSON.parse(
      (await send('GET', '/api/openapi.json', {})).text,
    );
    const listed = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
    assert.deepEqual(listed.map(({ name }) => name).sort(), Object.keys(rules).sort());
    for (const { name, operation } of listed) {
      const { who } = present(rules[name], 'an operation without rule');
      const session = [{ session: [] }];
      const programs = [{ appPassword: [] }, { token: [] }];
      const needsNobody = who === 'anybody' || who === 'sign-in';
      const expected = needsNobody ? undefined : who === 'browser' ? session : [...programs, ...session];
      assert.deepEqual(operation.security, expected, name);
    }
  });

  test('opens to anybody what watches over it, and nothing else', async () => {
    for (const name of Object.keys(rules)) {
      const { status, code, headers } = await call(name, {});
      const who = rules[name]?.who;
      if (who === 'anybody') assert.equal(status, rules[name]?.holder ?? 200, name);
      else {
        assert.deepEqual([status, code], [401, who === 'sign-in' ? 'credentials-refused' : 'signed-out'], name);
        const challenges = headers.get('www-authenticate') ?? '';
        if (who === 'sign-in') assert.equal(challenges, 'Hygie-Session realm="Hygie"', 'RFC 9110 §15.5.2');
        // RFC 7617 §2, RFC 6750 §3
        else assert.equal(challenges, 'Basic realm="Hygie", charset="UTF-8", Bearer realm="Hygie"', name);
      }
      assert.equal(headers.get('cache-control'), 'no-store', name);
    }
    for (const [method, path] of beside) assert.equal((await send(method, path, {})).status, 401, path);
  });

  test('says the same of a wrong login, a wrong password, a wrong scope and a malformed field', async () => {
    const { login, api, mail } = anne;
    for (const name of closed) {
      const wrong = [basic(login, mail), basic(login, `${api}x`), basic(`${name}@nobody`, api)];
      const answers: string[] = [];
      for (const headers of wrong) {
        const { status, text } = await call(name, headers, anne.ids);
        assert.equal(status, 401, name);
        answers.push(text);
        // Who signs in is forgiven: what is tried here is not the slowing down.
        assert.equal((await send('GET', '/api/accounts', basic(login, api))).status, 200);
      }
      assert.equal(new Set(answers).size, 1, name);
    }
    for (const [method, path] of beside) assert.equal((await send(method, path, basic(login, mail))).status, 401, path);
  });

  test('opens the same to a bearer token, without the login (RFC 6750 §2.1), and to no wrong one', async () => {
    const asked = (token: string): Promise<Answer> => send('GET', '/api/accounts', bearer(token));
    const { status, text } = await asked(anne.api);
    assert.equal(status, 200);
    assert.deepEqual(text, (await send('GET', '/api/accounts', basic(anne.login, anne.api))).text);
    assert.equal((await send('GET', '/fhir/Practitioner?family=meziane', bearer(anne.api))).status, 200);
    const wrong = [anne.mail, `${anne.api}x`, 'wrong'];
    const answers = await Promise.all(wrong.map(asked));
    for (const answer of answers) {
      assert.deepEqual([answer.status, answer.code], [401, 'credentials-refused']);
      // RFC 6750 §3.1
      assert.match(answer.headers.get('www-authenticate') ?? '', /Bearer realm="Hygie", error="invalid_token"$/);
    }
    assert.equal(new Set(answers.map((answer) => answer.text)).size, 1);
  });

  test('opens what is for browsers to no program', async () => {
    for (const name of ofBrowsers) {
      for (const headers of [basic(anne.login, anne.api), bearer(anne.api)]) {
        const { status, code } = await call(name, headers, anne.ids);
        assert.deepEqual([status, code], [401, 'signed-out'], name);
      }
    }
  });

  test('refuses a request that a browser may have been led to make, whatever its password', async () => {
    const right = basic(anne.login, anne.api);
    const signs = [
      { cookie: 'a=b' },
      { origin: 'https://cabinet.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-origin' },
    ];
    for (const more of signs) {
      for (const name of [...closed, ...ofBrowsers]) {
        const { status, code } = await call(name, { ...right, ...more }, anne.ids);
        assert.deepEqual([status, code], [403, 'browser-refused'], name);
      }
      for (const [method, path] of beside) assert.equal((await send(method, path, { ...right, ...more })).status, 403);
    }
  });

  test('shows of the account of another what it shows of none', async () => {
    for (const name of ofAccounts) {
      const none = await call(name, basic(neighbour.login, neighbour.api));
      assert.deepEqual([none.status, none.code], [404, 'account-unknown'], name);
      for (const person of [neighbour, stranger]) {
        const { status, text } = await call(name, basic(person.login, person.api), anne.ids);
        assert.deepEqual([status, text], [404, none.text], name);
      }
    }
  });

  test('finds no thing of another account, or of another practice, under the own account', async () => {
    for (const name of ofAccounts.filter((one) => /groupId|entryId|templateId/.test(one))) {
      // The address book is one for the practice.
      const others = name.includes('entryId') ? [stranger] : [stranger, neighbour];
      for (const { ids } of others) {
        const { status } = await call(name, basic(anne.login, anne.api), { ...ids, accountId: anne.ids.accountId });
        assert.equal(status, 404, name);
      }
    }
  });

  test('does for the holder what each operation says', async () => {
    for (const name of closed) {
      const { status, text } = await call(name, basic(anne.login, anne.api), anne.ids);
      assert.equal(status, rules[name]?.holder ?? 200, `${name} ${text}`);
    }
  });

  test('lets who may read read, and change nothing', async () => {
    for (const name of ofAccounts) {
      const { status, code } = await call(name, basic(reader.login, reader.api), anne.ids);
      assert.equal(status, rules[name]?.reader, `${name} ${code}`);
      if (status === 403) assert.equal(code, 'not-permitted', name);
    }
  });

  test('slows down who guesses, at the limit and not before, and says for how long', async () => {
    const guess = (): Promise<Answer> => send('GET', '/api/accounts', basic('guessed', 'wrong'));
    for (let tries = 0; tries < accessLimits.failuresPerWindow; tries += 1) assert.equal((await guess()).status, 401);
    const { status, code, headers } = await guess();
    assert.deepEqual([status, code], [429, 'too-many-attempts']);
    const seconds = Number(headers.get('retry-after'));
    assert.ok(seconds >= 1 && seconds <= accessLimits.failureWindowSeconds, 'RFC 9110 §10.2.3');
  });

  test('slows down who guesses tokens, and lets in who has one', async () => {
    const guess = (): Promise<Answer> => send('GET', '/api/accounts', bearer('wrong'));
    const codes: (string | undefined)[] = [];
    // Some were guessed above, from the same address.
    for (let tries = 0; tries <= accessLimits.failuresPerWindow; tries += 1) codes.push((await guess()).code);
    const first = codes.indexOf('too-many-attempts');
    assert.ok(first > 0 && first <= accessLimits.failuresPerWindow);
    assert.ok(codes.slice(first).every((code) => code === 'too-many-attempts'));
    assert.equal((await send('GET', '/api/accounts', bearer(anne.api))).status, 200);
  });

  test('keeps no name, address or password in its log', () => {
    const log = JSON.stringify(operator.logged);
    for (const word of [address, 'meziane', anne.api, 'discrète']) assert.ok(!log.includes(word), word);
  });
});
