import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answers, type Invocation, type JmapClient, MethodFault } from '../../jmap/client.ts';
import { watchNewMail } from './new-mail.ts';

/** A server that answers each call by its method, or with a fault. */
function serverOf(answer: (invocation: Invocation) => unknown) {
  const asked: Invocation[] = [];
  const call: JmapClient['call'] = async (calls) => {
    asked.push(...calls);
    const answers: Answers = {
      sessionState: '',
      of<Answer>(callId: string): Answer {
        const invocation = calls.find(([, , id]) => id === callId);
        assert.ok(invocation !== undefined);
        return answer(invocation) as Answer; // the test says what the server would
      },
    };
    return answers;
  };
  return { asked, call };
}

const mailboxes = {
  list: [
    { id: 'in', role: 'inbox' },
    { id: 'sent', role: 'sent' },
  ],
};

test('only what came unread into the inbox is new, and nothing of a message is opened', async () => {
  const { asked, call } = serverOf(([method, , id]) => {
    if (method === 'Mailbox/get') return mailboxes;
    if (id === 'state') return { state: '1' };
    if (method === 'Email/changes') return { newState: '2' };
    return {
      list: [
        { mailboxIds: { in: true }, keywords: {} },
        { mailboxIds: { in: true }, keywords: { $seen: true } },
        { mailboxIds: { sent: true }, keywords: {} },
      ],
    };
  });
  const watch = watchNewMail(call);
  await watch.begin('claire');
  assert.equal(await watch.count('claire'), 1);
  await watch.count('claire');
  const since = asked.filter(([method]) => method === 'Email/changes').map(([, given]) => given['sinceState']);
  assert.deepEqual(since, ['1', '2']);
  const properties = asked.flatMap(([method, given]) => (method === 'Email/get' ? [given['properties']] : []));
  assert.deepEqual(new Set(properties.flat()), new Set(['id', 'mailboxIds', 'keywords']));
});

test('when changes can no longer be told one by one, it begins anew and tells nothing', async () => {
  const { asked, call } = serverOf(([method, , id]) => {
    if (method === 'Mailbox/get') return mailboxes;
    if (id === 'state') return { state: '1' };
    throw new MethodFault('Email/changes', 'cannotCalculateChanges', '');
  });
  const watch = watchNewMail(call);
  await watch.begin('claire');
  assert.equal(await watch.count('claire'), 0);
  assert.equal(asked.filter(([, , id]) => id === 'state').length, 2);
});

test('an account that was not begun has nothing new', async () => {
  const { asked, call } = serverOf(() => ({}));
  assert.equal(await watchNewMail(call).count('claire'), 0);
  assert.deepEqual(asked, []);
});
