import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Identity } from '../../../contract/jmap/mail.ts';
import type { Answers, Invocation } from '../../jmap/client.ts';
import type { ComposedMessage } from './message.ts';
import { afterSendCalls, sendCalls, sendMessage, takeBack, type WantedSend } from './sending.ts';

const identity: Identity = {
  ...{ id: 'i', name: '', email: 'me@x.example', replyTo: null, bcc: null },
  ...{ textSignature: '', htmlSignature: '', mayDelete: false },
};
const message: ComposedMessage = {
  ...{ draftId: 'd', accountId: 'a', identityId: 'i', subject: 's', format: 'text', html: '', text: 't' },
  to: [{ name: null, email: 'b@x.example' }],
  cc: [{ name: null, email: 'B@x.example' }],
  bcc: [{ name: null, email: 'c@x.example' }],
  ...{ attachments: [], isUrgent: false, wantsReceipt: false, inReplyTo: [], references: [], origin: undefined },
};
const places = { draftsId: 'D', sentId: 'S' };
const wanted: WantedSend = { message, identity, places, hold: { kind: 'none' }, idempotencyId: 'once' };

/** A server that says `answers`, by call id. */
function server(answers: Readonly<Record<string, unknown>>) {
  const asked: Invocation[] = [];
  const told: Answers = { sessionState: '', of: <Answer>(callId: string) => answers[callId] as Answer };
  return {
    asked,
    call: async (calls: readonly Invocation[]) => {
      asked.push(...calls);
      return told;
    },
  };
}

test('email and submission are made in one request, and the email moves to Sent when it is taken (RFC 8621 §7.5)', () => {
  const [[, email] = [], [, submission] = []] = sendCalls(wanted);
  assert.ok(JSON.stringify(email).includes('"$draft":true'));
  assert.deepEqual(submission, {
    accountId: 'a',
    create: { submission: { emailId: '#email', identityId: 'i', idempotencyId: 'once' } },
    onSuccessUpdateEmail: {
      '#submission': { 'mailboxIds/D': null, 'mailboxIds/S': true, 'keywords/$draft': null },
    },
  });
});

test('a held message names its hold (RFC 4865) and everybody who gets it, once', () => {
  const at = new Date('2026-11-23T07:00:00Z');
  for (const [hold, parameters] of [
    [{ kind: 'for', seconds: 10 }, { HOLDFOR: '10' }],
    [{ kind: 'until', at }, { HOLDUNTIL: '2026-11-23T07:00:00Z' }],
  ] as const) {
    const text = JSON.stringify(sendCalls({ ...wanted, hold }));
    assert.ok(text.includes(JSON.stringify({ email: 'me@x.example', parameters })), text);
    assert.ok(text.includes('"rcptTo":[{"email":"b@x.example"},{"email":"c@x.example"}]'), text);
  }
});

test('what was taken tells whether it still waits', async () => {
  const jmap = server({
    email: { created: { email: { id: 'e' } } },
    submission: { created: { submission: { id: 's', undoStatus: 'pending' } } },
  });
  const outcome = await sendMessage(jmap, wanted);
  assert.deepEqual(outcome, { kind: 'sent', submissionId: 's', emailId: 'e', isHeld: true });
});

test('a repeated try is not sent again, and its own email is named to be dropped', async () => {
  const error = { type: 'alreadyExists', existingId: 's', emailId: 'first' };
  const jmap = server({
    email: { created: { email: { id: 'second' } } },
    submission: { notCreated: { submission: error } },
  });
  assert.deepEqual(await sendMessage(jmap, wanted), {
    ...{ kind: 'repeated', submissionId: 's', emailId: 'first', duplicateId: 'second' },
  });
});

test('what left while the server died before its move out of the drafts is filed as sent, once', async () => {
  const error = { type: 'alreadyExists', existingId: 's', emailId: 'first' };
  const answers = {
    email: { created: { email: { id: 'second' } } },
    submission: { notCreated: { submission: error } },
  };
  const unfiled = server({ ...answers, sent: { list: [{ keywords: { $draft: true } }] } });
  await sendMessage(unfiled, wanted);
  const [, filed] = unfiled.asked.at(-1) ?? [];
  assert.deepEqual(filed, {
    accountId: 'a',
    update: { first: { 'mailboxIds/D': null, 'mailboxIds/S': true, 'keywords/$draft': null } },
  });
  const filedAlready = server({ ...answers, sent: { list: [{ keywords: { $seen: true } }] } });
  await sendMessage(filedAlready, wanted);
  assert.equal(filedAlready.asked.at(-1)?.[0], 'Email/get');
});

test('a refusal of the email or of the submission is told with what was made', async () => {
  const error = { type: 'forbiddenToSend' };
  const refused = server({
    email: { created: { email: { id: 'e' } } },
    submission: { notCreated: { submission: error } },
  });
  assert.deepEqual(await sendMessage(refused, wanted), { kind: 'refused', error, emailId: 'e' });
  const unmade = server({ email: { notCreated: { email: { type: 'overQuota' } } } });
  const outcome = await sendMessage(unmade, wanted);
  assert.deepEqual(outcome, { kind: 'refused', error: { type: 'overQuota' }, emailId: undefined });
});

test('afterwards every draft goes, and what was answered is marked where that is allowed', () => {
  const origin = { accountId: 'o', emailId: 'x', mode: 'transferer' } as const;
  const drafts = [{ accountId: 'a', emailId: '1' }];
  const calls = afterSendCalls({ ...message, origin }, { drafts, mayMarkOrigin: true });
  assert.deepEqual(
    calls.map(([, given]) => given),
    [
      { accountId: 'a', destroy: ['1'] },
      { accountId: 'o', update: { x: { 'keywords/$forwarded': true } } },
    ],
  );
  assert.equal(afterSendCalls({ ...message, origin }, { drafts, mayMarkOrigin: false }).length, 1);
});

test('taking back cancels and makes a draft again; what has left cannot be', async () => {
  const ref = { accountId: 'a', submissionId: 's', places };
  const jmap = server({ cancel: { updated: { s: null } } });
  assert.equal(await takeBack(jmap, ref), 'taken-back');
  assert.ok(JSON.stringify(jmap.asked).includes('"undoStatus":"canceled"'));
  assert.ok(JSON.stringify(jmap.asked).includes('"mailboxIds/D":true'));
  const late = server({ cancel: { notUpdated: { s: { type: 'cannotUnsend' } } } });
  assert.equal(await takeBack(late, ref), 'too-late');
  await assert.rejects(takeBack(server({ cancel: {} }), ref), { type: 'serverFail' });
});
