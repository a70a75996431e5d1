import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JmapCaller } from '../../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { newId } from '../../../../base/ids.ts';

describe('Email/import (RFC 8621 §4.8)', () => {
  test('makes an email of a blob, byte for byte', async (t) => {
    const jmap = await JmapCaller.open(t);
    const inner = rawMessage({ Subject: 'Transmis' });
    const outer = `${rawMessage({ 'Content-Type': 'multipart/mixed; boundary=b' }, '')}--b\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--b--\r\n`;
    const { emailId } = await jmap.store.store(jmap.account, outer);
    const archive = await jmap.store.mailboxOf(jmap.account, 'archive');
    const mailboxIds = { [archive]: true };
    const blobId = `E${emailId}-1`;
    const receivedAt = '2020-01-02T03:04:05Z';
    const emails = {
      k: { blobId, mailboxIds, keywords: { $seen: true }, receivedAt },
      a: { blobId: `E${newId()}`, mailboxIds },
      b: { blobId: `E${emailId}-9`, mailboxIds },
      c: { blobId, mailboxIds: {} },
      d: { blobId, mailboxIds: { [newId()]: true } },
      e: { mailboxIds },
      f: { blobId, mailboxIds, subject: 'x' },
    };
    const { created, notCreated } = await jmap.call('Email/import', { emails });
    assert.equal(created.k.size, Buffer.byteLength(inner));
    const { list } = await jmap.call('Email/get', {
      ids: [created.k.id],
      properties: ['subject', 'receivedAt', 'keywords'],
    });
    assert.deepEqual(list, [{ id: created.k.id, subject: 'Transmis', receivedAt, keywords: { $seen: true } }]);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) assert.equal(notCreated[key].type, 'invalidProperties', key);
  });
});

describe('Email/copy (RFC 8621 §4.7)', () => {
  test('brings an email from another account, and destroys the original when asked (RFC 8620 §5.4)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { emailId } = await jmap.store.store(jmap.account, rawMessage());
    await jmap.call('Email/set', { update: { [emailId]: { 'keywords/$flagged': true } } });
    const other = await jmap.stranger();
    const inbox = await jmap.store.mailboxOf(other.account, 'inbox');
    const copy = { fromAccountId: jmap.account.accountId, accountId: other.account.accountId };
    const create = {
      k: { id: emailId, mailboxIds: { [inbox]: true } },
      no: { id: newId(), mailboxIds: { [inbox]: true } },
    };
    assert.equal(await other.error('Email/copy', { ...copy, create }), 'fromAccountNotFound');
    const { personId } = jmap.caller;
    const given = { account: other.account, personId, rights: ['read', 'write'] as const };
    await jmap.store.act((act) => jmap.store.access.delegate(act, given));
    const [own, implied] = await jmap.run([['Email/copy', { ...copy, create, onSuccessDestroyOriginal: true }]]);
    assert.equal(own[1].notCreated.no.type, 'notFound');
    assert.deepEqual([implied[0], implied[1].destroyed], ['Email/set', [emailId]]);
    const asked = { ids: [own[1].created.k.id], properties: ['subject', 'keywords'] };
    const { list } = await other.call('Email/get', asked);
    assert.deepEqual([list[0].subject, list[0].keywords], ['Compte rendu', { $flagged: true }]);
    const reader = await jmap.reader(['read']);
    const readerGiven = {
      account: other.account,
      personId: reader.caller.personId,
      rights: ['read', 'write'] as const,
    };
    await jmap.store.act((act) => jmap.store.access.delegate(act, readerGiven));
    const { emailId: kept } = await jmap.store.store(jmap.account, rawMessage());
    const again = { ...copy, create: { k: { id: kept, mailboxIds: { [inbox]: true } } } };
    const [made, refused] = await reader.run([['Email/copy', { ...again, onSuccessDestroyOriginal: true }]]);
    assert.ok(made[1].created.k.id);
    assert.deepEqual([refused[0], refused[1].type], ['error', 'accountReadOnly']);
    const same = { fromAccountId: jmap.account.accountId, create };
    assert.equal(await jmap.error('Email/copy', same), 'invalidArguments');
  });
});
