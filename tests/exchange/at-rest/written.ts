/** What a person writes by the web application, over its own two doors: drafts, texts of the account, what waits, what is reported. */
import assert from 'node:assert/strict';
import { present } from '../../../src/base/assert.ts';
import { names, sentence, subjectWords } from './letters.ts';

/** A person as the small world gives it, at one operator's web address. */
export interface Desk {
  readonly web: string;
  readonly login: string;
  readonly password: string;
  readonly appPassword: string;
  readonly address: string;
}

const using = ['core', 'mail', 'submission', 'vacationresponse'].map((name) => `urn:ietf:params:jmap:${name}`);

async function ask(desk: Desk, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const authorization = `Basic ${Buffer.from(`${desk.login}:${desk.appPassword}`).toString('base64')}`;
  const answer = await fetch(`${desk.web}${path}`, {
    method,
    headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>; // our own answer
}

/** All of it, once; `patient` is to get what is scheduled. */
export async function writeAtDesk(desk: Desk, patient: string): Promise<void> {
  const session = await ask(desk, 'GET', '/.well-known/jmap');
  const accounts = session['accounts'] as Record<string, { readonly name: string }>; // RFC 8620 §2
  const [accountId] = present(
    Object.entries(accounts).find(([, { name }]) => name === desk.address),
    'an account of hers',
  );
  const call = async (calls: readonly (readonly [name: string, args: object])[]): Promise<string> => {
    const methodCalls = calls.map(([name, args], index) => [name, { accountId, ...args }, `${index}`]);
    const { methodResponses } = await ask(desk, 'POST', apiPath(session), { using, methodCalls });
    const told = JSON.stringify(methodResponses);
    assert.doesNotMatch(told, /"error"|"not(?:Created|Updated|Destroyed)":\{/);
    return told;
  };
  const listed = await call([['Mailbox/query', { filter: { role: 'drafts' } }]]);
  const drafts = present(/"ids":\["([0-9a-f-]{36})"/.exec(listed)?.[1], 'her drafts');
  const [subject = ''] = subjectWords;
  const draft = (messageId: string) => ({
    mailboxIds: { [drafts]: true },
    keywords: { $draft: true, 'vasculaire-urgent': true },
    messageId: [messageId],
    from: [{ name: 'Dr Claire Vasseur', email: desk.address }],
    to: [{ name: names[0], email: patient }],
    bcc: [{ name: names[4], email: patient }],
    subject,
    textBody: [{ partId: '1', type: 'text/plain' }],
    bodyValues: { 1: { value: sentence } },
  });
  const held = { mailFrom: { email: desk.address, parameters: { HOLDFOR: '86400' } }, rcptTo: [{ email: patient }] };
  await call([
    ['Email/set', { create: { kept: draft('garde@cabinet.mssante.example') } }],
    ['Email/set', { create: { later: draft('plus-tard@cabinet.mssante.example') } }],
    ['EmailSubmission/set', { create: { s: { emailId: '#later', identityId: accountId, envelope: held } } }],
    [
      'Identity/set',
      {
        update: {
          [accountId]: {
            name: names[4],
            textSignature: sentence,
            htmlSignature: `<p>${sentence}</p>`,
            bcc: [{ name: names[5], email: patient }],
          },
        },
      },
    ],
    [
      'VacationResponse/set',
      { update: { singleton: { isEnabled: true, subject, textBody: sentence, htmlBody: `<p>${sentence}</p>` } } },
    ],
    ['Email/query', { filter: { text: subject, from: patient } }],
  ]);
  const account = `/api/accounts/${accountId}`;
  const [name, ...others] = subjectWords;
  const template = { name, subject: others.join(' '), html: `<p>${sentence}</p>`, text: sentence };
  await ask(desk, 'POST', `${account}/templates`, template);
  await ask(desk, 'POST', `${account}/deleted/search`, { text: name });
  await ask(desk, 'POST', '/api/devices', { name: names[5], password: desk.password });
  const received = await call([['Email/query', { filter: { from: patient }, limit: 1 }]]);
  const emailId = present(/"ids":\["([0-9a-f-]{36})"/.exec(received)?.[1], 'the letter of a patient');
  await ask(desk, 'POST', `${account}/emails/${emailId}/report`, {
    kind: 'misdirected',
    note: sentence.slice(0, 1_000),
  });
}

function apiPath(session: Record<string, unknown>): string {
  return new URL(String(session['apiUrl'])).pathname;
}
