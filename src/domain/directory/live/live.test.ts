import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { type StandInFault, type StandInOptions, startAnnuaire } from '../../../../testkit/annuaire/annuaire.ts';
import { organization, practitioner, practitionerRole, telecomOf } from '../../../../testkit/annuaire/resources.ts';
import { createAuthority } from '../../../../testkit/authority/authority.ts';
import { openTestDatabase } from '../../../../testkit/database.ts';
import type { Clock } from '../../../base/clock.ts';
import { liveLimits } from '../../../base/limits.ts';
import { createLog, silentLog } from '../../../base/log.ts';
import { Secret } from '../../../base/secret.ts';
import type { CorrespondentId } from '../directory.ts';
import { type AnnuaireParts, openAnnuaire } from './annuaire.ts';
import { createLiveSource } from './live.ts';

const idnps = '810003456789';
const id = `practitioner/${idnps}` as CorrespondentId; // as the search makes it
const finess = '310000001';

class TestClock implements Clock {
  ms = Date.UTC(2026, 10, 22, 10);
  now = () => new Date(this.ms);
  monotonicMs = () => this.ms;
}

async function setUp(t: TestContext, options: StandInOptions = {}, parts: Partial<AnnuaireParts> = {}) {
  const annuaire = await startAnnuaire(options);
  t.after(() => annuaire.stop());
  const { database } = await openTestDatabase(t);
  const { db, pool } = database;
  const clock = new TestClock();
  const apiKey = new Secret('test-key');
  const open = (more: Partial<AnnuaireParts> = {}) =>
    createLiveSource({
      clock,
      annuaire: openAnnuaire({
        db,
        clock,
        log: silentLog,
        name: 'reading',
        url: annuaire.url,
        apiKey,
        allowLoopback: true,
        ...parts,
        ...more,
      }),
    });
  const source = open();
  const complete = (of: CorrespondentId = id) => source.completeCorrespondent(db, of);
  const kept = async () =>
    (
      await pool.query(
        'select address, type, idnps, organization_id, service, rank from directory.live_mailbox order by 1',
      )
    ).rows;
  const isHidden = async (address: string) =>
    (await pool.query('select directory.is_hidden($1) as hidden', [address])).rows[0]?.hidden;
  return { annuaire, db, pool, clock, open, complete, kept, isHidden };
}

