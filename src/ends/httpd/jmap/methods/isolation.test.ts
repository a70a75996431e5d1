/** Every identifier of every method, tried from another account of the tenant, from another tenant, and by strangers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JmapCaller } from '../../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import type { JsonObject } from '../method.ts';

async function openScene(t: Parameters<typeof JmapCaller.open>[0]) {
  const owner = await JmapCaller.open(t);
  const { emailId, threadId } = await owner.store.store(owner.account, rawMessage());
  await owner.index();
  const { created } = await owner.call('Mailbox/set', { create: { m: { name: 'Labo' } } });
  const strangers = [await owner.stranger(), await owner.stranger(await owner.store.createTenant())];
  return { owner, emailId, threadId, mailboxId: created.m.id as string, strangers };
}

describe('another account', () => {
  test('finds, opens and changes nothing by the identifiers of an account', async (t) => {
    const { owner, emailId, threadId, mailboxId, strangers } = await openScene(t);
    const before = await owner.call('Email/get', { ids: null, properties: ['mailboxIds', 'keywords'] });
    for (const stranger of strangers) {
      assert.deepEqual((await stranger.call('Email/get', { ids: [emailId] })).notFound, [emailId]);
      assert.deepEqual((await stranger.call('Thread/get', { ids: [threadId] })).notFound, [threadId]);
      assert.deepEqual((await stranger.call('Mailbox/get', { ids: [mailboxId] })).notFound, [mailboxId]);
      assert.deepEqual((await stranger.call('Email/query', { filter: { inMailbox: mailboxId } })).ids, []);
      assert.deepEqual((await stranger.call('Email/query', { filter: { text: 'confrère' } })).ids, []);
      assert.equal(await stranger.error('Email/query', { anchor: emailId }), 'anchorNotFound');
      const found = await stranger.call('SearchSnippet/get', { filter: { text: 'confrère' }, emailIds: [emailId] });
      assert.deepEqual([found.list, found.notFound], [[], [emailId]]);
      const own = await stranger.store.mailboxOf(stranger.account, 'inbox');
      const set = await stranger.call('Email/set', {
        create: {
          a: { mailboxIds: { [mailboxId]: true } },
          b: { mailboxIds: { [own]: true }, attachments: [{ blobId: `E${emailId}`, type: 'message/rfc822' }] },
          c: { mailboxIds: { [own]: true }, attachments: [{ blobId: `E${emailId}-1`, type: 'text/plain' }] },
        },
        update: { [emailId]: { 'keywords/$seen': true } },
        destroy: [],
      });
      assert.equal(set.created, null);
      assert.deepEqual(
        [set.notCreated.a.type, set.notCreated.b.type, set.notCreated.c.type, set.notUpdated[emailId].type],
        ['invalidProperties', 'blobNotFound', 'blobNotFound', 'notFound'],
      );
      assert.equal((await stranger.call('Email/set', { destroy: [emailId] })).notDestroyed[emailId].type, 'notFound');
      const mailboxes = await stranger.call('Mailbox/set', {
        create: { a: { name: 'X', parentId: mailboxId } },
        update: { [mailboxId]: { name: 'Y' } },
        destroy: [],
      });
      assert.equal(mailboxes.notCreated.a.type, 'invalidProperties');
      assert.equal(mailboxes.notUpdated[mailboxId].type, 'notFound');
      const gone = await stranger.call('Mailbox/set', { destroy: [mailboxId], onDestroyRemoveEmails: true });
      assert.equal(gone.notDestroyed[mailboxId].type, 'notFound');
    }
    assert.deepEqual(await owner.call('Email/get', { ids: null, properties: ['mailboxIds', 'keywords'] }), before);
  });

  test('is not there for whoever has no right on it, nor without an account id (RFC 8620 §3.6.2)', async (t) => {
    const { owner, strangers } = await openScene(t);
    const calls: [string, JsonObject][] = [
      ['Mailbox/get', {}],
      ['Mailbox/changes', { sinceState: '0' }],
      ['Mailbox/query', {}],
      ['Mailbox/queryChanges', { sinceQueryState: '0' }],
      ['Mailbox/set', {}],
      ['Thread/get', { ids: [] }],
      ['Thread/changes', { sinceState: '0' }],
      ['Email/get', { ids: [] }],
      ['Email/changes', { sinceState: '0' }],
      ['Email/query', {}],
      ['Email/queryChanges', { sinceQueryState: '0' }],
      ['Email/set', {}],
      ['SearchSnippet/get', { emailIds: [] }],
    ];
    for (const [name, args] of calls) {
      for (const stranger of strangers) {
        const asked = { ...args, accountId: owner.account.accountId };
        assert.equal(await stranger.error(name, asked), 'accountNotFound', name);
        assert.equal(await stranger.error(name, { ...args, accountId: 'nobody' }), 'accountNotFound', name);
        assert.equal(await stranger.error(name, { ...args, accountId: null }), 'invalidArguments', name);
        assert.equal(await stranger.error(name, { ...args, unknown: 1 }), 'invalidArguments', name);
      }
    }
  });
});
