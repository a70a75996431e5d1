/** Settings, what holds for a practice, templates and deleted emails, as a program and a browser ask for them. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { deletedBounds } from '../../../../contract/deleted.ts';
import { templatesBounds } from '../../../../contract/templates.ts';
import { createTrustWorld } from '../../../../testkit/authority/trust-world.ts';
import { ServedOperator } from '../../../../testkit/served-operator.ts';
import { dnOf } from '../../../../testkit/transfer-world.ts';
import { present } from '../../../base/assert.ts';
import { mailLimits } from '../../../base/domain-limits.ts';
import { type EmailId, newId } from '../../../base/ids.ts';
import { gib } from '../../../base/limits.ts';
import type { Role } from '../../../domain/access/access.ts';
import type { AccountRef } from '../../../domain/mail/mail.ts';
import { parseAddress } from '../../../formats/address/address.ts';

const world = await createTrustWorld({ after }, { at: new Date() });
await world.publishCrls();
await world.publishList([{ domain: 'cabinet.mssante.example', dn: dnOf('cabinet') }]);
const operator = await ServedOperator.start({ after }, world, { name: 'cabinet', accounts: [], web: true });
const { access, audit, mail } = operator.product;
const testing = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;
let made = 0;

interface Person {
  readonly account: AccountRef;
  readonly ask: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: Json }>;
}

/** Any JSON, read member by member without proof: for assertions. */
// biome-ignore lint/suspicious/noExplicitAny: answers are compared with what is expected of them
type Json = any;

