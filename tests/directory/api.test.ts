/**
 * The directory as programs meet it, over a whole operator: an edition imported, the Annuaire (a stand-in) asked for one correspondent,
 * a listing hidden and shown, and what is measured meanwhile.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { present } from '../../src/base/assert.ts';
import { gib } from '../../src/base/limits.ts';
import { parseAddress } from '../../src/formats/address/address.ts';
import { startAnnuaire } from '../../testkit/annuaire/annuaire.ts';
import { practitioner } from '../../testkit/annuaire/resources.ts';
import { createTrustWorld } from '../../testkit/authority/trust-world.ts';
import { generateDirectory } from '../../testkit/directory/generate-directory.ts';
import { ServedOperator } from '../../testkit/served-operator.ts';
import { dnOf } from '../../testkit/transfer-world.ts';

const place = {
  name: 'CHU de la Touraine',
  finess: '370000002',
  street: { number: '2', type: ['BD', 'Boulevard'], name: 'TONNELLE' },
  postcode: '37000',
  communeCode: '37261',
  town: 'Tours',
  sector: 'SA01',
} as const;
const doctor = { family: 'Vasseur', given: 'Claire', isWoman: true, professionCode: '10', specialityCode: 'SM04' };
/** The edition holds no address of hers; the Annuaire does. */
const unlisted = { ...doctor, rpps: '89970000011', place, addresses: [] };
const ours = { ...doctor, family: 'Kerbrat', rpps: '89970000012', place, addresses: ['anne@cabinet.mssante.example'] };
const shared = { address: 'cardiologie@hopital.mssante.example', service: 'Cardiologie', place };

const idnps = `8${unlisted.rpps}`;
const card = `/api/directory/correspondents/practitioner/${idnps}`;

// What the tests below look at of the answers.
interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at by the tests, member by member
  readonly body: any;
}

const scope = { after };
const folder = await mkdtemp(path.join(tmpdir(), 'hygie-api-'));
after(() => rm(folder, { recursive: true, force: true }));
const annuaire = await startAnnuaire({
  resources: [practitioner('1', idnps, [{ address: 'claire@medecin.mssante.example', type: 'PER' }], 'VASSEUR')],
});
after(() => annuaire.stop());
const world = await createTrustWorld(scope, { at: new Date() });
await world.publishCrls();
await world.publishList([{ domain: 'cabinet.mssante.example', dn: dnOf('cabinet') }]);
const made = await generateDirectory({
  seed: 3,
  activities: 150,
  mailboxes: 80,
  publishedAt: new Date(),
  folder,
  zipped: true,
  extra: { people: [unlisted, ours], mailboxes: [shared] },
});
const rows = made.rows.mailboxes;
const [professionals = ''] = made.professionalsFiles;
const { url, apiKey } = annuaire;
const operator = await ServedOperator.start(scope, world, {
  name: 'cabinet',
  accounts: [],
  web: true,
  directory: {
    mailboxes: { path: made.mailboxesFile },
    professionals: { path: professionals },
    live: { url, apiKey },
  },
});
const { access, audit, directory, mail } = operator.product;
await directory.importFiles([made.mailboxesFile, professionals]);
const request = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;
const { accountId, token } = await audit.act(request, async (act) => {
  const tenantId = await access.createTenant(act, { kind: 'practice', name: 'Cabinet' });
  const { rpps } = ours;
  const who = { tenantId, login: 'anne', name: 'Dr Anne', rpps, title: 'Médecin', role: 'holder' } as const;
  const person = await access.createPerson(act, who);
  const address = present(parseAddress('anne@cabinet.mssante.example'), 'a test address is none');
  const wanted = { tenantId, type: 'PER', address, displayName: 'Anne', quotaBytes: gib } as const;
  const account = await mail.createAccount(act, wanted);
  await access.delegate(act, { account, personId: person.personId, rights: ['own'] });
  const { token } = await access.createAppPassword(act, { person, label: 'test', scopes: ['api'] });
  return { accountId: account.accountId, token };
});
const authorization = `Basic ${Buffer.from(`anne:${token.revealText()}`).toString('base64')}`;
const listing = `/api/accounts/${accountId}/listing`;

async function ask(method: string, target: string, body?: object): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${operator.ports.web}${target}`, {
    method,
    headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function find(text: string, more = ''): Promise<Answer['body']> {
  const { status, body } = await ask('GET', `/api/directory/correspondents?text=${encodeURIComponent(text)}${more}`);
  assert.equal(status, 200);
  return body;
}

async function figure(name: string): Promise<number> {
  const page = await (await fetch(`http://127.0.0.1:${operator.ports.web}/metrics`)).text();
  assert.ok(!/vasseur|kerbrat/i.test(page), 'who was searched is in the metrics');
  const line = page.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(present(line, `${name} is not measured`).slice(name.length + 1));
}

