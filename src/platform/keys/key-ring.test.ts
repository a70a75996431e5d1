import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keyLimits } from '../../base/limits.ts';
import { createKeyFile, createKeyRing, loadKeyRing, rotateKeyFile } from './key-ring.ts';
import { newKey } from './keys.ts';

const aad = Buffer.from('x');

interface World {
  readonly folder: string;
  readonly dataFolder: string;
  readonly path: string;
}

async function world(t: TestContext): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'hygie-ring-'));
  t.after(() => rm(folder, { recursive: true }));
  const dataFolder = join(folder, 'data');
  await mkdir(dataFolder);
  return { folder, dataFolder, path: join(folder, 'keys') };
}

function load({ path, dataFolder }: World) {
  return loadKeyRing({ kind: 'file', path }, { dataFolder });
}

const refused = (code: string) => ({ name: 'Refusal', code });

test('a new key file is read by its owner alone, holds one key, and is never written over', async (t) => {
  const here = await world(t);
  await createKeyFile(here.path, here);
  assert.equal((await stat(here.path)).mode & 0o777, 0o600);
  const ring = await load(here);
  assert.equal(ring.ids.length, 1);
  await assert.rejects(createKeyFile(here.path, here), { code: 'EEXIST' });
});

test('after a rotation a new key wraps, and what the previous one wrapped still opens', async (t) => {
  const here = await world(t);
  await createKeyFile(here.path, here);
  const before = await load(here);
  const key = newKey();
  const wrapped = before.current.wrap(key, aad);
  await rotateKeyFile(here.path, here);
  assert.equal((await stat(here.path)).mode & 0o777, 0o600);
  const after = await load(here);
  assert.deepEqual(after.ids, [after.current.id, before.current.id]);
  assert.notEqual(after.current.id, before.current.id);
  assert.deepEqual(after.find(before.current.id)?.unwrap(wrapped, aad), key);
  assert.throws(() => after.current.unwrap(wrapped, aad), { name: 'IntegrityFault' });
});

test('the identifier of a key is the same at each reading and shows nothing of the key', async (t) => {
  const here = await world(t);
  await createKeyFile(here.path, here);
  const [one, two] = [await load(here), await load(here)];
  assert.equal(one.current.id, two.current.id);
  assert.match(one.current.id, /^[0-9a-f]{12}$/);
  const hex = Buffer.from(await readFile(here.path, 'utf8'), 'base64').toString('hex');
  assert.equal(hex.includes(one.current.id), false);
});

for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o660]) {
  test(`a key file of mode ${mode.toString(8)} is refused: others may reach it`, async (t) => {
    const here = await world(t);
    await createKeyFile(here.path, here);
    await chmod(here.path, mode);
    await assert.rejects(load(here), refused('key-file-exposed'));
  });
}

test('a key file that only its owner reads, or that even the owner cannot write, is taken', async (t) => {
  const here = await world(t);
  await createKeyFile(here.path, here);
  await chmod(here.path, 0o400);
  await load(here);
});

test('a key file that belongs to somebody else is refused', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a file away');
  const here = await world(t);
  await createKeyFile(here.path, here);
  await chown(here.path, 65_534, 65_534);
  await assert.rejects(load(here), refused('key-file-exposed'));
});

test('a key file inside the data folder is refused, also through links on either side', async (t) => {
  const here = await world(t);
  const inside = join(here.dataFolder, 'keys');
  await assert.rejects(createKeyFile(inside, here), refused('key-file-in-data-folder'));
  await writeFile(inside, `${newKey().toString('base64')}\n`, { mode: 0o600 });
  await assert.rejects(load({ ...here, path: inside }), refused('key-file-in-data-folder'));
  await symlink(inside, join(here.folder, 'link-to-file'));
  await assert.rejects(load({ ...here, path: join(here.folder, 'link-to-file') }), refused('key-file-in-data-folder'));
  await symlink(here.dataFolder, join(here.folder, 'link-to-folder'));
  const linked = { ...here, dataFolder: join(here.folder, 'link-to-folder'), path: inside };
  await assert.rejects(load(linked), refused('key-file-in-data-folder'));
});

