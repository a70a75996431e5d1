import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { receiptDeed, sendReceipt } from './send-receipt.ts';

const asked = { isAsked: true, keywords: {}, isOurs: false, maySend: true, choice: 'ask' } as const;

describe('a read receipt', () => {
  test('is asked about, sent or left, as the reader chose', () => {
    assert.equal(receiptDeed(asked), 'ask');
    assert.equal(receiptDeed({ ...asked, choice: 'always' }), 'send');
    assert.equal(receiptDeed({ ...asked, choice: 'never' }), 'nothing');
  });

  test('goes once, for others’ messages, by who may send (RFC 9007 §1.3, keyword $mdnsent)', () => {
    assert.equal(receiptDeed({ ...asked, isAsked: false }), 'nothing');
    assert.equal(receiptDeed({ ...asked, keywords: { $mdnsent: true }, choice: 'always' }), 'nothing');
    assert.equal(receiptDeed({ ...asked, isOurs: true, choice: 'always' }), 'nothing');
    assert.equal(receiptDeed({ ...asked, maySend: false }), 'nothing');
  });

  test('that another session sent first is sent; one refused says why (RFC 9007 §2.1)', async () => {
    const answering = (answer: object) => ({
      call: async () => ({ sessionState: '', of: <Answer>() => answer as Answer }),
    });
    const ref = { accountId: 'a', emailId: 'e' };
    const words = { subject: null, isAutomatic: false };
    const already = answering({ sent: null, notSent: { receipt: { type: 'mdnAlreadySent' } } });
    assert.deepEqual(await sendReceipt(already, ref, words), { kind: 'sent' });
    assert.deepEqual(await sendReceipt(answering({ sent: { receipt: {} }, notSent: null }), ref, words), {
      kind: 'sent',
    });
    const refused = answering({ sent: null, notSent: { receipt: { type: 'forbidden', description: 'Non.' } } });
    assert.deepEqual(await sendReceipt(refused, ref, words), { kind: 'refused', why: 'Non.' });
  });
});