describe('a correspondent', () => {
  test('is told by the Annuaire on demand, once in a while, and then shown with what it told', async () => {
    assert.deepEqual((await ask('GET', card)).body.mailboxes, []);
    const { body } = await ask('POST', `${card}/refresh`);
    assert.deepEqual(body, { kind: 'completed', addresses: 1 });
    const [mailbox, ...others] = (await ask('GET', card)).body.mailboxes;
    assert.deepEqual([mailbox.address, mailbox.source], ['claire@medecin.mssante.example', 'live']);
    assert.deepEqual(others, []);
    assert.equal((await ask('POST', `${card}/refresh`)).body.kind, 'asked-lately');
    assert.equal(annuaire.requests.filter(({ target }) => target.includes(idnps)).length, 1);
  });

  test('that the Annuaire does not know stays as it is; when it is away, that is said in French', async () => {
    const unknown = await ask('POST', `/api/directory/correspondents/practitioner/8${ours.rpps}/refresh`);
    assert.deepEqual([unknown.status, unknown.body], [200, { kind: 'not-found' }]);
    const mailbox = `/api/directory/correspondents/mailbox/${shared.address}`;
    annuaire.fail({ kind: 'status', status: 503 }, { times: 20 });
    const { status, body } = await ask('POST', `${mailbox}/refresh`);
    assert.deepEqual([status, body.kind], [200, 'unavailable']);
    assert.match(body.explanation, /Annuaire/);
    assert.equal((await ask('GET', mailbox)).status, 200);
  });

  test('has one identifier, and what is none names nobody', async () => {
    const upper = `/api/directory/correspondents/mailbox/${shared.address.toUpperCase()}`;
    assert.equal((await ask('GET', upper)).body.id, `mailbox/${shared.address}`);
    for (const id of [
      'practitioner/%00',
      'practitioner/8%00',
      'practitioner/..%2F..%2Fx',
      `practitioner/${idnps.toLowerCase()}x`,
      `practitioner/${'8'.repeat(320)}`,
      'practitioner/%F0%9F%98%80',
      'mailbox/%00@cabinet.mssante.example',
      'mailbox/nobody',
      "mailbox/x'%20or%201=1@cabinet.mssante.example",
    ]) {
      for (const [method, more] of [
        ['GET', ''],
        ['POST', '/refresh'],
      ] as const) {
        const { status, body } = await ask(method, `/api/directory/correspondents/${id}${more}`);
        assert.deepEqual([status, body.code], [404, 'correspondent-unknown'], `${method} ${id}`);
      }
    }
  });
});

describe('a listing of ours', () => {
  test('that was hidden stays hidden when it is asked for again, until it is to be shown', async () => {
    assert.equal((await ask('PUT', listing, {})).body.isRedListed, false);
    assert.equal((await find('kerbrat')).items[0].addresses.length, 1);
    assert.equal((await ask('PUT', listing, { isRedListed: true })).body.isRedListed, true);
    assert.deepEqual(
      (await find('kerbrat')).items.flatMap((one: Answer['body']) => one.addresses),
      [],
    );
    assert.equal((await ask('DELETE', listing)).status, 200);
    const again = await ask('PUT', listing, {});
    assert.deepEqual([again.body.isWanted, again.body.isRedListed], [true, true]);
    assert.equal((await ask('PUT', listing, { isRedListed: false })).body.isRedListed, false);
    assert.equal((await find('kerbrat')).items[0].addresses.length, 1);
  });

  test('bears the number of who holds the account, and no other', async () => {
    const holder = { resource: 'Practitioner', identifier: idnps };
    const { status, body } = await ask('PUT', listing, { holder });
    assert.deepEqual([status, body.code], [400, 'foreign-holder']);
  });
});

test('what is measured: the age, the rows and the odd rows of each edition, and how long searches take', async () => {
  const searches = await figure('hygie_directory_search_seconds_count');
  await find('vasseur');
  assert.equal(await figure('hygie_directory_search_seconds_count'), searches + 1);
  assert.equal(await figure('hygie_directory_edition_rows{source="mailboxes"}'), rows);
  assert.ok((await figure('hygie_directory_edition_odd_rows{source="mailboxes"}')) < rows);
  const age = await figure('hygie_directory_edition_age_seconds{source="mailboxes"}');
  assert.ok(age >= 0 && age < 3_600, `${age}`);
});