describe('a correspondent asked for', () => {
  test('gets every address of the person and of their places, with service and rank, as each description codes its type', async (t) => {
    const { annuaire, pool, complete, kept } = await setUp(t, {
      resources: [
        practitioner('1', idnps, [
          { address: 'Marie.Dupont@cabinet.example', type: 'PER', rank: 1, coding: 'R256' },
          { address: 'cabinet@cabinet.example', type: 'CAB', coding: 'valueCode' },
        ]),
        organization('10', finess),
        practitionerRole('20', { practitioner: '1', organization: '10' }, [
          { address: 'm.dupont@hopital.example', type: 'PER', service: 'Cardiologie' },
        ]),
        practitioner('2', '810009999999', [{ address: 'autre@cabinet.example', type: 'PER' }]),
      ],
    });
    await pool.query(
      `insert into directory.organization (organization_id, finess, name, name_key, lines, digest, updated_at)
       values ('R10', $1, 'Hôpital', 'hopital', '{}', 0, now())`,
      [finess],
    );
    assert.deepEqual(await complete(), { kind: 'completed', addresses: 3 });
    const none = { organization_id: null, service: null, rank: null };
    assert.deepEqual(await kept(), [
      { address: 'cabinet@cabinet.example', type: 'CAB', idnps, ...none },
      {
        address: 'm.dupont@hopital.example',
        type: 'PER',
        idnps,
        organization_id: 'R10',
        service: 'Cardiologie',
        rank: null,
      },
      { address: 'marie.dupont@cabinet.example', type: 'PER', idnps, ...none, rank: 1 },
    ]);
    assert.ok(annuaire.requests.every(({ apiKey }) => apiKey === 'test-key'));
  });

  test('is not asked for again within a bound, and then tells what is new alone', async (t) => {
    const { annuaire, clock, complete, kept } = await setUp(t, {
      resources: [practitioner('1', idnps, [{ address: 'a@cabinet.example', type: 'PER' }])],
    });
    const askedAt = clock.now();
    await complete();
    clock.ms += liveLimits.askAgainMs - 1;
    assert.deepEqual(await complete(), { kind: 'asked-lately', askedAt });
    assert.equal(annuaire.requests.length, 1);
    clock.ms += 1;
    assert.deepEqual(await complete(), { kind: 'nothing-new' });
    annuaire.resources.set('Practitioner/1', practitioner('1', idnps, [{ address: 'b@cabinet.example', type: 'PER' }]));
    clock.ms += liveLimits.askAgainMs;
    assert.deepEqual(await complete(), { kind: 'completed', addresses: 1 });
    assert.deepEqual(
      (await kept()).map(({ address }) => address),
      ['b@cabinet.example'],
    );
  });

  test('is asked for by one of many who ask at once', async (t) => {
    const { annuaire, complete } = await setUp(t, { resources: [practitioner('1', idnps)] });
    const kinds = (await Promise.all([complete(), complete(), complete(), complete()])).map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), ['asked-lately', 'asked-lately', 'asked-lately', 'nothing-new']);
    assert.equal(annuaire.requests.length, 1);
  });

  test('brings nothing that the edition says already', async (t) => {
    const { pool, complete } = await setUp(t, {
      resources: [practitioner('1', idnps, [{ address: 'a@cabinet.example', type: 'PER' }])],
    });
    await pool.query(
      `insert into directory.mailbox (address, type, idnps, lines, digest, updated_at)
       values ('a@cabinet.example', 'PER', $1, '{}', 0, now())`,
      [idnps],
    );
    assert.deepEqual(await complete(), { kind: 'nothing-new' });
  });

  test('is not found where nobody, or somebody else, answers', async (t) => {
    const { annuaire, clock, complete } = await setUp(t);
    assert.deepEqual(await complete(), { kind: 'not-found' });
    assert.deepEqual(await complete('practitioner/x|y' as CorrespondentId), { kind: 'not-found' });
    assert.deepEqual(await complete('other/1' as CorrespondentId), { kind: 'not-found' });
    assert.equal(annuaire.requests.length, 1);
    // Its identifier stands there as that of another system.
    const stranger = { ...practitioner('9', '810000000000'), identifier: [{ system: 'urn:x', value: idnps }] };
    annuaire.resources.set('Practitioner/9', stranger);
    clock.ms += liveLimits.askAgainMs;
    assert.deepEqual(await complete(), { kind: 'not-found' });
  });

  test('may be a mailbox without a person: of its organisation only that one is kept', async (t) => {
    const { complete, kept } = await setUp(t, {
      resources: [
        organization('10', finess, [
          { address: 'cardio@hopital.example', type: 'ORG', service: 'Cardiologie' },
          { address: 'cardio@hopital.example.org', type: 'ORG' },
        ]),
      ],
    });
    assert.deepEqual(await complete('mailbox/cardio@hopital.example' as CorrespondentId), {
      kind: 'completed',
      addresses: 1,
    });
    assert.deepEqual(
      (await kept()).map(({ address, service }) => [address, service]),
      [['cardio@hopital.example', 'Cardiologie']],
    );
  });

  test('nobody is asked where no source is configured', async (t) => {
    const { db } = await setUp(t);
    const off = createLiveSource({ clock: new TestClock(), annuaire: undefined });
    assert.deepEqual(await off.completeCorrespondent(db, id), { kind: 'off' });
  });

  test('is never asked for inside a transaction', async (t) => {
    const { db, open } = await setUp(t);
    await db.transaction().execute((tx) => assert.rejects(open().completeCorrespondent(tx, id), /transaction/));
  });
});

