/** The lines of a sent message and « Signaler » as programs see them, with the jobs that the worker really does. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTrustWorld } from '../../../../testkit/authority/trust-world.ts';
import type { Answer } from '../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../testkit/mail-store.ts';
import { ServedOperator } from '../../../../testkit/served-operator.ts';
import { dnOf } from '../../../../testkit/transfer-world.ts';
import { present } from '../../../base/assert.ts';
import type { EmailId } from '../../../base/ids.ts';
import { gib } from '../../../base/limits.ts';
import { type Address, parseAddress } from '../../../formats/address/address.ts';

const trust = await createTrustWorld({ after }, { at: new Date() });
await trust.publishCrls();
await trust.publishList([{ domain: 'cabinet.mssante.example', dn: dnOf('cabinet') }]);
const operator = await ServedOperator.start({ after }, trust, { name: 'cabinet', accounts: [], web: true });
const { access, audit, mail, transfer } = operator.product;
const testing = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;
const tenantId = await audit.act(testing, (act) => access.createTenant(act, { kind: 'practice', name: 'Cabinet' }));

async function makeDoctor(login: string) {
  return audit.act(testing, async (act) => {
    const address = present(parseAddress(`${login}@${operator.domain}`), 'a test address is not one');
    const who = { tenantId, login, name: `Dr ${login}`, rpps: null, title: 'Médecin', role: 'holder' } as const;
    const person = await access.createPerson(act, who);
    const wanted = { tenantId, type: 'PER', address, displayName: `Dr ${login}`, quotaBytes: gib } as const;
    const { accountId } = await mail.createAccount(act, wanted);
    const account = { tenantId, accountId };
    await access.delegate(act, { account, personId: person.personId, rights: ['own'] });
    const { token } = await access.createAppPassword(act, { person, label: 'test', scopes: ['api'] });
    const authorization = `Basic ${Buffer.from(`${login}:${token.revealText()}`).toString('base64')}`;
    return { account, address, actor: { kind: 'person', personId: person.personId } as const, authorization };
  });
}

type Doctor = Awaited<ReturnType<typeof makeDoctor>>;

async function send(from: Doctor, to: Address, fields: Readonly<Record<string, string>> = {}): Promise<EmailId> {
  const content = rawMessage({ From: `<${from.address}>`, To: `"Dr Marc" <${to}>`, ...fields });
  const outcome = await transfer.submit(
    { actor: from.actor, reason: 'test' },
    {
      sender: from.address,
      recipients: [{ recipient: to }],
      content: (async function* () {
        yield Buffer.from(content);
      })(),
    },
  );
  assert.ok(outcome.kind === 'submitted');
  return outcome.emailId;
}

async function ask({ account, authorization }: Doctor, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${operator.ports.web}/api/accounts/${account.accountId}/${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
  });
  return { status: response.status, ...(await response.json()) };
}

const [anne, marc] = [await makeDoctor('anne'), await makeDoctor('marc')];

test('a line goes to "answered" by the worker’s own job, and every member of it is told', async () => {
  const emailId = await send(anne, marc.address, { 'Message-ID': '<a@cabinet.mssante.example>' });
  const [line] = (await ask(anne, `emails/${emailId}/deliveries`)).recipients;
  const { steps, ...rest } = line;
  assert.deepEqual(rest, {
    address: marc.address,
    displayName: 'Dr Marc',
    isLocal: true,
    isPatient: false,
    state: 'delivered',
    peer: null,
    answerEmailId: null,
    failure: null,
    delay: null,
    attempts: 0,
    nextAttemptAt: null,
    expiresAt: null,
  });
  assert.match(steps.deliveredAt, /^\d{4}-.*Z$/);
  assert.deepEqual([steps.readAt, steps.answeredAt, steps.failedAt], [null, null, null]);
  await send(marc, anne.address, { 'In-Reply-To': '<a@cabinet.mssante.example>' });
  let state: string;
  do {
    await sleep(20);
    [{ state }] = (await ask(anne, `emails/${emailId}/deliveries`)).recipients;
  } while (state !== 'answered');
  const { emails } = await ask(anne, 'deliveries', { emailIds: [emailId] });
  assert.deepEqual(
    emails.map((each: Answer) => [each.emailId, each.recipients, each.state, each.states.answered, each.states.read]),
    [[emailId, 1, 'answered', 1, 0]],
  );
  // The same email, asked for by another in an account of their own.
  assert.deepEqual((await ask(marc, `emails/${emailId}/deliveries`)).recipients, []);
  assert.deepEqual((await ask(marc, 'deliveries', { emailIds: [emailId] })).emails, []);
});

test('a list asks for a hundred emails at most', async () => {
  const emailIds = Array.from({ length: 101 }, (_, at) => `01a204b5-0000-7000-8000-${String(at).padStart(12, '0')}`);
  assert.equal((await ask(anne, 'deliveries', { emailIds })).status, 400);
  assert.equal((await ask(anne, 'deliveries', { emailIds: emailIds.slice(1) })).status, 200);
  assert.equal((await ask(anne, 'deliveries', { emailIds: [] })).status, 400);
});

test('a reported message is told what to do next, once and again', async () => {
  await send(anne, marc.address, { Subject: 'Gagnez' });
  const inbox = (await mail.listMailboxes(operator.product.database.db, marc.account)).find(
    ({ role }) => role === 'inbox',
  );
  const page = { mailboxId: present(inbox, 'an account lacks its inbox').id, limit: 1 };
  const [emailId] = await mail.listEmails(operator.product.database.db, marc.account, page);
  const first = await ask(marc, `emails/${emailId}/report`, { kind: 'phishing', note: 'Prudence.' });
  assert.deepEqual([first.status, first.done, first.moved], [200, true, true]);
  assert.match(first.text, /administrateur/);
  assert.ok(first.steps.some((step: string) => step.includes('signal-spam.fr')));
  const again = await ask(marc, `emails/${emailId}/report`, { kind: 'phishing' });
  assert.deepEqual([again.done, again.moved], [false, false]);
  assert.match(again.text, /déjà signalé/);
  assert.equal((await operator.inbox('administrateur')).length, 1);
  assert.equal((await ask(marc, `emails/${emailId}/report`, { kind: 'other' })).status, 400);
  assert.equal((await ask(anne, `emails/${emailId}/report`, { kind: 'unwanted' })).status, 404);
});
