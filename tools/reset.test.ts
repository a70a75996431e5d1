import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lockFolder } from '../src/platform/lock/lock.ts';
import { resetFolder } from './reset.ts';

function makeFolder(t: TestContext, files: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'hygie-reset-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), `${process.pid}\n`);
  }
  return folder;
}

test('forgets the folder of a sandbox that does not run', (t) => {
  const folder = makeFolder(t, ['sandbox.json', 'cabinet/blobs/a']);
  lockFolder(folder).release();
  assert.deepEqual(resetFolder(folder), { kind: 'forgotten' });
  assert.equal(existsSync(folder), false);
});

test('forgets a sandbox whose first start did not end', (t) => {
  assert.deepEqual(resetFolder(makeFolder(t, ['sandbox/ca.pem'])), { kind: 'forgotten' });
});

test('has nothing to forget where there is no folder, or an empty one', (t) => {
  const folder = makeFolder(t, []);
  assert.deepEqual(resetFolder(folder), { kind: 'nothing' });
  assert.deepEqual(resetFolder(join(folder, 'missing')), { kind: 'nothing' });
});

test('refuses a folder that is no sandbox, and leaves it whole', (t) => {
  const folder = makeFolder(t, ['keys/kek', 'hygie.lock.json']);
  assert.match(JSON.stringify(resetFolder(folder)), /refused.*bac à sable/);
  assert.equal(existsSync(join(folder, 'keys/kek')), true);
});

test('refuses while a program holds the folder or one inside it', (t) => {
  for (const inner of ['', 'hopital']) {
    const folder = makeFolder(t, ['sandbox.json']);
    const lock = lockFolder(join(folder, inner));
    assert.match(JSON.stringify(resetFolder(folder)), /refused.*déjà utilisé/);
    assert.equal(existsSync(join(folder, 'sandbox.json')), true);
    lock.release();
    assert.deepEqual(resetFolder(folder), { kind: 'forgotten' });
  }
});

test('refuses while the database of a killed sandbox runs, says the way out, and not for the pid file of one that died', (t) => {
  const folder = makeFolder(t, ['sandbox.json', 'postgres/data/postmaster.pid']);
  assert.match(JSON.stringify(resetFolder(folder)), /refused.*base de données.*npm start/);
  writeFileSync(join(folder, 'postgres/data/postmaster.pid'), '4194305\n'); // above the largest pid of Linux
  assert.deepEqual(resetFolder(folder), { kind: 'forgotten' });
});
