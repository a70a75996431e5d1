import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, listedAttachments, type OpenedEmail, type ReadPart } from './opened.ts';

const part = (given: Partial<ReadPart>): ReadPart => ({
  partId: null,
  blobId: 'b',
  size: 1,
  name: null,
  type: 'text/plain',
  charset: null,
  disposition: null,
  cid: null,
  ...given,
});
const value = (text: string) => ({ value: text, isEncodingProblem: false, isTruncated: false });

test('a body of HTML keeps plain parts as text and pictures in their place (RFC 8621 §4.1.4)', () => {
  const html = part({ partId: '1', type: 'text/html' });
  const text = part({ partId: '2', type: 'text/plain' });
  const image = part({ type: 'image/png', cid: 'logo@x' });
  const bodyValues = { 1: value('<b>a</b>'), 2: value('1 < 2') };
  const body = bodyOf({ htmlBody: [html, image, text], textBody: [html, text], bodyValues }, (each) => `[${each}]`);
  assert.equal(body.html, '<b>a</b>\n<p><img src="cid:logo%40x"></p>\n<pre>1 &lt; 2</pre>');
  assert.equal(body.text, '[<b>a</b>]\n\n1 < 2');
});

test('a body of plain text has no HTML', () => {
  const text = part({ partId: '1' });
  const body = bodyOf(
    { htmlBody: [text], textBody: [text], bodyValues: { 1: { ...value('a'), isTruncated: true } } },
    (each) => each,
  );
  assert.deepEqual([body.html, body.text, body.isCut], [undefined, 'a', true]);
});

test('pictures that stand in the text are not listed beside it', () => {
  const logo = part({ type: 'image/png', cid: 'logo@x' });
  const photo = part({ type: 'image/png', cid: 'photo@x' });
  const report = part({ type: 'application/pdf', cid: 'logo@x' });
  const email = { attachments: [logo, photo, report] } as unknown as OpenedEmail;
  assert.deepEqual(listedAttachments(email, '<img src="cid:Logo%40x">'), [photo, report]);
  assert.deepEqual(listedAttachments(email, undefined), [logo, photo, report]);
});
