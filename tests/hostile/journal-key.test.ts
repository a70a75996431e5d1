/** The key of what a browser keeps of unfinished writing: of one person, for an open session alone. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { present } from '../../src/base/assert.ts';
import { Secret } from '../../src/base/secret.ts';
import { createTrustWorld } from '../../testkit/authority/trust-world.ts';
import { ServedOperator } from '../../testkit/served-operator.ts';
import { dnOf } from '../../testkit/transfer-world.ts';

const world = await createTrustWorld({ after }, { at: new Date() });
await world.publishCrls();
await world.publishList([{ domain: 'cabinet.mssante.example', dn: dnOf('cabinet') }]);
const operator = await ServedOperator.start({ after }, world, { name: 'cabinet', accounts: [], web: true });
const { access, audit } = operator.product;
const password = 'un mot de passe assez long';
const testing = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;

/** Two people of one practice, one of another. */
const appPassword = await audit.act(testing, async (act) => {
  let token = '';
  for (const logins of [['anne', 'bruno'], ['carla']]) {
    const tenantId = await access.createTenant(act, { kind: 'practice', name: 'Cabinet' });
    for (const login of logins) {
      const who = { tenantId, login, name: login, rpps: null, title: 'Médecin', role: 'holder' } as const;
      const person = await access.createPerson(act, who);
      await access.setPassword(act, person, new Secret(password));
      const made = await access.createAppPassword(act, { person, label: 'test', scopes: ['api'] });
      if (login === 'anne') token = made.token.revealText();
    }
  }
  return token;
});

const base = `http://127.0.0.1:${operator.ports.web}`;
const path = `${base}/api/session/journal-key`;

async function signIn(login: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ login, password });
  const answer = await fetch(`${base}/api/session`, { method: 'POST', headers, body });
  assert.equal(answer.status, 200, await answer.text());
  return present(answer.headers.get('set-cookie')?.split(';')[0], 'no cookie was set');
}

async function keyOf(cookie: string): Promise<string> {
  const answer = await fetch(path, { headers: { cookie } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('cache-control') ?? '', /no-store/);
  const { key }: { key: string } = await answer.json();
  assert.equal(Buffer.from(key, 'base64url').length, 32);
  return key;
}

test('one person has the same key in every session, and nobody else has it', async () => {
  const key = await keyOf(await signIn('anne'));
  assert.equal(await keyOf(await signIn('anne')), key);
  const others = [await keyOf(await signIn('bruno')), await keyOf(await signIn('carla'))];
  assert.equal(new Set([key, ...others]).size, 3);
});

test('the key outlives a renewal of the practice’s own, so that nothing typed is lost', async () => {
  const cookie = await signIn('carla');
  const key = await keyOf(cookie);
  const { database, dataKeys } = operator.product;
  const carla = present(await access.findPersonByLogin(database.db, 'carla'), 'a person of the test');
  const owner = { tenantId: carla.tenantId, purpose: 'tenant', ownerId: carla.tenantId } as const;
  await database.db.transaction().execute((tx) => dataKeys.rotate(tx, owner));
  assert.equal(await keyOf(cookie), key);
});

test('without a session there is no key: not after sign-out, nor for a program', async () => {
  const cookie = await signIn('anne');
  const session: { csrfToken: string } = await (await fetch(`${base}/api/session`, { headers: { cookie } })).json();
  await fetch(`${base}/api/session`, { method: 'DELETE', headers: { cookie, 'x-csrf-token': session.csrfToken } });
  assert.equal((await fetch(path, { headers: { cookie } })).status, 401);
  assert.equal((await fetch(path)).status, 401);
  const authorization = `Basic ${Buffer.from(`anne:${appPassword}`).toString('base64')}`;
  assert.ok([401, 403].includes((await fetch(path, { headers: { authorization } })).status));
});
