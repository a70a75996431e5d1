/**
 * Sessions of browsers, tried by other sites, other sessions, other operators and stale cookies: what is let in is the page of this
 * operator, in the session that it opened, and nothing else. Every refusal of one kind says the same.
 */
import assert from 'node:assert/strict';
import { request as requestTls } from 'node:https';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { sessionBounds } from '../../contract/session.ts';
import { present } from '../../src/base/assert.ts';
import { accessLimits } from '../../src/base/domain-limits.ts';
import { gib } from '../../src/base/limits.ts';
import { Secret } from '../../src/base/secret.ts';
import type { PersonRef } from '../../src/domain/access/access.ts';
import type { AccountRef } from '../../src/domain/mail/mail.ts';
import { parseAddress } from '../../src/formats/address/address.ts';
import { chooseFreePort } from '../../src/platform/db/embedded/port.ts';
import { createTrustWorld } from '../../testkit/authority/trust-world.ts';
import { ServedOperator } from '../../testkit/served-operator.ts';
import { dnOf } from '../../testkit/transfer-world.ts';

const world = await createTrustWorld({ after }, { at: new Date() });
await world.publishCrls();
await world.publishList(['cabinet', 'hopital'].map((name) => ({ domain: `${name}.mssante.example`, dn: dnOf(name) })));
const httpsPort = await chooseFreePort();
const operator = await ServedOperator.start({ after }, world, { name: 'cabinet', accounts: [], web: true, httpsPort });
const neighbour = await ServedOperator.start({ after }, world, { name: 'hopital', accounts: [], web: true });
const testing = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;
const password = 'un mot de passe assez long';

interface Member extends PersonRef {
  readonly login: string;
  readonly account: AccountRef;
  readonly appPassword: string;
}

async function makePerson(of: ServedOperator, login: string): Promise<Member> {
  const { access, audit, mail } = of.product;
  return audit.act(testing, async (act) => {
    const tenantId = await access.createTenant(act, { kind: 'practice', name: 'Cabinet des Tilleuls' });
    const who = { tenantId, login, name: `Dr ${login}`, rpps: null, title: 'Médecin', role: 'holder' } as const;
    const person = await access.createPerson(act, who);
    await access.setPassword(act, person, new Secret(password));
    const address = present(parseAddress(`${login}@${of.domain}`), 'a test address is not one');
    const wanted = { tenantId, type: 'PER', address, displayName: login, quotaBytes: gib } as const;
    const account = await mail.createAccount(act, wanted);
    await access.delegate(act, { account, personId: person.personId, rights: ['own'] });
    const scopes = ['jmap', 'api'] as const;
    const { token } = await access.createAppPassword(act, { person, label: 'test', scopes });
    const { accountId } = account;
    return { ...person, login, account: { tenantId, accountId }, appPassword: token.revealText() };
  });
}

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Headers;
  readonly text: string;
}

const base = (of: ServedOperator = operator): string => `http://127.0.0.1:${of.ports.web}`;

