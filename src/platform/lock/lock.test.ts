import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Refusal } from '../../base/errors.ts';
import { lockFolder } from './lock.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hygie-lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function isRefusal(code: string, text: RegExp): (fault: unknown) => boolean {
  return (fault) => {
    assert.ok(fault instanceof Refusal);
    assert.equal(fault.code, code);
    assert.match(fault.publicText, text);
    return true;
  };
}

/** Another process that takes the lock of `folder`, says what came of it, and keeps it until it is killed. */
async function otherInstance(t: TestContext, folder: string): Promise<{ answer: string; kill(): Promise<void> }> {
  const program = `
    import { lockFolder } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
    try { lockFolder(${JSON.stringify(folder)}); console.log('taken'); setInterval(() => {}, 1000); }
    catch (fault) { console.log(fault.code); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  t.after(() => child.kill('SIGKILL'));
  const [chunk] = await once(child.stdout, 'data');
  return {
    answer: String(chunk).trim(),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

test('refuses a second instance and says which process holds the folder, and since when', async (t) => {
  const folder = folderOf(t);
  const lock = lockFolder(folder, new Date('2026-11-22T15:00:00Z'));
  t.after(() => lock.release());
  assert.throws(
    () => lockFolder(folder),
    isRefusal('data-folder-locked', new RegExp(`processus ${process.pid} .*2026-11-22T15:00:00`)),
  );
  const other = await otherInstance(t, folder);
  assert.equal(other.answer, 'data-folder-locked');
  await other.kill();
});

test('a folder given up can be taken again', (t) => {
  const folder = folderOf(t);
  lockFolder(folder).release();
  const again = lockFolder(folder);
  again.release();
  again.release();
});

test('a process killed with SIGKILL leaves no stale lock', async (t) => {
  const folder = folderOf(t);
  const other = await otherInstance(t, folder);
  assert.equal(other.answer, 'taken');
  assert.throws(() => lockFolder(folder), isRefusal('data-folder-locked', /processus \d+/));
  await other.kill();
  lockFolder(folder).release();
});

test('the names left by a reboot do not stand in the way, even when the process number lives again', (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, 'hygie.lock'), '');
  writeFileSync(join(folder, 'hygie.lock.json'), JSON.stringify({ pid: process.pid, host: 'h', since: '2020-01-01' }));
  lockFolder(folder).release();
});

test('of several instances that start at once, one alone takes the folder', async (t) => {
  const folder = folderOf(t);
  const others = await Promise.all(Array.from({ length: 6 }, () => otherInstance(t, folder)));
  await Promise.all(others.map((other) => other.kill()));
  assert.equal(others.filter(({ answer }) => answer === 'taken').length, 1);
  assert.equal(others.filter(({ answer }) => answer === 'data-folder-locked').length, 5);
});

test('says that a folder is read-only', (t) => {
  const folder = folderOf(t);
  const check = () => assert.throws(() => lockFolder(folder), isRefusal('data-folder-read-only', /lecture seule/));
  if (process.getuid?.() !== 0) {
    chmodSync(folder, 0o500);
    check();
    return;
  }
  // Root writes wherever the file system lets anyone write.
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    t.skip('this machine lets nobody mount a read-only folder');
    return;
  }
  try {
    check();
  } finally {
    execFileSync('umount', ['-l', folder]);
  }
});

test('says that a path is no usable folder', (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, 'file'), '');
  assert.throws(() => lockFolder(join(folder, 'file')), isRefusal('data-folder-unusable', /ne peut pas être utilisé/));
});
