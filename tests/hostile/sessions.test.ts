/**
 * Sessions of browsers, tried by other sites, other sessions, other operators and stale cookies: what is let in is the page of this
 * operator, in the session that it opened, and nothing else. Every refusal of one kind says the same.
 */
import assert from 'node:assert/strict';
import { request as requestTls } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
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
  return { status: response.status, code: typeof code === 'string' ? code : undefined, headers: response.headers, text };
}

interface Browser {
  readonly cookie: string;
  readonly csrf: string;
  /** Of the answer that signed in. */
  readonly setCookie: string;
  readonly session: Record<string, unknown>;
}

async function signIn(login: string, more: Record<string, string> = {}, of: ServedOperator = operator): Promise<Browser> {
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
    assert.ok(Date.parse(String(expiresAt)) > Date.now());
    assert.deepEqual(told, {
      person: { personId: anne.personId, tenantId: anne.tenantId, name: 'Dr anne', title: 'Médecin', roles: ['holder'] },
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

});
