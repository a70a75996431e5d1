import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { test } from 'node:test';
import { createTrustWorld } from '../../../testkit/authority/trust-world.ts';
import { signWhiteList } from '../../../testkit/authority/white-list.ts';
import { openTestDatabase } from '../../../testkit/database.ts';
import { createFetcher } from '../../platform/net/fetcher.ts';
import { readTrustAlarms, refreshWhiteList, type TrustDeps } from './trust.ts';

test('a list is fetched once, then confirmed by its version alone, and a refused one is asked for again whole', async (t) => {
  const world = await createTrustWorld(t);
  const { database } = await openTestDatabase(t);
  const { db } = database;
  const { signer } = world;
  const host = world.authority.issue({ dn: 'CN=liste.example,C=FR' });
  const domains = [{ domain: 'cabinet.mssante.example', dn: 'CN=a,C=FR' }];
  const sign = (): string =>
    signWhiteList({ domains, generatedAt: world.now(), key: signer.keyPem, certificate: signer.certificatePem });
  let published = { etag: '"1"', body: sign() };
  let isAway = false;
  const answers: number[] = [];
  const server = createServer({ key: host.keyPem, cert: host.chainPem }, (request, response) => {
    const isKnown = request.headers['if-none-match'] === published.etag;
    response.statusCode = isAway ? 404 : isKnown ? 304 : 200;
    answers.push(response.statusCode);
    response.setHeader('etag', published.etag);
    response.setHeader('last-modified', 'Sun, 22 Nov 2026 10:00:00 GMT');
    response.end(response.statusCode === 200 ? published.body : undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const authority = `localhost:${address.port}`;
  const fetcher = createFetcher({
    allowedHosts: [authority],
    allowLoopback: true,
    timeoutMs: 5000,
    maxBytes: 1_000_000,
    ca: world.authority.rootPem,
  });
  const whiteList = { ...world.config.whiteList, source: `https://${authority}/liste.xml` };
  const deps: TrustDeps = { ...world.deps(db), fetcher, config: { ...world.config, whiteList } };
  const refresh = async (): Promise<string> => {
    world.moveTo(new Date(world.now().getTime() + 3_600_000));
    const outcome = await refreshWhiteList(deps);
    return 'code' in outcome ? outcome.code : outcome.outcome;
  };

  assert.equal(await refresh(), 'accepted');
  assert.equal(await refresh(), 'unchanged');
  assert.deepEqual(answers, [200, 304]);
  published = { etag: '"2"', body: sign().replace('cabinet', 'hopital') };
  assert.equal(await refresh(), 'white-list-altered');
  assert.equal(await refresh(), 'white-list-altered');
  published = { etag: '"3"', body: sign() };
  assert.equal(await refresh(), 'accepted');
  assert.deepEqual(answers.slice(2), [200, 200, 200]);
  isAway = true;
  assert.equal(await refresh(), 'declined-404');
  for (let i = 0; i < 24; i += 1) await refresh();
  assert.deepEqual(
    (await readTrustAlarms(db)).map(({ code, level }) => `${level} ${code}`),
    ['warning white-list-unconfirmed'],
  );
  isAway = false;
  assert.equal(await refresh(), 'unchanged');
  assert.deepEqual(await readTrustAlarms(db), []);
});
