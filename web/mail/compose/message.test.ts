import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Identity } from '../../../contract/jmap/mail.ts';
import {
  bodyOfHtml,
  type ComposedMessage,
  emailOf,
  isSameContent,
  mediaType,
  printDraftMark,
  printHtml,
  readDraftMark,
} from './message.ts';

const identity: Identity = {
  ...{ id: 'i', name: 'Dr Anne Roy', email: 'anne@x.example', replyTo: null, mayDelete: false },
  ...{ bcc: [{ name: null, email: 'archive@x.example' }], textSignature: '', htmlSignature: '' },
};
const message: ComposedMessage = {
  ...{ draftId: '01a20566-7afc-7728-a9df-f3e29394557d', accountId: 'a', identityId: 'i', subject: 'Bilan' },
  ...{
    to: [{ name: 'B', email: 'b@x.example' }],
    cc: [],
    bcc: [],
    format: 'html',
    html: '<p>Vu <strong>ce</strong> jour</p>',
  },
  ...{
    text: '',
    attachments: [],
    isUrgent: false,
    wantsReceipt: false,
    inReplyTo: [],
    references: [],
    origin: undefined,
  },
};
const place = { mailboxIds: { d: true }, keywords: { $draft: true } } as const;
const made = (change: Partial<ComposedMessage>, isDraft = false) =>
  emailOf({ ...message, ...change }, identity, { place, isDraft });

test('a text with its form is sent with the same words plain, the plain ones first (RFC 2046 §5.1.4)', () => {
  const email = made({});
  assert.deepEqual(email['textBody'], [{ partId: 'text', type: 'text/plain' }]);
  assert.deepEqual(email['htmlBody'], [{ partId: 'html', type: 'text/html' }]);
  assert.deepEqual(email['bodyValues'], {
    text: { value: 'Vu ce jour' },
    html: { value: printHtml(message.html) },
  });
});

test('a plain text has no second part, and fields without value are left out', () => {
  const email = made({ format: 'text', html: '', text: 'Vu' });
  assert.equal(email['htmlBody'], undefined);
  assert.deepEqual(email['bodyValues'], { text: { value: 'Vu' } });
  for (const name of ['cc', 'replyTo', 'inReplyTo', 'references', 'attachments']) assert.ok(!(name in email), name);
});

test('priority, read receipt (RFC 8098 §2.1) and thread go into the fields', () => {
  const email = made({ isUrgent: true, wantsReceipt: true, inReplyTo: ['a@x'], references: ['a@x'] });
  assert.equal(email['header:X-Priority:asText'], '1 (Highest)');
  assert.equal(email['header:Importance:asText'], 'high');
  assert.deepEqual(email['header:Disposition-Notification-To:asAddresses'], [
    { name: 'Dr Anne Roy', email: 'anne@x.example' },
  ]);
  assert.deepEqual([email['inReplyTo'], email['references']], [['a@x'], ['a@x']]);
});

test('what the identity copies is copied when it is sent, once, and what a draft answers stays in the draft', () => {
  const origin = { accountId: 'a', emailId: 'e', mode: 'repondre' } as const;
  assert.deepEqual(made({})['bcc'], [{ name: null, email: 'archive@x.example' }]);
  assert.ok(!('bcc' in made({ to: [{ name: null, email: 'Archive@x.example' }] })));
  const [draft, sent] = [made({ origin }, true), made({ origin })];
  assert.ok(!('bcc' in draft));
  assert.equal(draft['header:X-Hygie-Draft:asText'], printDraftMark({ ...message, origin }));
  assert.ok(!('header:X-Hygie-Draft:asText' in sent));
});

test('the mark of a draft is read back, and nothing else is', () => {
  const origin = { accountId: 'a-1', emailId: 'e_2', mode: 'repondre-a-tous' } as const;
  const { draftId } = message;
  for (const each of [
    { draftId, origin },
    { draftId, origin: undefined },
  ]) {
    assert.deepEqual(readDraftMark(printDraftMark(each)), each);
  }
  for (const bad of [null, '', 'x', `${draftId}; autre a.b`, `${draftId}; repondre a.b.c`]) {
    assert.equal(readDraftMark(bad), undefined);
  }
});

test('of a whole HTML page the body is taken, of a piece the piece', () => {
  assert.equal(bodyOfHtml(printHtml('<p>a</p>\n<p>b</p>')), '<p>a</p>\n<p>b</p>');
  assert.equal(bodyOfHtml('<p>a</p>'), '<p>a</p>');
});

test('a type that is none is that of any file', () => {
  assert.equal(mediaType('Application/PDF; name=x'), 'application/pdf');
  for (const bad of ['', 'pdf', 'a/b/c', 'multipart/mixed', 'a b/c'])
    assert.equal(mediaType(bad), 'application/octet-stream');
});

test('the same words under another draft are the same content, another letter is not', () => {
  assert.ok(isSameContent(message, { ...message, draftId: 'other' }));
  assert.ok(!isSameContent(message, { ...message, subject: 'Bilan.' }));
});