async function makePerson(role: Role = 'holder'): Promise<Person> {
  made += 1;
  const login = `own${made}`;
  const { account, token } = await audit.act(testing, async (act) => {
    const tenantId = await access.createTenant(act, { kind: 'practice', name: 'Cabinet' });
    const who = { tenantId, login, name: 'Dr Anne', rpps: null, title: 'Médecin', role } as const;
    const person = await access.createPerson(act, who);
    const address = present(parseAddress(`${login}@${operator.domain}`), 'a test address is not one');
    const wanted = { tenantId, type: 'PER', address, displayName: login, quotaBytes: gib } as const;
    const { accountId } = await mail.createAccount(act, wanted);
    const held = { tenantId, accountId };
    await access.delegate(act, { account: held, personId: person.personId, rights: ['own'] });
    const password = await access.createAppPassword(act, { person, label: 'test', scopes: ['api'] });
    return { account: held, token: password.token.revealText() };
  });
  return {
    account,
    async ask(method, path, body) {
      const response = await fetch(`http://127.0.0.1:${operator.ports.web}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, json: await response.json() };
    },
  };
}

describe('the settings of a person', () => {
  test('are answered whole, and changed by what is given', async () => {
    const { ask } = await makePerson();
    const before = await ask('GET', '/api/settings');
    assert.equal(before.status, 200);
    const changed = await ask('PATCH', '/api/settings', { theme: 'dark', undoSeconds: 0 });
    assert.deepEqual(changed.json, { ...before.json, theme: 'dark', undoSeconds: 0 });
    assert.deepEqual((await ask('GET', '/api/settings')).json, changed.json);
  });

  test('have no other key and no other value', async () => {
    const { ask } = await makePerson();
    for (const body of [
      {},
      { colour: 'red' },
      { theme: 'dark', more: 1 },
      { theme: 'DARK' },
      { undoSeconds: 15 },
      { undoSeconds: '10' },
      { notifications: 'yes' },
      { remoteImages: 'always' },
      { theme: null },
    ]) {
      const { status, json } = await ask('PATCH', '/api/settings', body);
      assert.deepEqual([status, json.code], [400, 'request-malformed'], JSON.stringify(body));
    }
  });
});

describe('what holds for a practice', () => {
  test('is told to everybody, with whether they may change it, and changed by those who may', async () => {
    const holder = await makePerson();
    const told = await holder.ask('GET', '/api/practice');
    assert.deepEqual(told.json, { name: 'Cabinet', isOfflineAllowed: true, mayChange: true });
    const changed = await holder.ask('PATCH', '/api/practice', { isOfflineAllowed: false });
    assert.deepEqual(changed.json, { ...told.json, isOfflineAllowed: false });
    const assistant = await makePerson('assistant');
    assert.equal((await assistant.ask('GET', '/api/practice')).json.mayChange, false);
    const refused = await assistant.ask('PATCH', '/api/practice', { isOfflineAllowed: false });
    assert.deepEqual([refused.status, refused.json.code], [403, 'not-permitted']);
    assert.equal((await holder.ask('PATCH', '/api/practice', { name: 'Autre' })).status, 400);
  });
});

describe('templates', () => {
  const content = { name: 'Orientation', subject: 'Pour {{patient}}', html: '<p>Bonjour</p>', text: 'Bonjour' };

  test('are created, listed, changed and removed', async () => {
    const { account, ask } = await makePerson();
    const path = `/api/accounts/${account.accountId}/templates`;
    const { json } = await ask('POST', path, content);
    const one = `${path}/${json.id}`;
    assert.deepEqual((await ask('PATCH', one, { subject: '' })).json, { done: true });
    const [shown] = (await ask('GET', path)).json.templates;
    const { changedAt, ...rest } = shown;
    assert.deepEqual(rest, { ...content, id: json.id, subject: '' });
    assert.ok(!Number.isNaN(Date.parse(changedAt)));
    assert.deepEqual((await ask('POST', path, content)).json.code, 'template-exists');
    assert.equal((await ask('POST', path, content)).status, 409);
    assert.equal((await ask('DELETE', one)).status, 200);
    const gone = await ask('DELETE', one);
    assert.deepEqual([gone.status, gone.json.code], [404, 'template-unknown']);
  });

  test('are as large as the schema says and not larger', async () => {
    const { account, ask } = await makePerson();
    const path = `/api/accounts/${account.accountId}/templates`;
    const { htmlCharacters, textCharacters, nameCharacters, subjectCharacters } = templatesBounds;
    const largest = {
      name: 'n'.repeat(nameCharacters),
      subject: 's'.repeat(subjectCharacters),
      html: 'h'.repeat(htmlCharacters),
      text: 't'.repeat(textCharacters),
    };
    assert.equal((await ask('POST', path, largest)).status, 200);
    for (const key of ['name', 'subject', 'html', 'text'] as const) {
      const { status, json } = await ask('POST', path, { ...largest, [key]: `${largest[key]}x` });
      assert.deepEqual([status, json.code], [400, 'request-malformed'], key);
    }
    assert.equal((await ask('POST', path, { ...content, more: 1 })).status, 400);
  });
});

describe('deleted emails', () => {
  const dayMs = 24 * 3_600_000;

  async function storeDeleted(account: AccountRef, subject: string): Promise<EmailId> {
    const intake = mail.openIntake({ prefix: Buffer.alloc(0) });
    await intake.write(Buffer.from(`From: Zoé <zoe@hopital.example>\r\nSubject: ${subject}\r\n\r\nBonjour.\r\n`));
    const message = await intake.finish();
    const delivery = { ...account, message, to: { role: 'trash' }, keywords: [], receivedAt: new Date() } as const;
    return audit.act(testing, async (act) => {
      const [outcome] = await mail.deliver(act, [{ ...delivery, event: 'email.received' }]);
      if (outcome?.kind !== 'stored') throw new Error(`a test message was not stored: ${outcome?.kind}`);
      await mail.deleteEmails(act, account, [outcome.emailId]);
      return outcome.emailId;
    });
  }

  test('are listed page by page, searched, and brought back', async () => {
    const { account, ask } = await makePerson();
    const base = `/api/accounts/${account.accountId}`;
    const ids = [];
    for (const subject of ['Bilan', 'Radio', 'Suivi']) ids.unshift(await storeDeleted(account, subject));
    const first = await ask('GET', `${base}/deleted?limit=2`);
    const [shown] = first.json.emails;
    assert.equal(Date.parse(shown.purgedAt) - Date.parse(shown.deletedAt), 30 * dayMs);
    assert.deepEqual(
      { ...shown, deletedAt: '', purgedAt: '', receivedAt: '' },
      {
        emailId: ids[0],
        deletedAt: '',
        purgedAt: '',
        receivedAt: '',
        from: [{ name: 'Zoé', email: 'zoe@hopital.example' }],
        subject: 'Suivi',
        preview: 'Bonjour.',
        hasAttachment: false,
      },
    );
    const second = await ask('GET', `${base}/deleted?limit=2&before=${first.json.next}`);
    const listed = [...first.json.emails, ...second.json.emails].map(({ emailId }: { emailId: string }) => emailId);
    assert.deepEqual([listed, second.json.next], [ids, null]);
    const found = await ask('POST', `${base}/deleted/search`, { text: 'radio' });
    assert.deepEqual([found.json.emails[0].emailId, found.json.emails.length], [ids[1], 1]);
    const back = await ask('POST', `${base}/undelete`, { emailIds: [ids[1], newId()] });
    assert.deepEqual(back.json, { restored: [ids[1]] });
    assert.deepEqual((await ask('POST', `${base}/undelete`, { emailIds: [ids[1]] })).json, { restored: [] });
    assert.equal((await ask('GET', `${base}/deleted`)).json.emails.length, 2);
  });

  test('are asked for within bounds, from a place that was given', async () => {
    const { account, ask } = await makePerson();
    const base = `/api/accounts/${account.accountId}`;
    assert.equal(deletedBounds.page, mailLimits.deletedPage);
    for (const [query, status] of [
      [`limit=${deletedBounds.page}`, 200],
      [`limit=${deletedBounds.page + 1}`, 400],
      ['limit=0', 400],
      [`before=0_${newId()}`, 200],
      ['before=x', 400],
      ['before=1_2', 400],
      [`before=9999999999999999_${newId()}`, 400],
    ] as const) {
      assert.equal((await ask('GET', `${base}/deleted?${query}`)).status, status, query);
    }
    const ids = Array.from({ length: deletedBounds.emails + 1 }, () => newId());
    assert.equal((await ask('POST', `${base}/undelete`, { emailIds: ids.slice(1) })).status, 200);
    assert.equal((await ask('POST', `${base}/undelete`, { emailIds: ids })).status, 400);
    assert.equal((await ask('POST', `${base}/undelete`, { emailIds: [] })).status, 400);
    const text = 'a'.repeat(deletedBounds.textCharacters);
    assert.equal((await ask('POST', `${base}/deleted/search`, { text })).status, 200);
    assert.equal((await ask('POST', `${base}/deleted/search`, { text: `${text}a` })).status, 400);
  });
});
