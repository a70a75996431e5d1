import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { addPerson, addSmallWorld } from '../../../../testkit/directory/browse-rows.ts';
import { faultsOfResource } from '../../../../testkit/fhir-structure.ts';
import { openFoundation } from '../../../../testkit/foundation.ts';
import { fhirSearchLimits } from '../../../base/end-limits.ts';
import { silentLog } from '../../../base/log.ts';
import { searchParameters } from '../../../formats/fhir/search-parameters.ts';
import { createHttpShell } from '../../../platform/http/http.ts';
import { createMetrics } from '../../../platform/metrics/metrics.ts';
import { createSignIn } from '../sign-in.ts';
import { registerFhir } from './fhir.ts';

type Json = Readonly<Record<string, unknown>>;

type Foundation = Awaited<ReturnType<typeof openFoundation>>;

interface World extends Pick<Foundation, 'clock' | 'database' | 'ownerDb'> {
  readonly address: string;
  readonly authorization: string;
  readonly db: Foundation['database']['db'];
  readonly numbers: { readonly atPractice: number; readonly atHospital: number };
}

const publicUrl = 'https://mss.cabinet.example';
const config = { sandbox: false, http: { publicUrl }, operator: { name: 'Cabinet', domains: ['cabinet.example'] } };
const elodie = '810102727017';
const refusalStatuses = { 'signed-out': 401, 'credentials-refused': 401, 'browser-refused': 403 } as const;

async function openWorld(scope: { after(close: () => Promise<void>): void }): Promise<World> {
  const { access, audit, clock, database, ownerDb } = await openFoundation(scope);
  const { db } = database;
  const numbers = await addSmallWorld(db);
  const token = await audit.act({ actor: { kind: 'system', task: 'test' }, reason: 'test' }, async (act) => {
    const tenantId = await access.createTenant(act, { kind: 'practice', name: 'Cabinet' });
    const wanted = {
      tenantId,
      login: 'claire',
      name: 'Claire',
      rpps: null,
      title: 'Secrétaire',
      role: 'assistant',
    } as const;
    const person = await access.createPerson(act, wanted);
    return (await access.createAppPassword(act, { person, label: 'logiciel', scopes: ['api'] })).token;
  });
  const metrics = createMetrics();
  const shell = await createHttpShell({
    clock,
    log: silentLog,
    metrics,
    readiness: [],
    version: '1',
    strictTransport: false,
  });
  const signIn = createSignIn({ access, db, clock, config }).require('api');
  registerFhir(shell, { clock, log: silentLog, config, database }, { signIn, refusalStatuses, version: '1.2.3' });
  const { plainPort } = await shell.listen({ host: '127.0.0.1', plain: { port: 0 } });
  scope.after(() => shell.stop());
  return {
    clock,
    database,
    ownerDb,
    db,
    numbers,
    address: `http://127.0.0.1:${plainPort}/fhir`,
    authorization: `Basic ${Buffer.from(`claire:${token.revealText()}`).toString('base64')}`,
  };
}

