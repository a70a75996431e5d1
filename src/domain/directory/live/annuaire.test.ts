import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { StandInFault } from '../../../../testkit/annuaire/annuaire.ts';
import { id, idnps, openLiveWorld } from '../../../../testkit/annuaire/live-world.ts';
import { practitioner } from '../../../../testkit/annuaire/resources.ts';
import { createAuthority } from '../../../../testkit/authority/authority.ts';
import { liveLimits } from '../../../base/domain-limits.ts';
import { createLog } from '../../../base/log.ts';
import { Secret } from '../../../base/secret.ts';
import type { CorrespondentId } from '../directory.ts';

describe('the Annuaire', () => {
  const someone = practitioner('1', idnps, [{ address: 'a@cabinet.example', type: 'PER' }]);

  test('is read page after page, as many as the bound and not one more', async (t) => {
    const roles = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        practitioner(String(index + 1), idnps, [{ address: `a${index}@cabinet.example`, type: 'PER' }]),
      );
    const { annuaire, clock, complete } = await openLiveWorld(t, {
      resources: roles(liveLimits.pages * liveLimits.pageSize),
    });
    assert.deepEqual(await complete(), { kind: 'completed', addresses: liveLimits.pages * liveLimits.pageSize });
    assert.equal(annuaire.requests.length, liveLimits.pages);
    annuaire.resources.set('Practitioner/x', practitioner('x', idnps));
    clock.ms += liveLimits.askAgainMs;
    const outcome = await complete();
    assert(outcome.kind === 'unavailable');
    assert.equal(outcome.why, 'answer-too-long');
    assert.equal(annuaire.requests.length, 2 * liveLimits.pages);
  });

  for (const [name, fault] of [
    ['429', { kind: 'status', status: 429, retryAfter: '1' }],
    ['503', { kind: 'status', status: 503 }],
    ['500', { kind: 'status', status: 500 }],
    ['a broken answer', { kind: 'garbage' }],
    ['a connection cut before', { kind: 'cut', when: 'before' }],
    ['a connection cut within', { kind: 'cut', when: 'within' }],
  ] as const satisfies readonly (readonly [string, StandInFault])[]) {
    test(`is asked again after ${name}, and answers`, async (t) => {
      const { annuaire, complete } = await openLiveWorld(t, { resources: [someone] });
      annuaire.fail(fault);
      assert.deepEqual(await complete(), { kind: 'completed', addresses: 1 });
      assert.equal(annuaire.requests.length, 2);
    });
  }

  for (const [why, fault, attempts] of [
    ['busy', { kind: 'status', status: 429, retryAfter: '3600' }, 1],
    ['busy', { kind: 'status', status: 503 }, liveLimits.attempts],
    ['failing', { kind: 'status', status: 502 }, liveLimits.attempts],
    ['key-refused', { kind: 'status', status: 401 }, 1],
    ['key-refused', { kind: 'status', status: 403 }, 1],
    ['question-refused', { kind: 'status', status: 400 }, 1],
    ['answer-malformed', { kind: 'oversize', bytes: liveLimits.answerBytes + 1 }, liveLimits.attempts],
    ['answer-malformed', { kind: 'redirect', to: 'http://127.0.0.1:1/' }, liveLimits.attempts],
    ['answer-malformed', { kind: 'next-link', url: 'http://127.0.0.1:1/fhir/v2/Practitioner?x' }, 1],
    ['answer-malformed', { kind: 'next-link', url: '/other/path' }, 1],
  ] as const satisfies readonly (readonly [string, StandInFault, number])[]) {
    test(`that goes on with ${Object.values(fault).join(' ').slice(0, 60)} is unavailable: ${why}`, async (t) => {
      const { annuaire, clock, complete } = await openLiveWorld(t, { resources: [someone] });
      annuaire.fail(fault, { times: attempts });
      const outcome = await complete();
      assert(outcome.kind === 'unavailable');
      assert.equal(outcome.why, why);
      assert.match(outcome.explanation, /Annuaire Santé/);
      assert.equal(annuaire.requests.length, attempts);
      // A failure is forgotten sooner than an answer.
      assert.equal((await complete()).kind, 'asked-lately');
      clock.ms += 3_600_000;
      assert.equal((await complete()).kind, 'completed');
    });
  }

  test('is given 8 MiB to answer in, and a page that large is read', async (t) => {
    const { annuaire, complete } = await openLiveWorld(t, { resources: [someone] });
    annuaire.fail({ kind: 'oversize', bytes: liveLimits.answerBytes });
    // Read to its end, and then no FHIR: asked again.
    assert.deepEqual(await complete(), { kind: 'completed', addresses: 1 });
  });

  test('that fails again and again is left alone by every process, and asked again after the pause', async (t) => {
    const { annuaire, clock, db, open } = await openLiveWorld(t, { resources: [someone] });
    const ask = (last: number) =>
      open().completeCorrespondent(db, `practitioner/81000345670${last}` as CorrespondentId);
    annuaire.fail({ kind: 'status', status: 401 }, { times: liveLimits.failuresBeforePause });
    for (let failure = 1; failure <= liveLimits.failuresBeforePause; failure += 1) {
      const outcome = await ask(failure);
      assert(outcome.kind === 'unavailable');
      assert.equal(outcome.why, 'key-refused');
    }
    const paused = await ask(0);
    assert(paused.kind === 'unavailable');
    assert.equal(paused.why, 'paused');
    assert.equal(annuaire.requests.length, liveLimits.failuresBeforePause);
    clock.ms += liveLimits.pauseFirstMs;
    assert.equal((await ask(0)).kind, 'not-found');
    assert.equal((await ask(9)).kind, 'not-found');
  });

  test('that a clock which ran ahead paused for days is asked again once the clock is put back', async (t) => {
    const { clock, complete, pool } = await openLiveWorld(t, { resources: [practitioner('1', idnps)] });
    const untilMs = clock.ms + liveLimits.pauseLongestMs;
    const pause = (ms: number) =>
      pool.query(
        `insert into directory.live_circuit values ('reading', 9, $1) on conflict (name) do update set open_until = $1`,
        [new Date(ms)],
      );
    await pause(untilMs);
    assert.equal((await complete()).kind, 'unavailable');
    clock.ms += liveLimits.askAgainAfterFailureMs;
    await pause(clock.ms + liveLimits.pauseLongestMs + 1);
    assert.equal((await complete()).kind, 'nothing-new');
  });

  test('that asks for an hour is left alone no longer than our longest pause', async (t) => {
    const { annuaire, clock, complete } = await openLiveWorld(t, { resources: [someone] });
    annuaire.fail({ kind: 'status', status: 429, retryAfter: '86400' });
    await complete();
    clock.ms += liveLimits.pauseLongestMs - 1;
    const paused = await complete();
    assert(paused.kind === 'unavailable');
    assert.equal(paused.why, 'paused');
    clock.ms += liveLimits.askAgainAfterFailureMs;
    assert.equal((await complete()).kind, 'completed');
  });

  test('that nobody can reach is unavailable', async (t) => {
    const { complete } = await openLiveWorld(t, {}, { url: 'http://127.0.0.1:1/fhir/v2' });
    const outcome = await complete();
    assert(outcome.kind === 'unavailable');
    assert.equal(outcome.why, 'unreachable');
  });

  test('that says nothing is given up within the time of one question', async (t) => {
    const { annuaire, complete } = await openLiveWorld(t, {}, { questionMs: 200 });
    annuaire.fail({ kind: 'silence' });
    const outcome = await complete();
    assert(outcome.kind === 'unavailable');
    assert.equal(outcome.why, 'too-slow');
    assert.equal(annuaire.requests.length, 1);
  });

  test('speaks TLS under the authority that is configured, and no other', async (t) => {
    const authority = createAuthority({ name: 'ANNUAIRE', at: new Date() });
    const issued = authority.issue({ dn: 'CN=annuaire.test,O=TEST,C=FR', hosts: ['localhost'] });
    const tls = { keyPem: issued.keyPem, certificatePem: issued.chainPem };
    const { db, open, clock } = await openLiveWorld(t, { resources: [someone], tls });
    assert.equal((await open().completeCorrespondent(db, id)).kind, 'unavailable');
    clock.ms += liveLimits.askAgainAfterFailureMs;
    assert.equal((await open({ ca: authority.rootPem }).completeCorrespondent(db, id)).kind, 'completed');
  });

  test('lies where the configuration says: reserved addresses, plain HTTP and bad keys (RFC 9110 §5.5) are refused', async (t) => {
    const { db, open, clock } = await openLiveWorld(t);
    for (const url of ['http://example.org/fhir', 'ftp://127.0.0.1/fhir', 'nowhere', 'https://key@example.org/fhir']) {
      assert.throws(() => open({ url, allowLoopback: false }), { name: 'Refusal', code: 'host-not-allowed' }, url);
    }
    for (const apiKey of ['', 'a b', 'a\r\nx: y', 'clé']) {
      assert.throws(() => open({ apiKey: new Secret(apiKey) }), { name: 'Refusal', code: 'bad-api-key' });
    }
    for (const url of ['https://127.0.0.1:1/fhir', 'https://10.0.0.1/fhir', 'https://localhost:1/fhir']) {
      const outcome = await open({ url, allowLoopback: false }).completeCorrespondent(db, id);
      assert(outcome.kind === 'unavailable');
      assert.equal(outcome.why, 'not-allowed');
      clock.ms += liveLimits.askAgainAfterFailureMs;
    }
  });

  test('keeps its key out of logs, outcomes and the database', async (t) => {
    const lines: string[] = [];
    const key = 'a-key-that-must-not-show';
    const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
    const { annuaire, db, pool, clock, open } = await openLiveWorld(t, {}, { log, apiKey: new Secret(key) });
    const seen: string[] = [];
    for (const fault of [
      { kind: 'status', status: 401 },
      { kind: 'cut', when: 'before' },
      { kind: 'garbage' },
      { kind: 'redirect', to: 'http://127.0.0.1:1/' },
    ] as const satisfies readonly StandInFault[]) {
      annuaire.fail(fault, { times: liveLimits.attempts });
      const source = open();
      seen.push(inspect(source, { depth: 9 }), inspect(await source.completeCorrespondent(db, id), { depth: 9 }));
      clock.ms += liveLimits.pauseLongestMs;
    }
    for (const table of ['live_lookup', 'live_circuit', 'live_mailbox']) {
      seen.push(JSON.stringify((await pool.query(`select * from directory.${table}`)).rows));
    }
    assert.ok(lines.length > 0);
    assert.ok(![...lines, ...seen].join('\n').includes(key));
    assert.ok(annuaire.requests.some(({ apiKey }) => apiKey === key));
  });
});