async function send(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> {
  const response = await fetch(path.startsWith('http') ? path : `${base()}${path}`, {
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

interface Browser {
  readonly cookie: string;
  readonly csrf: string;
  /** Of the answer that signed in. */
  readonly setCookie: string;
  readonly session: Record<string, unknown>;
}

async function signIn(
  login: string,
  more: Record<string, string> = {},
  of: ServedOperator = operator,
): Promise<Browser> {
  const { status, text, headers } = await send('POST', `${base(of)}/api/session`, more, { login, password });
  assert.equal(status, 200, text);
  const setCookie = present(headers.get('set-cookie') ?? undefined, 'no cookie was set');
  const session = JSON.parse(text);
  return { cookie: present(setCookie.split(';')[0], 'an empty cookie'), csrf: session.csrfToken, setCookie, session };
}

const anne = await makePerson(operator, 'anne');
const bruno = await makePerson(operator, 'bruno');
await makePerson(neighbour, 'anne');

/** The routes that a session opens, and one request that changes something on each end. */
const reads = ['/api/session', '/api/accounts', '/fhir/Practitioner?family=meziane', '/.well-known/jmap'] as const;
const writes: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ['PATCH', '/api/settings', { density: 'compact' }],
  ['POST', `/api/accounts/${anne.account.accountId}/favourites`, { address: 'a@hopital.mssante.example' }],
  ['POST', '/jmap/api', { using: ['urn:ietf:params:jmap:core'], methodCalls: [['Core/echo', {}, 'a']] }],
  ['POST', `/jmap/upload/${anne.account.accountId}`, 'x'],
  ['DELETE', '/api/session'],
];

describe('a session', () => {
  test('opens with login and password, says who is there, and opens the API, FHIR and JMAP', async () => {
    const { cookie, session } = await signIn('anne');
    const { csrfToken, expiresAt, ...told } = session;
    assert.match(String(csrfToken), /^[A-Za-z0-9_-]{43}$/);
    const leftMs = Date.parse(String(expiresAt)) - operator.clock.now().getTime();
    assert.ok(leftMs <= accessLimits.sessionMs && leftMs > accessLimits.sessionMs - 60_000);
    assert.deepEqual(told, {
      person: {
        personId: anne.personId,
        tenantId: anne.tenantId,
        name: 'Dr anne',
        title: 'Médecin',
        roles: ['holder'],
      },
      practice: { name: 'Cabinet des Tilleuls', isOfflineAllowed: true },
      operator: {
        name: 'cabinet',
        isSandbox: true,
        domains: ['cabinet.mssante.example'],
        patientDomains: ['patient.mssante.fr'],
      },
      pushKey: null,
    });
    for (const path of reads) assert.equal((await send('GET', path, { cookie })).status, 200, path);
    assert.deepEqual(JSON.parse((await send('GET', '/api/session', { cookie })).text), session);
  });

  test('is a cookie of this host and this operator that no script and no other site can use', async () => {
    const { setCookie, csrf } = await signIn('anne');
    assert.match(
      setCookie,
      /^hygie-cabinet-mssante-example=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
      'in plain, on loopback',
    );
    assert.ok(!setCookie.includes(csrf));
    const secure = await signInByTls();
    assert.match(
      secure,
      /^__Host-hygie-cabinet-mssante-example=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      'RFC 6265 §4.1.2',
    );
  });

  test('is another at each sign-in, whatever cookie was there, and leaves the former one nowhere', async () => {
    const planted = `hygie-cabinet-mssante-example=${'A'.repeat(43)}`;
    const first = await signIn('anne', { cookie: planted });
    assert.notEqual(first.cookie, planted, 'a token is never taken from outside');
    assert.equal((await send('GET', '/api/session', { cookie: planted })).status, 204);
    const second = await signIn('anne', { cookie: first.cookie });
    assert.notEqual(second.cookie, first.cookie);
    assert.notEqual(second.csrf, first.csrf);
    assert.equal((await send('GET', '/api/session', { cookie: first.cookie })).status, 204);
    assert.equal((await send('GET', '/api/accounts', { cookie: first.cookie })).status, 401);
    assert.equal((await send('GET', '/api/session', { cookie: second.cookie })).status, 200);
  });

  test('changes something only with its own token (RFC 9110 §9.2.1), and says the same of every other', async () => {
    const mine = await signIn('anne');
    const other = await signIn('bruno');
    const again = await signIn('anne');
    const wrong: readonly (readonly [what: string, headers: Record<string, string>])[] = [
      ['none', {}],
      ['an empty one', { 'x-csrf-token': '' }],
      ['an altered one', { 'x-csrf-token': mine.csrf.replace(/^./, (one) => (one === 'A' ? 'B' : 'A')) }],
      ['a longer one', { 'x-csrf-token': `${mine.csrf}A` }],
      ['the token of the cookie itself', { 'x-csrf-token': mine.cookie.split('=')[1] ?? '' }],
      ['that of another person', { 'x-csrf-token': other.csrf }],
      ['that of another session of the same person', { 'x-csrf-token': again.csrf }],
    ];
    const texts = new Set<string>();
    for (const [method, path, body] of writes) {
      for (const [what, headers] of wrong) {
        const answer = await send(method, path, { cookie: mine.cookie, ...headers }, body);
        assert.deepEqual([answer.status, answer.code], [403, 'csrf-refused'], `${method} ${path} with ${what}`);
        texts.add(answer.text);
      }
    }
    assert.equal(texts.size, 1);
    for (const [method, path, body] of writes) {
      const answer = await send(method, path, { cookie: mine.cookie, 'x-csrf-token': mine.csrf }, body);
      assert.ok(answer.status === 200 || answer.status === 201, `${method} ${path} ${answer.text}`);
    }
  });

  test('is of no use to another site, with its token or without', async () => {
    const { cookie, csrf } = await signIn('anne');
    const own = base();
    const foreign: readonly Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${own}.evil.example` },
      { origin: own.replace(/\d+$/, (port) => String(Number(port) + 1)) },
      { origin: own.replace('http:', 'https:') },
      { origin: `http://evil.example:${operator.ports.web}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: own },
      { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'unheard-of' },
    ];
    for (const headers of foreign) {
      const right = { cookie, 'x-csrf-token': csrf, ...headers };
      for (const [method, path, body] of writes) {
        const { status, code } = await send(method, path, right, body);
        assert.deepEqual([status, code], [403, 'foreign-origin'], `${path} ${JSON.stringify(headers)}`);
      }
      for (const path of ['/api/session', '/api/accounts', '/.well-known/jmap', '/jmap/eventsource?types=*']) {
        const { status } = await send('GET', path, right);
        assert.equal(status, 403, `${path} ${JSON.stringify(headers)}`);
      }
      const answer = await send('POST', '/api/session', headers, { login: 'anne', password });
      assert.deepEqual([answer.status, answer.code], [403, 'foreign-origin'], JSON.stringify(headers));
      assert.equal(answer.headers.get('set-cookie'), null);
    }
  });

  test('serves the pages of this operator, however its own address is written', async () => {
    const { cookie, csrf } = await signIn('anne', { origin: base(), 'sec-fetch-site': 'same-origin' });
    const { web } = operator.ports;
    for (const origin of [base(), `http://localhost:${web}`, `http://[::1]:${web}`, 'https://localhost']) {
      const headers = { cookie, 'x-csrf-token': csrf, origin, 'sec-fetch-site': 'same-origin' };
      assert.equal((await send('PATCH', '/api/settings', headers, { density: 'compact' })).status, 200, origin);
    }
    // An address that was typed, or opened from another program.
    const typed = { cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'none' };
    assert.equal((await send('GET', '/api/session', typed)).status, 200);
    assert.equal((await send('PATCH', '/api/settings', typed, { density: 'compact' })).status, 403);
  });

  test('is told to go by the same words, whether it is over, altered, of another operator or never was', async () => {
    const ended = await signIn('anne');
    const headers = { cookie: ended.cookie, 'x-csrf-token': ended.csrf };
    const out = await send('DELETE', '/api/session', headers);
    assert.deepEqual([out.status, out.text], [200, '{"done":true}']);
    assert.match(out.headers.get('set-cookie') ?? '', /^hygie-cabinet-mssante-example=; .*Max-Age=0$/);
    const live = await signIn('anne');
    const elsewhere = await signIn('anne', {}, neighbour);
    const asOurs = elsewhere.cookie.replace('hopital', 'cabinet');
    const stale: Readonly<Record<string, string>> = {
      'signed out': ended.cookie,
      altered: live.cookie.replace(/.$/, (one) => (one === 'A' ? 'E' : 'A')),
      cut: live.cookie.slice(0, -1),
      empty: 'hygie-cabinet-mssante-example=',
      'of another operator': elsewhere.cookie,
      'of another operator, renamed': asOurs,
      'of TLS, in plain': live.cookie.replace('hygie', '__Host-hygie'),
      'there twice': `${live.cookie}; ${live.cookie}`,
      'in quotes': live.cookie.replace('=', '="').concat('"'),
      'never given': `hygie-cabinet-mssante-example=${'A'.repeat(43)}`,
      'of none of ours': 'a=b',
    };
    const texts = new Set<string>();
    for (const [what, cookie] of Object.entries(stale)) {
      for (const [method, path, body] of [['GET', '/api/accounts'], ...writes] as const) {
        const answer = await send(method, path, { cookie, 'x-csrf-token': live.csrf }, body);
        assert.deepEqual([answer.status, answer.code], [401, 'signed-out'], `${path} ${what}`);
        // RFC 9110 §15.5.2; what browsers know would open their own dialogue.
        assert.equal(answer.headers.get('www-authenticate'), 'Hygie-Session realm="Hygie"', what);
        texts.add(answer.text);
      }
    }
    assert.equal(texts.size, 1);
    assert.equal((await send('GET', '/api/session', { cookie: live.cookie })).status, 200);
  });

  test('is refused together with a password, as every request of a browser with one', async () => {
    const { cookie, csrf } = await signIn('anne');
    const basic = Buffer.from(`anne:${anne.appPassword}`).toString('base64');
    for (const authorization of [`Basic ${basic}`, `Bearer ${anne.appPassword}`, 'Basic x']) {
      const { status, code } = await send('GET', '/api/session', { cookie, authorization });
      assert.deepEqual([status, code], [403, 'browser-refused']);
      for (const [method, path, body] of writes) {
        const answer = await send(method, path, { cookie, 'x-csrf-token': csrf, authorization }, body);
        assert.deepEqual([answer.status, answer.code], [403, 'browser-refused'], path);
      }
    }
  });

  test('shows nothing of another account, practice or person', async () => {
    const { cookie, csrf } = await signIn('bruno');
    const headers = { cookie, 'x-csrf-token': csrf };
    const { accountId } = anne.account;
    assert.equal((await send('GET', `/api/accounts/${accountId}/templates`, headers)).status, 404);
    assert.equal((await send('GET', `/jmap/download/${accountId}/E${accountId}/x`, headers)).status, 404);
    const shown = await send('GET', '/.well-known/jmap', headers);
    assert.deepEqual(Object.keys(JSON.parse(shown.text).accounts), [bruno.account.accountId]);
  });

  test('keeps nothing in the browser: what it downloads is for no cache', async () => {
    const { cookie, csrf } = await signIn('anne');
    const upload = await send('POST', `/jmap/upload/${anne.account.accountId}`, { cookie, 'x-csrf-token': csrf }, 'x');
    const { blobId } = JSON.parse(upload.text);
    const path = `/jmap/download/${anne.account.accountId}/${blobId}/note.txt?type=text/plain`;
    assert.equal((await send('GET', path, { cookie })).headers.get('cache-control'), 'private, no-store');
    const authorization = `Bearer ${anne.appPassword}`;
    const kept = (await send('GET', path, { authorization })).headers.get('cache-control');
    assert.equal(kept, 'private, immutable, max-age=31536000', 'RFC 8620 §6.2');
  });

  test('counts as one where the audit tells what was opened', async () => {
    const opened = async (): Promise<readonly (string | null)[]> => {
      const { rows } = await sql<{ sessionId: string | null }>`
        select session_id as "sessionId" from audit.event
         where kind = 'email.opened' and actor = ${anne.personId} order by id`.execute(operator.product.database.db);
      return rows.map(({ sessionId }) => sessionId);
    };
    const emailId = await store(anne.account);
    const first = await signIn('anne');
    const second = await signIn('anne');
    const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'];
    const get = ({ cookie, csrf }: Browser): Promise<Answer> => {
      const args = { accountId: anne.account.accountId, ids: [emailId], properties: ['subject'] };
      const body = { using, methodCalls: [['Email/get', args, 'a']] };
      return send('POST', '/jmap/api', { cookie, 'x-csrf-token': csrf }, body);
    };
    for (const browser of [first, first, second]) assert.equal((await get(browser)).status, 200);
    const sessions = await opened();
    assert.equal(sessions.length, 2);
    assert.equal(new Set(sessions).size, 2);
    assert.ok(sessions.every((id) => id !== null));
  });
});

describe('signing in', () => {
  test('says the same of a login that is not known and of a password that is wrong', async () => {
    const answers = [
      await send('POST', '/api/session', {}, { login: 'anne', password: 'wrong' }),
      await send('POST', '/api/session', {}, { login: 'nobody', password }),
      await send('POST', '/api/session', {}, { login: 'anne', password: anne.appPassword }),
    ];
    for (const { status, code, headers } of answers) {
      assert.deepEqual([status, code], [401, 'credentials-refused']);
      assert.equal(headers.get('set-cookie'), null);
    }
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  });

  test('takes JSON alone, which no form of another site can send, and no credentials beside', async () => {
    const body = JSON.stringify({ login: 'anne', password });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
      const response = await fetch(`${base()}/api/session`, { method: 'POST', body: Buffer.from(body), headers });
      assert.equal(response.status, 415, type);
      assert.equal(response.headers.get('set-cookie'), null);
    }
    const authorization = `Bearer ${anne.appPassword}`;
    const both = await send('POST', '/api/session', { authorization }, { login: 'anne', password });
    assert.equal(both.code, 'browser-refused');
    const more = await send('POST', '/api/session', {}, { login: 'anne', password, tenantId: anne.tenantId });
    assert.equal(more.status, 400);
    const { loginCharacters, passwordCharacters } = sessionBounds;
    const longest = { login: 'l'.repeat(loginCharacters), password: 'p'.repeat(passwordCharacters) };
    assert.equal((await send('POST', '/api/session', {}, longest)).status, 401);
    for (const key of ['login', 'password'] as const) {
      const longer = { ...longest, [key]: `${longest[key]}x` };
      assert.equal((await send('POST', '/api/session', {}, longer)).status, 400, key);
    }
  });

  test('slows down who guesses, at the limit and not before, and lets the person in from elsewhere in time', async () => {
    const guess = (): Promise<Answer> => send('POST', '/api/session', {}, { login: 'bruno', password: 'wrong' });
    for (let tries = 0; tries < accessLimits.failuresPerWindow; tries += 1) assert.equal((await guess()).status, 401);
    const right = await send('POST', '/api/session', {}, { login: 'bruno', password });
    assert.deepEqual([right.status, right.code], [429, 'too-many-attempts']);
    const seconds = Number(right.headers.get('retry-after'));
    assert.ok(seconds >= 1 && seconds <= accessLimits.failureWindowSeconds, 'RFC 9110 §10.2.3');
  });

  test('is told to the audit, refused or not, and leaves neither token nor password in the log or the database', async () => {
    const { cookie, csrf } = await signIn('anne');
    const { db } = operator.product.database;
    const { rows } = await sql<{ outcome: string }>`
      select distinct outcome from audit.event where kind = 'session.opened' order by 1`.execute(db);
    assert.deepEqual(rows, [{ outcome: 'done' }, { outcome: 'refused' }]);
    const dump = await sql<{ text: string }>`
      select it::text as text from access.session it union all select it::text from access.session_lookup it`.execute(
      db,
    );
    const token = present(cookie.split('=')[1], 'a cookie without value');
    const kept = JSON.stringify([dump.rows, operator.logged]);
    for (const secret of [token, csrf, password, Buffer.from(token).toString('hex')]) {
      assert.ok(!kept.includes(secret));
    }
  });
});

describe('a session ends', () => {
  test('with a new password, and with its person', async () => {
    const { access, audit } = operator.product;
    const person = await makePerson(operator, 'carole');
    const before = await signIn('carole');
    await audit.act(testing, (act) => access.setPassword(act, person, new Secret(password)));
    assert.equal((await send('GET', '/api/session', { cookie: before.cookie })).status, 204);
    const after = await signIn('carole');
    await audit.act(testing, (act) => access.disablePerson(act, person));
    assert.equal((await send('GET', '/api/session', { cookie: after.cookie })).status, 204);
    await audit.act(testing, (act) => access.enablePerson(act, person));
    assert.equal((await send('GET', '/api/session', { cookie: after.cookie })).status, 204, 'for good');
  });

  test('and with it the push that it opened', async () => {
    const { cookie, csrf } = await signIn('anne');
    const response = await fetch(`${base()}/jmap/eventsource?types=*&closeafter=no&ping=1`, { headers: { cookie } });
    assert.equal(response.status, 200);
    await send('DELETE', '/api/session', { cookie, 'x-csrf-token': csrf });
    // Resolves once the server has ended it: at the next look, within the second of its ping.
    assert.match(await response.text(), /^retry: /);
  });

  test('unused for two hours, or after twelve, whatever a page that was left open does by itself', async () => {
    const used = await signIn('anne');
    const unused = await signIn('anne');
    const asks = async ({ cookie }: Browser, path = '/api/accounts'): Promise<number> => {
      const response = await fetch(`${base()}${path}`, { headers: { cookie } });
      await response.body?.cancel();
      return response.status;
    };
    const push = '/jmap/eventsource?types=*&closeafter=no&ping=0';
    const stepMs = accessLimits.sessionIdleMs - 60_000;
    operator.clock.advance(stepMs);
    assert.deepEqual([await asks(used), await asks(unused, push)], [200, 200]);
    operator.clock.advance(120_000);
    assert.deepEqual([await asks(used), await asks(unused, push), await asks(unused)], [200, 401, 401]);
    let passedMs = stepMs + 120_000;
    for (; passedMs + stepMs < accessLimits.sessionMs; passedMs += stepMs) {
      operator.clock.advance(stepMs);
      assert.equal(await asks(used), 200);
    }
    operator.clock.advance(accessLimits.sessionMs - passedMs);
    assert.equal(await asks(used), 401);
  });
});

/** A small message in the inbox. */
async function store(account: AccountRef): Promise<string> {
  const { audit, mail } = operator.product;
  const intake = mail.openIntake({ prefix: Buffer.alloc(0) });
  await intake.write(Buffer.from('Subject: Bilan\r\n\r\nBonjour.\r\n'));
  const message = await intake.finish();
  const delivery = { ...account, message, to: { role: 'inbox' }, keywords: [], receivedAt: new Date() } as const;
  const [outcome] = await audit.act(testing, (act) => mail.deliver(act, [{ ...delivery, event: 'email.received' }]));
  if (outcome?.kind !== 'stored') throw new Error(`a test message was not stored: ${outcome?.kind}`);
  return outcome.emailId;
}

/** The cookie that a sign-in over TLS is given. */
function signInByTls(): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const options = { host: '127.0.0.1', port: httpsPort, path: '/api/session', method: 'POST', headers };
    // The certificate is of the operator's name; what is looked at here is the cookie.
    const asked = requestTls({ ...options, rejectUnauthorized: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.headers['set-cookie']?.[0] ?? ''));
    });
    asked.on('error', reject);
    asked.end(JSON.stringify({ login: 'anne', password }));
  });
}
