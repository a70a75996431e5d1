import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answers, type Invocation, MethodFault } from '../../jmap/client.ts';
import { emptyMailbox } from './empty-mailbox.ts';

/** A server with these emails in `trash`; the first `surprises` sets find that something changed. */
function server(emails: Map<string, Set<string>>, surprises = 0) {
  let left = surprises;
  const sets: Readonly<Record<string, unknown>>[] = [];
  const call = async (calls: readonly Invocation[]): Promise<Answers> => {
    const given = calls.at(-1)?.[1] ?? {};
    const inTrash = [...emails].filter(([, places]) => places.has('trash'));
    const list = inTrash.map(([id, places]) => ({
      id,
      mailboxIds: Object.fromEntries([...places].map((p) => [p, true])),
    }));
    const answer = (callId: string): unknown => {
      if (callId === 'g') return { state: 'now', list };
      if (left > 0) {
        left -= 1;
        throw new MethodFault('s', 'stateMismatch', '');
      }
      sets.push(given);
      const destroyed = given['destroy'] as string[];
      const updated = given['update'] as object;
      for (const id of destroyed) emails.delete(id);
      for (const id of Object.keys(updated)) emails.get(id)?.delete('trash');
      return { destroyed, updated };
    };
    return { sessionState: '', of: <Answer>(callId: string) => answer(callId) as Answer };
  };
  return { call, sets };
}

test('emptying destroys what stands nowhere else, and leaves the others where they stand', async () => {
  const emails = new Map([
    ['alone', new Set(['trash'])],
    ['kept', new Set(['trash', 'archive'])],
    ['other', new Set(['archive'])],
  ]);
  const done: number[] = [];
  await emptyMailbox(server(emails), { accountId: 'a', mailboxId: 'trash' }, (count) => done.push(count));
  assert.deepEqual([...emails.keys()], ['kept', 'other']);
  assert.deepEqual([...(emails.get('kept') ?? [])], ['archive']);
  assert.deepEqual(done, [2]);
});

test('what changed meanwhile is looked at again before anything goes', async () => {
  const emails = new Map([['alone', new Set(['trash'])]]);
  const jmap = server(emails, 1);
  await emptyMailbox(jmap, { accountId: 'a', mailboxId: 'trash' }, () => undefined);
  assert.equal(emails.size, 0);
  assert.deepEqual(jmap.sets, [{ accountId: 'a', ifInState: 'now', destroy: ['alone'], update: {} }]);
});
