import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JmapCaller } from '../../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { newId } from '../../../../base/ids.ts';

describe('threads (RFC 8621 §3)', () => {
  test('hold their emails, oldest first', async (t) => {
    const jmap = await JmapCaller.open(t);
    const first = await jmap.store.store(jmap.account, rawMessage({ 'Message-ID': '<a@x>' }));
    jmap.store.clock.advance(1_000);
    const second = await jmap.store.store(jmap.account, rawMessage({ 'In-Reply-To': '<a@x>' }));
    const unknown = newId();
    const { list, notFound } = await jmap.call('Thread/get', { ids: [first.threadId, unknown, 'x'] });
    assert.deepEqual(list, [{ id: first.threadId, emailIds: [first.emailId, second.emailId] }]);
    assert.deepEqual(notFound, [unknown, 'x']);
    assert.deepEqual((await jmap.call('Thread/get', { ids: null })).list, list);
    const bare = await jmap.call('Thread/get', { ids: [first.threadId], properties: [] });
    assert.deepEqual(bare.list, [{ id: first.threadId }]);
  });

  test('change when an email joins or leaves them, and for nothing else (RFC 8621 §3.1)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { emailId, threadId } = await jmap.store.store(jmap.account, rawMessage({ 'Message-ID': '<a@x>' }));
    const since = async (sinceState: string) => {
      const { created, updated, destroyed, newState } = await jmap.call('Thread/changes', { sinceState });
      return { changes: [created, updated, destroyed], newState };
    };
    const { state: start } = await jmap.call('Thread/get', { ids: [] });
    await jmap.call('Email/set', { update: { [emailId]: { 'keywords/$seen': true } } });
    assert.deepEqual((await since(start)).changes, [[], [], []]);
    const answer = await jmap.store.store(jmap.account, rawMessage({ 'In-Reply-To': '<a@x>' }));
    const other = await jmap.store.store(jmap.account, rawMessage());
    const { changes, newState } = await since(start);
    assert.deepEqual(changes, [[other.threadId], [threadId], []]);
    await jmap.call('Email/set', { destroy: [answer.emailId, other.emailId] });
    assert.deepEqual((await since(newState)).changes, [[], [threadId], [other.threadId]]);
    await jmap.call('Email/set', { destroy: [emailId] });
    assert.deepEqual((await since(start)).changes[1], []);
    const page = await jmap.call('Thread/changes', { sinceState: newState, maxChanges: 1 });
    assert.equal(page.hasMoreChanges, true);
    assert.deepEqual((await since(page.newState)).changes.flat().length, 1);
  });
});
