import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  attachmentFault,
  attachmentLimits,
  decodedRoom,
  encodedBytes,
  fileKind,
  isProgram,
} from './attachment-limits.ts';

const session = {
  capabilities: { 'urn:ietf:params:jmap:core': { maxSizeUpload: 50_000_000 } },
  accounts: {
    a: {
      ...{ name: 'a', isPersonal: true, isReadOnly: false },
      accountCapabilities: { 'urn:ietf:params:jmap:mail': { maxSizeAttachmentsPerEmail: 30_000_000 } },
    },
  },
};

test('the least of the limits that the server tells holds (RFC 8620 §2, RFC 8621 §1.3.1)', () => {
  const limits = attachmentLimits(session, 'a', false);
  assert.equal(limits.totalBytes, 30_000_000);
  assert.equal(limits.isForPatient, false);
});

test('with a patient among recipients the whole message stays below 25 MB once it is encoded', () => {
  const limits = attachmentLimits(session, 'a', true);
  assert.ok(limits.isForPatient);
  assert.ok(encodedBytes(limits.totalBytes) + 200_000 <= 25_000_000);
  assert.ok(encodedBytes(limits.totalBytes + 60) + 200_000 > 25_000_000);
});

test('what fits once decoded fits once encoded (RFC 2045 §6.8)', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (bytes) => {
      assert.ok(encodedBytes(decodedRoom(bytes)) <= bytes);
    }),
  );
});

test('a file is refused when it is empty, too large, or one too many', () => {
  const limits = { fileBytes: 10, totalBytes: 12, isForPatient: false };
  assert.equal(attachmentFault(0, 0, limits), 'empty');
  assert.equal(attachmentFault(10, 2, limits), undefined);
  assert.equal(attachmentFault(11, 0, limits), 'file-too-large');
  assert.equal(attachmentFault(10, 3, limits), 'total-too-large');
});

test('programs are known by their ending, however it is dressed', () => {
  for (const name of ['a.exe', 'bilan.pdf.EXE', 'x.docm', 'x.js ', 'x.lnk.', 'y.iso']) assert.ok(isProgram(name), name);
  for (const name of ['exe', 'a.pdf', 'a.exe.pdf', 'photo.jpg', 'notes.docx']) assert.ok(!isProgram(name), name);
});

test('a file has its picture by type, or by ending', () => {
  assert.equal(fileKind('application/octet-stream', 'a.pdf'), 'pdf');
  assert.equal(fileKind('image/jpeg', 'photo'), 'image');
  assert.equal(fileKind('application/zip', 'a.zip'), 'archive');
  assert.equal(fileKind('application/vnd.x', 'a.xlsx'), 'sheet');
  assert.equal(fileKind('x/y', 'z'), 'other');
});
