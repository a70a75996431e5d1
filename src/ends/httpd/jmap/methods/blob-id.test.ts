import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asId, type EmailId } from '../../../../base/ids.ts';
import { isId } from '../request.ts';
import { emailBlobId, readEmailBlobId } from './blob-id.ts';

const emailId = asId<EmailId>('0192a6b0-0000-7000-8000-000000000001');

describe('blob ids of emails (RFC 8620 §1.2, RFC 8621 §4.1.1)', () => {
  for (const partId of [undefined, '1', '1.2', 'TEXT', '2.TEXT', '2.1.10']) {
    test(`name ${partId ?? 'the whole message'} and are read back`, () => {
      const blobId = emailBlobId(emailId, partId);
      assert.ok(isId(blobId));
      assert.deepEqual(readEmailBlobId(blobId), partId === undefined ? { emailId } : { emailId, partId });
    });
  }

  const foreign = [
    ...['', 'E', `U${emailId}`, `e${emailId}`, `E${emailId.toUpperCase()}`, `E${emailId}-`, `E${emailId}x`],
    ...['0', '01', '1_', '_1', '1__2', '1.2', 'text', 'TEXT_1', '1_TEXT_2', '-1', '12345'].map(
      (part) => `E${emailId}-${part}`,
    ),
    `E${emailId}-${'1_'.repeat(120)}1`,
  ];
  for (const text of foreign) {
    test(`are never ${text.slice(0, 60) || 'empty'}`, () => {
      assert.equal(readEmailBlobId(text), undefined);
    });
  }
});
