/** The session and the endpoint of requests, through real requests. */
import assert from 'node:assert/strict';
import { request as openRequest } from 'node:http';
import { after, describe, test } from 'node:test';
import { JmapHttp, jmapCapabilities } from '../../../../testkit/jmap-http.ts';
import { present } from '../../../base/assert.ts';
import { transferLimits } from '../../../base/domain-limits.ts';
import { jmapLimits } from '../../../base/end-limits.ts';

const world = await JmapHttp.open({ after });
const tenantId = await world.createTenant();
const { person, account } = await world.createHolder(tenantId);
const lent = await world.createAccount(tenantId);
const sendOnly = await world.createAccount(tenantId);
await world.lend(lent, person, ['read']);
await world.lend(sendOnly, person, ['send', 'manage']);
await world.createHolder();

async function sessionOf(of: JmapHttp, who = person) {
  const response = await of.fetch(who, '/.well-known/jmap');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  return response.json() as Promise<Session>; // read by the assertions below
}

interface ShownAccount {
  readonly name: string;
  readonly isPersonal: boolean;
  readonly isReadOnly: boolean;
  readonly accountCapabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Session {
  readonly username: string;
  readonly accounts: Readonly<Record<string, ShownAccount>>;
  readonly primaryAccounts: Readonly<Record<string, string>>;
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly apiUrl: string;
  readonly downloadUrl: string;
  readonly uploadUrl: string;
  readonly eventSourceUrl: string;
  readonly state: string;
}

describe('the session (RFC 8620 §2 and §2.2)', () => {
  test('shows the accounts that the person may read, and what they may do there', async () => {
    const session = await sessionOf(world);
    assert.equal(session.username, person.login);
    assert.deepEqual(Object.keys(session.accounts).sort(), [account.accountId, lent.accountId].sort());
    const own = present(session.accounts[account.accountId], 'the own account is missing');
    const other = present(session.accounts[lent.accountId], 'the lent account is missing');
    assert.deepEqual([own.name, own.isPersonal, own.isReadOnly], [account.address, true, false]);
    assert.deepEqual([other.isPersonal, other.isReadOnly], [false, true]);
    assert.equal(own.accountCapabilities['urn:ietf:params:jmap:mail']?.['mayCreateTopLevelMailbox'], true);
    assert.equal(other.accountCapabilities['urn:ietf:params:jmap:mail']?.['mayCreateTopLevelMailbox'], false);
    const primary = Object.fromEntries(jmapCapabilities.map((name) => [name, account.accountId]));
    assert.deepEqual(session.primaryAccounts, primary);
    assert.deepEqual(Object.keys(session.capabilities).sort(), [...jmapCapabilities].sort());
  });

  test('tells the limits as they are (RFC 8621 §1.3.1, RFC 9404 §3 and §3.1)', async () => {
    const core = present((await sessionOf(world)).capabilities['urn:ietf:params:jmap:core'], 'no core');
    assert.deepEqual(
      [core['maxSizeRequest'], core['maxCallsInRequest'], core['maxConcurrentRequests'], core['maxConcurrentUpload']],
      [jmapLimits.requestBytes, jmapLimits.callsInRequest, jmapLimits.concurrentRequests, jmapLimits.concurrentUploads],
    );
    const { accountCapabilities } = present((await sessionOf(world)).accounts[account.accountId], 'no account');
    const mail = accountCapabilities['urn:ietf:params:jmap:mail'];
    assert.deepEqual(mail?.['emailQuerySortOptions'], [
      ...['receivedAt', 'size', 'from', 'to', 'subject', 'sentAt'],
      ...['hasKeyword', 'allInThreadHaveKeyword', 'someInThreadHaveKeyword'],
    ]);
    const blob = accountCapabilities['urn:ietf:params:jmap:blob'];
    assert.deepEqual(
      [blob?.['maxSizeBlobSet'], blob?.['maxDataSources'], blob?.['supportedTypeNames']],
      [jmapLimits.blobSetBytes, jmapLimits.dataSources, ['Mailbox', 'Thread', 'Email']],
    );
  });

  test('tells how long a sending may be held, and by which extensions (RFC 8621 §1.3.2, RFC 4865 §3)', async () => {
    const { accountCapabilities } = present((await sessionOf(world)).accounts[account.accountId], 'no account');
    const seconds = transferLimits.holdMs / 1_000;
    assert.deepEqual(accountCapabilities['urn:ietf:params:jmap:submission'], {
      maxDelayedSend: seconds,
      submissionExtensions: { FUTURERELEASE: [String(seconds)], DSN: [] },
    });
  });

  test('has addresses of the listener that was asked, in the sandbox', async () => {
    const session = await sessionOf(world);
    for (const name of ['apiUrl', 'downloadUrl', 'uploadUrl', 'eventSourceUrl'] as const) {
      assert.ok(session[name].startsWith(`${world.base}/jmap/`), name);
    }
  });

  test('has the public addresses elsewhere, whatever `Host` says', async (t) => {
    const served = await JmapHttp.open(t, { sandbox: false });
    const { person: who } = await served.createHolder();
    const session = await sessionOf(served, who);
    assert.equal(session.apiUrl, 'https://mss.cabinet.example/jmap/api');
  });

  test('is another one when a right is given', async () => {
    const holder = await world.createHolder(tenantId);
    const before = await sessionOf(world, holder.person);
    assert.equal((await sessionOf(world, holder.person)).state, before.state);
    await world.lend(lent, holder.person, ['read']);
    const response = await world.post(holder.person, { using: jmapCapabilities, methodCalls: [] });
    const { sessionState }: { sessionState: string } = JSON.parse(await response.text());
    assert.notEqual(sessionState, before.state);
    assert.equal((await sessionOf(world, holder.person)).state, sessionState);
  });

  test('is for who signs in', async () => {
    const response = await fetch(`${world.base}/.well-known/jmap`);
    assert.equal(response.status, 401);
    assert.match(response.headers.get('www-authenticate') ?? '', /^Basic /);
  });
});

describe('the endpoint of requests (RFC 8620 §3.1)', () => {
  const echo = { using: jmapCapabilities, methodCalls: [['Core/echo', { hello: true }, 'c1']] } as const;
  const faultOf = async (response: Response) => {
    assert.equal(response.headers.get('content-type')?.split(';')[0], 'application/problem+json');
    const { type, limit }: { type: string; limit?: string } = JSON.parse(await response.text());
    return [response.status, type.replace('urn:ietf:params:jmap:error:', ''), ...(limit === undefined ? [] : [limit])];
  };

  test('runs calls, and gives created ids back (RFC 8620 §4)', async () => {
    const response = await world.post(person, { ...echo, createdIds: { a: 'b' } });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type')?.split(';')[0], 'application/json');
    const { methodResponses, createdIds } = JSON.parse(await response.text());
    assert.deepEqual(methodResponses, [['Core/echo', { hello: true }, 'c1']]);
    assert.deepEqual(createdIds, { a: 'b' });
  });

  test('takes JSON with a charset, and no other type', async () => {
    assert.equal((await world.post(person, echo, 'application/json;charset=utf-8')).status, 200);
    for (const type of ['text/plain', 'application/jsonp', 'multipart/form-data', 'nonsense']) {
      assert.deepEqual(await faultOf(await world.post(person, echo, type)), [400, 'notJSON'], type);
    }
    assert.deepEqual(await faultOf(await world.post(person, '{"using":')), [400, 'notJSON']);
    assert.deepEqual(await faultOf(await world.post(person, Buffer.alloc(0))), [400, 'notJSON']);
    assert.deepEqual(await faultOf(await world.post(person, [])), [400, 'notRequest']);
    const other = { using: ['urn:x'], methodCalls: [] };
    assert.deepEqual(await faultOf(await world.post(person, other)), [400, 'unknownCapability']);
  });

  test('takes a request of the size it tells, and not one octet more (RFC 8620 §3.6.1)', async () => {
    const text = JSON.stringify(echo);
    assert.equal((await world.post(person, text.padEnd(jmapLimits.requestBytes))).status, 200);
    const beyond = await world.post(person, text.padEnd(jmapLimits.requestBytes + 1));
    assert.deepEqual(await faultOf(beyond), [400, 'limit', 'maxSizeRequest']);
  });

  test('runs as many requests of a person at once as it tells; others have their own', async () => {
    const { person: other } = await world.createHolder();
    const begin = () => {
      const headers = { ...person.headers, 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
      const slow = openRequest(`${world.base}/jmap/api`, { method: 'POST', headers });
      slow.on('error', () => undefined);
      slow.write('{');
      return slow;
    };
    // Those that came too late are refused as the last one is.
    const begun = Array.from({ length: jmapLimits.concurrentRequests }, begin);
    let last: (string | number)[] = [];
    while (last[1] !== 'limit') {
      begun.push(begin());
      const response = await world.post(person, echo);
      last = response.status === 200 ? [] : await faultOf(response);
    }
    assert.deepEqual(last, [400, 'limit', 'maxConcurrentRequests']);
    assert.equal((await world.post(other, echo)).status, 200);
    for (const slow of begun) slow.destroy();
    while ((await world.post(person, echo)).status !== 200);
  });

  test('refuses who is not signed in, before it reads', async () => {
    const body = JSON.stringify(echo);
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    assert.equal((await fetch(`${world.base}/jmap/api`, init)).status, 401);
    const cookie = { cookie: 'a=b' };
    assert.equal((await world.fetch(person, '/jmap/api', { ...init, headers: cookie })).status, 403);
  });
});
