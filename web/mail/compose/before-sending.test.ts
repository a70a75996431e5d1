import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composeTexts as texts } from '../../texts/compose.ts';
import { doubts, obstacle, type Readiness } from './before-sending.ts';
import type { ComposedMessage } from './message.ts';

const message: ComposedMessage = {
  ...{ draftId: 'd', accountId: 'a', identityId: 'i', subject: 'Bilan', format: 'text', html: '', text: 'Bonjour' },
  to: [{ name: null, email: 'b@x.example' }],
  ...{ cc: [], bcc: [], attachments: [], isUrgent: false, wantsReceipt: false, inReplyTo: [], references: [] },
  origin: undefined,
};
const ready: Readiness = {
  message,
  recipients: message.to.map((recipient) => ({ recipient, check: undefined })),
  uploads: [],
  limits: { fileBytes: 10, totalBytes: 10, isForPatient: false },
  areChecked: true,
  typed: ['', ' '],
  isPatient: (address) => address.startsWith('patient'),
};

describe('before a message leaves', () => {
  it('nothing keeps one back that has somebody to go to', () => {
    assert.equal(obstacle(ready), undefined);
    assert.deepEqual(doubts(ready), []);
    assert.equal(obstacle({ ...ready, recipients: [] }), texts.noRecipient);
  });

  it('words that are nobody yet keep it back: somebody was meant by them', () => {
    assert.equal(obstacle({ ...ready, typed: ['', 'dr mart '] }), texts.unfinishedRecipient('dr mart'));
  });

  it('files that are too large together, or on their way, keep it back', () => {
    const file = { blobId: 'b', type: 'a/b', name: 'n', size: 11 };
    const heavy = { ...message, attachments: [file] };
    assert.equal(obstacle({ ...ready, message: heavy }), texts.totalTooLarge(10, false));
    const line = { id: '1', name: 'n', size: 1, share: 0 };
    assert.equal(obstacle({ ...ready, uploads: [{ ...line, state: 'running' }] }), texts.waitUploads);
    assert.equal(obstacle({ ...ready, uploads: [{ ...line, state: 'failed' }] }), texts.failedUploads);
  });

  it('a patient among others, and recipients that nobody looked up, are asked about', () => {
    const to = [...message.to, { name: null, email: 'patient@y.example' }];
    assert.deepEqual(doubts({ ...ready, message: { ...message, to } }), [texts.patientWithOthers(1)]);
    assert.deepEqual(doubts({ ...ready, areChecked: false }), [texts.uncheckedRecipients]);
  });
});
