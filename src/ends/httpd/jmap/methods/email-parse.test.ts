import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JmapCaller } from '../../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { newId } from '../../../../base/ids.ts';

const inner = `${rawMessage({ Subject: 'Dedans', 'Content-Type': 'multipart/mixed; boundary=i' }, '')}--i\r\n\r\nTexte\r\n--i\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--i--\r\n`;
const outer = `${rawMessage({ 'Content-Type': 'multipart/mixed; boundary=b' }, '')}--b\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n`;

describe('Email/parse (RFC 8621 §4.9)', () => {
  test('reads the message that an email holds, and names its parts so that they can be opened', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { emailId } = await jmap.store.store(jmap.account, outer);
    const [blobId, empty, missing] = [`E${emailId}-1`, `E${emailId}-2`, `E${newId()}`];
    const answer = await jmap.call('Email/parse', {
      blobIds: [blobId, empty, missing],
      properties: ['id', 'mailboxIds', 'subject', 'textBody', 'attachments', 'bodyValues', 'hasAttachment', 'preview'],
      fetchTextBodyValues: true,
    });
    assert.deepEqual([answer.notParsable, answer.notFound], [[empty], [missing]]);
    const email = answer.parsed[blobId];
    assert.deepEqual([email.id, email.mailboxIds, email.subject, email.preview], [null, null, 'Dedans', 'Texte']);
    assert.equal(email.bodyValues[email.textBody[0].partId].value, 'Texte');
    const image = { blobId: `E${emailId}-1_2`, type: 'image/png' };
    assert.deepEqual(
      email.textBody
        .filter((part: { type: string }) => part.type === 'image/png')
        .map((part: { blobId: string }) => part.blobId),
      [image.blobId],
    );
    const archive = await jmap.store.mailboxOf(jmap.account, 'archive');
    const draft = { mailboxIds: { [archive]: true }, attachments: [image] };
    assert.ok((await jmap.call('Email/set', { create: { k: draft } })).created.k.id);
  });

  test('reads a bounded number of blobs, and none of another account', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { emailId } = await jmap.store.store(jmap.account, rawMessage());
    const blobIds = Array.from({ length: jmapLimits.parsedBlobs }, () => `E${newId()}`);
    assert.equal((await jmap.call('Email/parse', { blobIds })).notFound.length, blobIds.length);
    assert.equal(await jmap.error('Email/parse', { blobIds: [...blobIds, 'x'] }), 'requestTooLarge');
    assert.equal(await jmap.error('Email/parse', {}), 'invalidArguments');
    const stranger = await jmap.stranger();
    assert.deepEqual((await stranger.call('Email/parse', { blobIds: [`E${emailId}`] })).notFound, [`E${emailId}`]);
  });
});
