import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readVacation, standingOf, writeVacation } from './absence.ts';
import { isFormatted, signatureHtml } from './signature.ts';

const form = {
  isEnabled: true,
  firstDay: '2026-12-20',
  lastDay: '2027-01-03',
  subject: 'Absence',
  text: 'Je reviens.',
};

test('whole days in France become instants, the last one included, and come back the same (RFC 8621 §8)', () => {
  const written = writeVacation(form);
  assert.equal(written.fromDate, '2026-12-19T23:00:00Z');
  assert.equal(written.toDate, '2027-01-03T23:00:00Z');
  assert.deepEqual(readVacation(written), form);
});

test('what is empty is not said', () => {
  const written = writeVacation({ ...form, firstDay: '', lastDay: '', subject: ' ', text: '' });
  assert.deepEqual(written, {
    id: 'singleton',
    isEnabled: true,
    fromDate: null,
    toDate: null,
    subject: null,
    textBody: null,
    htmlBody: null,
  });
  assert.deepEqual(readVacation(null), { isEnabled: false, firstDay: '', lastDay: '', subject: '', text: '' });
});

test('an absence stands where its days, its switch and its text put it', () => {
  assert.equal(standingOf({ ...form, isEnabled: false }, '2026-12-25'), 'off');
  assert.equal(standingOf(form, '2026-12-19'), 'later');
  assert.equal(standingOf(form, '2026-12-20'), 'now');
  assert.equal(standingOf(form, '2027-01-03'), 'now');
  assert.equal(standingOf(form, '2027-01-04'), 'ended');
  assert.equal(standingOf({ ...form, lastDay: '2026-12-01' }, '2026-12-25'), 'backwards');
  assert.equal(standingOf({ ...form, text: ' ' }, '2026-12-25'), 'without-text');
});

test('a signature keeps its lines in HTML, and nothing of it is markup', () => {
  assert.equal(signatureHtml('Dr <Vasseur> & fils\n02 47'), '<p>Dr &lt;Vasseur&gt; &amp; fils<br>02 47</p>');
  assert.equal(signatureHtml(' '), '');
  assert.equal(isFormatted({ textSignature: 'Dr V', htmlSignature: '<p>Dr V</p>' }), false);
  assert.equal(isFormatted({ textSignature: 'Dr V', htmlSignature: '<p><b>Dr V</b></p>' }), true);
});