describe('an address on the red list', () => {
  test('is never kept, not even as something to hide, and hidden from then on, until it leaves the list', async (t) => {
    const red = 'rouge@cabinet.example';
    const { annuaire, clock, pool, complete, kept, isHidden } = await setUp(t, {
      resources: [practitioner('1', idnps, [{ address: red, type: 'PER' }])],
    });
    await complete();
    assert.equal((await kept()).length, 1);
    annuaire.resources.set(
      'Practitioner/1',
      practitioner('1', idnps, [{ address: red, type: 'PER', isRedListed: true }]),
    );
    clock.ms += liveLimits.askAgainMs;
    assert.deepEqual(await complete(), { kind: 'completed', addresses: 1 });
    assert.deepEqual(await kept(), []);
    assert.equal(await isHidden(red), true);
    for (const table of ['live_mailbox', 'live_lookup', 'red_list', 'mailbox']) {
      const { rows } = await pool.query(`select to_jsonb(held)::text as row from directory.${table} held`);
      assert.ok(!JSON.stringify(rows).includes('rouge'), table);
    }
    // The edition has it still, and a repeated answer is no news.
    await pool.query(
      "insert into directory.mailbox (address, type, lines, digest, updated_at) values ($1, 'PER', '{}', 0, now())",
      [red],
    );
    clock.ms += liveLimits.askAgainMs;
    assert.deepEqual(await complete(), { kind: 'nothing-new' });
    assert.equal(await isHidden(red), true);
    annuaire.resources.set('Practitioner/1', practitioner('1', idnps, [{ address: red, type: 'PER', rank: 1 }]));
    clock.ms += liveLimits.askAgainMs;
    await complete();
    assert.equal(await isHidden(red), false);
  });

  test('is believed to have left the list when an edition a week younger has it all the same', async (t) => {
    const red = 'rouge@cabinet.example';
    const { clock, pool, complete, isHidden } = await setUp(t, {
      resources: [practitioner('1', idnps, [{ address: red, type: 'PER', isRedListed: true }])],
    });
    await complete();
    const weekMs = 7 * 24 * 3_600_000;
    for (const [publishedMs, hidden] of [
      [clock.ms + weekMs, true],
      [clock.ms + weekMs + 1, false],
    ] as const) {
      await pool.query("update directory.edition set state = 'superseded'");
      await pool.query(
        `insert into directory.edition (source, state, published_at, started_at, file_name)
         values ('mailboxes', 'current', $1, now(), 'x.txt')`,
        [new Date(publishedMs)],
      );
      assert.equal(await isHidden(red), hidden);
    }
  });

  test('at one place is on it at all, and so is one whose mark cannot be understood', async (t) => {
    const odd = telecomOf({ address: 'b@cabinet.example', type: 'PER' });
    const text = JSON.stringify(odd).replace('"valueBoolean":false', '"valueString":"oui"');
    const { complete, kept } = await setUp(t, {
      resources: [
        {
          ...practitioner('1', idnps),
          telecom: [JSON.parse(text), telecomOf({ address: 'a@c.example', type: 'PER' })],
        },
        practitionerRole('20', { practitioner: '1', organization: '10' }, [
          { address: 'a@c.example', type: 'PER', isRedListed: true },
        ]),
      ],
    });
    await complete();
    assert.deepEqual(await kept(), []);
  });
});

describe('the Annuaire', () => {
  const someone = practitioner('1', idnps, [{ address: 'a@cabinet.example', type: 'PER' }]);

  test('is read page after page, as many as the bound and not one more', async (t) => {
    const roles = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        practitioner(String(index + 1), idnps, [{ address: `a${index}@cabinet.example`, type: 'PER' }]),
      );
    const { annuaire, clock, complete } = await setUp(t, { resources: roles(liveLimits.pages * liveLimits.pageSize) });
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
      const { annuaire, complete } = await setUp(t, { resources: [someone] });
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
      const { annuaire, clock, complete } = await setUp(t, { resources: [someone] });
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
    const { annuaire, complete } = await setUp(t, { resources: [someone] });
    annuaire.fail({ kind: 'oversize', bytes: liveLimits.answerBytes });
    // Read to its end, and then no FHIR: asked again.
    assert.deepEqual(await complete(), { kind: 'completed', addresses: 1 });
  });

  test('that fails again and again is left alone by every process, and asked again after the pause', async (t) => {
    const { annuaire, clock, db, open } = await setUp(t, { resources: [someone] });
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

  test('that asks for an hour is left alone no longer than our longest pause', async (t) => {
    const { annuaire, clock, complete } = await setUp(t, { resources: [someone] });
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
    const { complete } = await setUp(t, {}, { url: 'http://127.0.0.1:1/fhir/v2' });
    const outcome = await complete();
    assert(outcome.kind === 'unavailable');
    assert.equal(outcome.why, 'unreachable');
  });

  test('that says nothing is given up within the time of one question', async (t) => {
    const { annuaire, complete } = await setUp(t, {}, { questionMs: 200 });
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
    const { db, open, clock } = await setUp(t, { resources: [someone], tls });
    assert.equal((await open().completeCorrespondent(db, id)).kind, 'unavailable');
    clock.ms += liveLimits.askAgainAfterFailureMs;
    assert.equal((await open({ ca: authority.rootPem }).completeCorrespondent(db, id)).kind, 'completed');
  });

  test('lies where the configuration says: reserved addresses, plain HTTP and bad keys (RFC 9110 §5.5) are refused', async (t) => {
    const { db, open, clock } = await setUp(t);
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
    const { annuaire, db, pool, clock, open } = await setUp(t, {}, { log, apiKey: new Secret(key) });
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