test('a key file beside the data folder whose name begins alike is taken', async (t) => {
  const here = await world(t);
  const path = `${here.dataFolder}.keys`;
  await createKeyFile(path, here);
  await load({ ...here, path });
});

test('a key file that is missing, a folder, empty or malformed is refused, and no text shows a key', async (t) => {
  const here = await world(t);
  await assert.rejects(load(here), refused('key-file-unreadable'));
  await assert.rejects(load({ ...here, path: here.folder }), refused('key-file-unreadable'));
  const key = newKey().toString('base64');
  const table: readonly [text: string, code: string][] = [
    ['', 'key-source-empty'],
    ['# nothing\n\n', 'key-source-empty'],
    [`${key.slice(4)}\n`, 'key-malformed'],
    [`${key}AAAA\n`, 'key-malformed'],
    [`${key} ${key}\n`, 'key-malformed'],
    [newKey().toString('hex'), 'key-malformed'],
  ];
  for (const [text, code] of table) {
    await writeFile(here.path, text, { mode: 0o600 });
    await assert.rejects(load(here), (fault: Error) => {
      assert.equal(fault.message.includes(key.slice(4, 20)), false);
      return 'code' in fault && fault.code === code;
    });
  }
});

test('a ring holds as many keys as its bound, and not one more', async (t) => {
  const here = await world(t);
  const lines = Array.from({ length: keyLimits.ringKeys }, () => newKey().toString('base64'));
  await writeFile(here.path, lines.join('\n'), { mode: 0o600 });
  assert.equal((await load(here)).ids.length, keyLimits.ringKeys);
  await writeFile(here.path, [...lines, newKey().toString('base64')].join('\n'), { mode: 0o600 });
  await assert.rejects(load(here), refused('key-ring-too-large'));
});

test('a key file is read up to its bound, and refused one byte beyond', async (t) => {
  const here = await world(t);
  const line = `${newKey().toString('base64')}\n`;
  const padded = (bytes: number) => line + '#'.repeat(bytes - line.length);
  await writeFile(here.path, padded(keyLimits.ringTextBytes), { mode: 0o600 });
  await load(here);
  await writeFile(here.path, padded(keyLimits.ringTextBytes + 1), { mode: 0o600 });
  await assert.rejects(load(here), refused('key-ring-too-large'));
});

test('keys come from the environment, the current one first, parted by commas', async () => {
  const keys = [newKey(), newKey()];
  const environment = { HYGIE_KEK: keys.map((key) => key.toString('base64')).join(',') };
  const source = { kind: 'environment', name: 'HYGIE_KEK' } as const;
  const ring = await loadKeyRing(source, { dataFolder: '/nowhere', environment });
  const [first, second] = keys;
  assert(first && second);
  assert.deepEqual(ring.ids, createKeyRing([first, second]).ids);
  await assert.rejects(loadKeyRing(source, { dataFolder: '/nowhere', environment: {} }), refused('key-source-empty'));
});

test('keys come from a command, whose failure is temporary and whose output is never kept', async () => {
  const key = newKey();
  const run = (script: string) =>
    loadKeyRing({ kind: 'command', argv: [process.execPath, '-e', script] }, { dataFolder: '/nowhere' });
  const ring = await run(`console.log('${key.toString('base64')}')`);
  assert.equal(ring.current.id, createKeyRing([key]).current.id);
  const failed = { name: 'Temporary', code: 'key-command-failed' };
  await assert.rejects(run(`console.log('${key.toString('base64')}'); process.exitCode = 1`), (fault: Error) => {
    assert.equal(JSON.stringify(fault, Object.getOwnPropertyNames(fault)).includes(key.toString('base64')), false);
    assert.equal(fault.cause, undefined);
    return fault.name === 'Temporary';
  });
  await assert.rejects(run(`process.stdout.write('x'.repeat(${keyLimits.ringTextBytes + 1}))`), failed);
  const absent = loadKeyRing({ kind: 'command', argv: ['/nowhere/fetch-key'] }, { dataFolder: '/nowhere' });
  await assert.rejects(absent, failed);
});
