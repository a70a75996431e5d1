import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { Refusal } from '../../base/errors.ts';
import { findSendable } from './sendable-files.ts';

async function folderOf(t: TestContext, files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie-send-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), '');
  }
  return folder;
}

async function shown(places: readonly string[]): Promise<readonly string[]> {
  return (await findSendable(places)).map(({ name, kind, contentType }) => `${name} ${kind} ${contentType}`);
}

test('a folder gives its messages and those of the folders below it, not what stands beside them', async (t) => {
  const folder = await folderOf(t, ['b.eml', 'A.MSG', 'b.json', 'b.xml', 'sub/c.eml', 'sub/c.json', '.git/d.eml']);
  const type = 'message message/rfc822';
  assert.deepEqual(await shown([folder]), [`A.MSG ${type}`, `b.eml ${type}`, `sub/c.eml ${type}`]);
});

test('a folder without messages gives its documents', async (t) => {
  const folder = await folderOf(t, ['cr.xml', 'cr.pdf', 'notes', 'liste.json', 'messages/a.eml', 'photos/a.JPG']);
  assert.deepEqual(await shown([folder]), [
    'cr.pdf document application/pdf',
    'cr.xml document text/xml',
    'messages/a.eml message message/rfc822',
    'photos/a.JPG document image/jpeg',
  ]);
});

test('a file that is named is sent, whatever it is; one that is not there is refused', async (t) => {
  const folder = await folderOf(t, ['README.md', 'a.json']);
  const places = ['README.md', 'a.json'].map((name) => path.join(folder, name));
  const type = 'document application/octet-stream';
  assert.deepEqual(await shown(places), [`README.md ${type}`, `a.json ${type}`]);
  await assert.rejects(
    findSendable([path.join(folder, 'absent')]),
    (fault) => fault instanceof Refusal && fault.code === 'file-unreadable',
  );
});