describe('the FHIR end', () => {
  const closings: (() => Promise<void>)[] = [];
  let world: World;
  before(async () => {
    world = await openWorld({ after: (close) => closings.unshift(close) });
  });
  after(async () => {
    for (const close of closings) await close();
  });

  function ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${world.address}${path}`, {
      ...init,
      headers: { authorization: world.authorization, ...Object.fromEntries(new Headers(init.headers)) },
    });
  }

  /** The answer, which must be FHIR in form whatever its status. */
  async function json(response: Response, status = 200): Promise<Json> {
    const body = await response.json();
    assert.equal(response.status, status, JSON.stringify(body));
    assert.equal(response.headers.get('content-type'), 'application/fhir+json; charset=utf-8');
    assert.deepEqual(faultsOfResource(body), []);
    return body;
  }

  async function search(query: string, init?: RequestInit) {
    const bundle = await json(await ask(query, init));
    const entries = (bundle['entry'] ?? []) as { fullUrl: string; resource: Json; search: { mode: string } }[]; // checked as a Bundle
    const links = bundle['link'] as { relation: string; url: string }[]; // checked as a Bundle
    const link = (relation: string): string | undefined => links.find((one) => one.relation === relation)?.url;
    return { bundle, entries, link, urls: entries.map(({ fullUrl }) => fullUrl) };
  }

  async function refused(response: Response, status: number): Promise<{ code: string; text: string }> {
    const body = await json(response, status);
    assert.equal(body['resourceType'], 'OperationOutcome');
    const [issue] = body['issue'] as { code: string; details: { text: string } }[]; // checked as an OperationOutcome
    assert(issue !== undefined);
    return { code: issue.code, text: issue.details.text };
  }

  test('tells what it offers to anybody, from the table that searches are read by', async () => {
    const statement = await json(await fetch(`${world.address}/metadata`));
    assert.equal(statement['fhirVersion'], '4.0.1');
    assert.deepEqual(statement['implementation'], {
      description: 'Annuaire national des correspondants, servi par Cabinet',
      url: `${publicUrl}/fhir`,
    });
    const [rest] = statement['rest'] as { resource: { type: 'Practitioner'; searchParam: { name: string }[] }[] }[]; // checked
    for (const { type, searchParam } of rest?.resource ?? []) {
      const promised = searchParam.map(({ name }) => name);
      assert.deepEqual(
        promised,
        searchParameters[type].map(({ name }) => name).filter((name) => !name.includes('.')),
      );
      for (const name of promised) {
        const value = name === '_lastUpdated' ? 'gt2020' : 'ab';
        await json(await ask(`/${type}?${name}=${value}`));
      }
    }
  });

  test('asks who is there for everything else, and says so in FHIR', async () => {
    for (const path of ['/Practitioner', `/Practitioner/${elodie}`, '/Patient', '/', '/a/b/c/d']) {
      const response = await fetch(`${world.address}${path}`);
      assert.match(response.headers.get('www-authenticate') ?? '', /^Basic /);
      assert.equal((await refused(response, 401)).code, 'login');
    }
    const wrong = await ask('/Practitioner', { headers: { authorization: `Basic ${btoa('claire:wrong')}` } });
    assert.equal((await refused(wrong, 401)).code, 'login');
    assert.equal((await refused(await ask('/Practitioner', { headers: { cookie: 'a=b' } }), 403)).code, 'forbidden');
  });

  test('reads a resource, its version and its date; the same version is not sent again', async () => {
    const response = await ask(`/Practitioner/${elodie}`);
    const tag = response.headers.get('etag');
    assert.match(tag ?? '', /^W\/"[0-9a-f]{16}"$/);
    assert.equal(response.headers.get('last-modified'), 'Thu, 01 Oct 2026 06:00:00 GMT');
    const read = await json(response);
    assert.equal(read['id'], elodie);
    // RFC 9110 §13.1.2
    const again = await ask(`/Practitioner/${elodie}`, { headers: { 'if-none-match': `W/"0", ${tag}` } });
    assert.equal(again.status, 304);
    const strong = await ask(`/Practitioner/${elodie}`, { headers: { 'if-none-match': String(tag).slice(2) } });
    assert.equal(strong.status, 304);
    assert.equal(await again.text(), '');
    await sql`update directory.mailbox set service = 'Autre' where address = 'elodie@medecin.mssante.example'`.execute(
      world.db,
    );
    assert.notEqual((await ask(`/Practitioner/${elodie}`)).headers.get('etag'), tag);
    const head = await ask(`/Practitioner/${elodie}`, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), '');
    await json(await ask(`/Organization/finess-750000002`));
    await json(await ask(`/PractitionerRole/${world.numbers.atHospital}`));
  });

  test('shows no hidden address and nobody responsible, by any way', async () => {
    for (const path of [
      '/Organization',
      '/Organization/finess-750000002',
      '/Organization?mailbox-mss=se',
      '/Practitioner',
    ]) {
      const text = await (await ask(path)).text();
      assert.doesNotMatch(text, /secret@|responsible/);
    }
  });

  test('searches by GET and by POST alike', async () => {
    const byGet = await search('/Practitioner?family=dup&_count=1&_include:iterate=*');
    assert.equal(byGet.bundle['total'], 2);
    assert.deepEqual(byGet.urls, [`${publicUrl}/fhir/Practitioner/0751234567`]);
    const post = (body: string, type = 'application/x-www-form-urlencoded') =>
      ({ method: 'POST', headers: { 'content-type': type }, body }) as const;
    const byPost = await search('/Practitioner/_search?family=dup', post('_count=1&_include:iterate=*'));
    assert.deepEqual(byPost.bundle, byGet.bundle);
    assert.equal((await search('/Practitioner/_search', { method: 'POST' })).bundle['total'], 3);
    assert.equal(
      (await refused(await ask('/Practitioner/_search', post('{}', 'application/json')), 415)).code,
      'not-supported',
    );
    const fill = 'family=dup&x='.padEnd(fhirSearchLimits.formBytes + 1, 'y');
    assert.equal((await refused(await ask('/Practitioner/_search', post(fill)), 413)).code, 'too-long');
    const fits = await refused(await ask('/Practitioner/_search', post(fill.slice(1))), 400);
    assert.equal(fits.code, 'not-supported');
  });

  test('pages by links that stand for themselves, forwards and back, while rows come', async () => {
    const idOf = (n: number): string => `82${String(n).padStart(10, '0')}`;
    for (let n = 0; n < 9; n += 1) await addPerson(world.db, { idnps: idOf(n * 10), family: 'LEROY', given: 'Zoé' });
    const met: string[] = [];
    let page = await search('/Practitioner?family=leroy&_count=2&_elements=identifier');
    for (;;) {
      met.push(...page.urls.map((url) => url.split('/').at(-1) ?? ''));
      const next = page.link('next');
      if (next === undefined) break;
      assert(next.startsWith(`${publicUrl}/fhir/Practitioner?`));
      await addPerson(world.db, { idnps: idOf(met.length * 10 - 5), family: 'LEROY', given: 'Zoé' });
      page = await search(next.slice(`${publicUrl}/fhir`.length));
    }
    const stayed = Array.from({ length: 9 }, (_, n) => idOf(n * 10));
    assert.deepEqual(
      met.filter((id) => stayed.includes(id)),
      stayed,
    );
    assert.equal(new Set(met).size, met.length);
    const previous = await search(page.link('previous')?.slice(`${publicUrl}/fhir`.length) ?? assert.fail());
    assert.equal(previous.entries.length, 2);
    const first = page.link('first') ?? assert.fail();
    assert.deepEqual((await search(first.slice(`${publicUrl}/fhir`.length))).urls, [
      `${publicUrl}/fhir/Practitioner/${idOf(0)}`,
      `${publicUrl}/fhir/Practitioner/${idOf(10)}`,
    ]);
  });

  test('brings along what is asked for, once, and tells it from what matched', async () => {
    const { atPractice, atHospital } = world.numbers;
    const { entries } = await search(
      `/Practitioner?_id=${elodie}&_revinclude=PractitionerRole:practitioner&_include:iterate=PractitionerRole:organization`,
    );
    assert.deepEqual(
      entries.map(({ fullUrl, search: { mode } }) => [mode, fullUrl.slice(publicUrl.length + 6)]),
      [
        ['match', `Practitioner/${elodie}`],
        ['include', `PractitionerRole/${atPractice}`],
        ['include', `PractitionerRole/${atHospital}`],
        ['include', 'Organization/F75000000111'],
        ['include', 'Organization/finess-750000002'],
      ],
    );
    const roles = await search(`/PractitionerRole?practitioner.identifier=${elodie}&_include=*`);
    assert.equal(roles.entries.length, 5);
    assert.equal(roles.bundle['total'], 2);
  });

  test('gives the elements asked for, and says that there are more', async () => {
    const { entries } = await search(`/Practitioner?_id=${elodie}&_elements=identifier,telecom`);
    const resource = entries[0]?.resource ?? assert.fail();
    assert.deepEqual(Object.keys(resource), ['resourceType', 'id', 'meta', 'identifier', 'telecom']);
    assert.deepEqual((resource['meta'] as Json)['tag'], [
      { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' },
    ]);
    const read = await json(await ask(`/Practitioner/${elodie}?_elements=name&_format=json`));
    assert.deepEqual(Object.keys(read), ['resourceType', 'id', 'meta', 'name']);
    const { bundle } = await search('/Organization?_summary=count');
    assert.deepEqual(Object.keys(bundle), ['resourceType', 'type', 'total', 'link']);
    assert.equal(bundle['total'], 3);
  });

  test('refuses by name what it does not know, unless leniency is asked for', async () => {
    const strict = await refused(await ask('/Practitioner?family=dup&shoe-size=42'), 400);
    assert.equal(strict.code, 'not-supported');
    assert.match(strict.text, /shoe-size/);
    const lenient = { headers: { prefer: 'return=representation; handling=lenient' } };
    const { entries, link } = await search('/Practitioner?family=dup&shoe-size=42', lenient);
    assert.deepEqual(
      entries.map((entry) => entry.search.mode),
      ['match', 'match', 'outcome'],
    );
    assert.equal(link('self'), `${publicUrl}/fhir/Practitioner?family=dup`);
    for (const query of [
      'family:contains=up',
      'family:exact:x=up',
      'identifier:of-type=x',
      'family=',
      'family=a',
      'family=d\\up',
      `family=${'d'.repeat(fhirSearchLimits.valueCharacters + 1)}`,
      '_lastUpdated=2026-02-30',
      '_lastUpdated=ne2026',
      '_count=-1',
      '_count=1&_count=2',
      '_sort=family',
      '_include=PractitionerRole:practitioner',
      '_revinclude=PractitionerRole:organization',
      '_revinclude:iterate=PractitionerRole:practitioner',
      '_elements=a.b',
      '_summary=text',
      '_cursor=nonsense',
      'family=du%00pont',
    ]) {
      await refused(await ask(`/Practitioner?${query}`, lenient), 400);
    }
  });

  test('is not led astray by what is written into values', async () => {
    for (const value of [
      "' or '1'='1",
      "'; drop table directory.practitioner; --",
      '%',
      '\\\\',
      '$1',
      '../../etc',
      '<script>',
    ]) {
      for (const name of ['family', 'identifier', '_id', 'mailbox-mss']) {
        const response = await ask(`/Practitioner?${name}=${encodeURIComponent(value)}`);
        if (response.status === 200) assert.deepEqual((await response.json())['total'], 0, value);
        else await refused(response, 400);
      }
      await refused(await ask(`/Practitioner/${encodeURIComponent(value)}`), 404);
    }
    assert.equal((await search('/Practitioner?family=dup')).bundle['total'], 2);
  });

  test('answers every other request with an OperationOutcome', async () => {
    await sql`insert into directory.edition (edition_id, source, state, published_at, started_at, file_name) overriding system value
      values (901, 'activities', 'current', now(), now(), 'x')`.execute(world.db);
    await sql`insert into directory.change values (901, 'practitioner', '899999999999', 'deleted')`.execute(world.db);
    assert.equal((await refused(await ask('/Practitioner/899999999999'), 410)).code, 'deleted');
    assert.equal((await refused(await ask('/Practitioner/811111111111'), 404)).code, 'not-found');
    assert.equal((await refused(await ask('/Patient/1'), 404)).code, 'not-supported');
    assert.equal((await refused(await ask('/Patient?name=x'), 404)).code, 'not-supported');
    assert.equal((await refused(await ask('/a/b/c/d/e'), 404)).code, 'not-found');
    assert.equal((await refused(await ask(`/Practitioner/${'x'.repeat(500)}`), 404)).code, 'not-found');
    assert.equal((await refused(await ask('/Practitioner?_format=xml'), 406)).code, 'not-supported');
    const xml = { headers: { accept: 'application/fhir+xml, application/json;q=0' } };
    assert.equal((await refused(await ask('/Practitioner', xml), 406)).code, 'not-supported');
    await search('/Practitioner?_format=application/fhir%2Bjson', xml);
    await search('/Practitioner', { headers: { accept: 'text/html, */*;q=0.8' } });
  });

  test('answers an address that cannot be decoded with an OperationOutcome, whoever asks', async () => {
    // Not by fetch, which would mend the address.
    const { hostname, port } = new URL(world.address);
    for (const path of ['/fhir/Practitioner/%zz', '/fhir/%E9', '/fhir/%zz/_search?family=dupont']) {
      const [status, type, body] = await new Promise<[number, string, string]>((resolve, reject) => {
        const asking = get({ hostname, port, path }, async (answer) => {
          const parts = await answer.toArray();
          resolve([answer.statusCode ?? 0, answer.headers['content-type'] ?? '', Buffer.concat(parts).toString()]);
        });
        asking.once('error', reject);
      });
      assert.deepEqual([status, type], [400, 'application/fhir+json; charset=utf-8'], path);
      const outcome: unknown = JSON.parse(body);
      assert.deepEqual(faultsOfResource(outcome), []);
      assert.doesNotMatch(body, /zz|E9/);
    }
    const elsewhere = world.address.replace('/fhir', '/fhirs/%2');
    assert.match((await fetch(elsewhere)).headers.get('content-type') ?? '', /problem\+json/);
  });

  // RFC 9110 §15.5.6
  test('offers to read and to search: other interactions are told so, with what is allowed', async () => {
    for (const [method, path, allow] of [
      ['PUT', `/Practitioner/${elodie}`, 'GET, HEAD'],
      ['PATCH', `/Practitioner/${elodie}`, 'GET, HEAD'],
      ['DELETE', `/Practitioner/${elodie}`, 'GET, HEAD'],
      ['POST', '/Practitioner', 'GET, HEAD'],
      ['PATCH', '/Practitioner?identifier=1', 'GET, HEAD'],
      ['GET', '/Practitioner/_search', 'POST'],
      ['GET', '/Practitioner/_history', ''],
      ['GET', `/Practitioner/${elodie}/_history`, ''],
      ['GET', `/Practitioner/${elodie}/_history/1`, ''],
      ['GET', '/', ''],
      ['GET', '', ''],
      ['POST', '/', ''],
      ['POST', '/metadata', 'GET, HEAD'],
    ] as const) {
      const sent =
        method === 'GET' || method === 'DELETE'
          ? {}
          : { body: '{', headers: { 'content-type': 'application/fhir+json' } };
      const response = await ask(path, { method, ...sent });
      assert.equal(response.headers.get('allow'), allow, `${method} ${path}`);
      assert.equal((await refused(response, 405)).code, 'not-supported');
    }
  });

  test('gives up a search that takes too long, and says when to come back', async () => {
    await world.ownerDb.transaction().execute(async (tx) => {
      await sql`lock table directory.practitioner in access exclusive mode`.execute(tx);
      const response = await ask('/Practitioner');
      assert.equal(response.headers.get('retry-after'), '10');
      assert.equal((await refused(response, 503)).code, 'transient');
    });
    await search('/Practitioner');
  });

  test('tells of a bug no more than its incident', async (t) => {
    const metrics = createMetrics();
    const { clock, database } = world;
    const shell = await createHttpShell({
      clock,
      log: silentLog,
      metrics,
      readiness: [],
      version: '1',
      strictTransport: false,
    });
    t.after(() => shell.stop());
    const signIn = async (): Promise<never> => {
      throw new TypeError('what nobody expected');
    };
    registerFhir(shell, { clock, log: silentLog, config, database }, { signIn, version: '1' });
    const { plainPort } = await shell.listen({ host: '127.0.0.1', plain: { port: 0 } });
    const response = await fetch(`http://127.0.0.1:${plainPort}/fhir/Practitioner`);
    const { code, text } = await refused(response, 500);
    assert.equal(code, 'exception');
    assert.doesNotMatch(text, /nobody expected/);
  });
});
