import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Refusal } from '../../../base/errors.ts';
import { embeddedLimits } from '../../../base/limits.ts';
import { silentLog } from '../../../base/log.ts';
import type { Secret } from '../../../base/secret.ts';
import { withAdmin } from './databases.ts';
import { type EmbeddedOptions, type EmbeddedPostgres, embeddedUrls, startEmbedded } from './embedded.ts';

/** A folder whose server, if any is left, is killed after the test. */
function folderOf(t: TestContext, parent: string = tmpdir()): string {
  const folder = join(mkdtempSync(join(parent, 'hygie-embedded-')), 'postgres');
  chmodSync(join(folder, '..'), 0o711);
  t.after(async () => {
    const pid = pidIn(folder);
    if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
    await sleep(50);
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });
  return folder;
}

function pidIn(folder: string): number | undefined {
  const file = join(folder, 'cluster', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function start(folder: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  return startEmbedded({ folder, log: silentLog, ...options });
}

function query(url: Secret, text: string): Promise<Record<string, unknown>[]> {
  return withAdmin(url, async (client) => (await client.query<Record<string, unknown>>(text)).rows);
}

/** Another process that starts the cluster, writes a row and says so; then it is killed, and the server left alone. */
async function startInProcessThatDies(folder: string, after: string): Promise<void> {
  const program = `
    import { startEmbedded } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)};
    import { silentLog } from ${JSON.stringify(new URL('../../../base/log.ts', import.meta.url).href)};
    const server = await startEmbedded({ folder: ${JSON.stringify(folder)}, log: silentLog });
    ${after}
    process.stdout.write('up'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), gone]);
  child.kill('SIGKILL');
  await gone;
}

function isRefusal(code: string): (fault: unknown) => boolean {
  return (fault) => fault instanceof Refusal && fault.code === code;
}

test('makes a durable cluster with checksums, on this machine alone, for passwords only', async (t) => {
  const folder = folderOf(t);
  const server = await start(folder);
  const admin = server.adminUrl('postgres');
  const settings = [
    'fsync',
    'full_page_writes',
    'synchronous_commit',
    'data_checksums',
    'listen_addresses',
    'unix_socket_directories',
  ];
  const shown = await Promise.all(
    settings.map(async (name) => Object.values((await query(admin, `show ${name}`))[0] ?? {})[0]),
  );
  assert.deepEqual(shown, ['on', 'on', 'on', 'on', '127.0.0.1', join(folder, 'cluster')]);
  const [database] = await query(
    admin,
    "select datlocale, pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'postgres'",
  );
  assert.deepEqual(database, { datlocale: 'C.UTF-8', encoding: 'UTF8' });
  const open = new URL(admin.revealText());
  open.password = 'wrong';
  const client = new pg.Client({ connectionString: open.href });
  await assert.rejects(client.connect(), /password authentication failed/);
  assert.equal(statSync(join(folder, 'connection.json')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).sort(), ['cluster', 'connection.json', 'server.log']);
  await server.stop();
  assert.equal(pidIn(folder), undefined);
});

test('gives each database its owner and its runtime login, and lets neither into another database', async (t) => {
  const server = await start(folderOf(t));
  t.after(() => server.stop());
  const hospital = await server.ensureDatabase('hospital');
  const practice = await server.ensureDatabase('practice');
  assert.deepEqual(await server.ensureDatabase('practice'), practice);
  const who =
    "select current_user as name, pg_has_role('hygie_app', 'usage') as is_app, has_database_privilege(current_database(), 'create') as may_create";
  assert.deepEqual(await query(practice.ownerUrl, who), [{ name: 'practice_owner', is_app: false, may_create: true }]);
  assert.deepEqual(await query(practice.appUrl, who), [{ name: 'practice_runtime', is_app: true, may_create: false }]);
  const elsewhere = new URL(practice.appUrl.revealText());
  elsewhere.pathname = '/hospital';
  await assert.rejects(new pg.Client({ connectionString: elsewhere.href }).connect(), /permission denied for database/);
  assert.equal((await query(hospital.appUrl, 'select 1')).length, 1);
});

test('a program beside the running one finds the way in by the connection file', async (t) => {
  const folder = folderOf(t);
  assert.equal(embeddedUrls(folder, 'practice'), undefined);
  const server = await start(folder);
  t.after(() => server.stop());
  const urls = await server.ensureDatabase('practice');
  assert.deepEqual(embeddedUrls(folder, 'practice'), urls);
});

test('after kill -9 of the program, adopts the server that runs on, with its data', async (t) => {
  const folder = folderOf(t);
  await startInProcessThatDies(folder, "await server.ensureDatabase('practice');");
  const orphan = pidIn(folder);
  assert.ok(orphan !== undefined && isAlive(orphan));
  const server = await start(folder);
  assert.equal(server.pid(), orphan);
  assert.equal((await query((await server.ensureDatabase('practice')).appUrl, 'select 1')).length, 1);
  await server.stop();
  assert.equal(pidIn(folder), undefined);
});

test('after kill -9 of program and server, recovers what was committed', async (t) => {
  const folder = folderOf(t);
  const first = await start(folder);
  await query(
    first.adminUrl('postgres'),
    'create table kept (n int); insert into kept select generate_series(1, 1000)',
  );
  first.leave();
  process.kill(first.pid(), 'SIGKILL');
  const second = await start(folder);
  t.after(() => second.stop());
  assert.deepEqual(await query(second.adminUrl('postgres'), 'select count(*)::int as n from kept'), [{ n: 1000 }]);
});

test('starts a server that was killed again while the program lives, on the same port', async (t) => {
  const server = await start(folderOf(t));
  t.after(() => server.stop());
  const { port } = server;
  const killed = server.pid();
  process.kill(killed, 'SIGKILL');
  for (let tries = 0; server.pid() === killed && tries < 500; tries += 1) await sleep(20);
  assert.notEqual(server.pid(), killed);
  assert.equal(server.port, port);
  assert.equal((await query(server.adminUrl('postgres'), 'select 1')).length, 1);
});

test('is reached by its socket, which lets nobody else in, and by loopback where the path would be too long', async (t) => {
  const parent = folderOf(t);
  for (const [more, wanted] of [
    [0, 'socket'],
    [1, 'loopback'],
  ] as const) {
    const around = join(parent, 'cluster', '.s.PGSQL.65535').length + 1;
    const folder = join(parent, 'p'.repeat(embeddedLimits.socketPathBytes - around + more));
    const server = await start(folder);
    const url = (await server.ensureDatabase('practice')).appUrl;
    const [row] = await query(url, 'select inet_server_addr() is null as by_socket');
    assert.deepEqual(row, { by_socket: wanted === 'socket' });
    const socket = join(folder, 'cluster', `.s.PGSQL.${server.port}`);
    assert.equal(existsSync(socket), wanted === 'socket');
    if (wanted === 'socket') assert.equal(statSync(socket).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, 'cluster')).mode & 0o777, 0o700);
    await server.stop();
  }
});

test('a stale socket stands in nobody’s way, even when the number in its lock lives again', async (t) => {
  const folder = folderOf(t);
  const first = await start(folder);
  await first.stop();
  const squatter = spawn('sleep', ['60'], { stdio: 'ignore', ...accountOf(join(folder, 'cluster')) });
  t.after(() => squatter.kill());
  const socket = join(folder, 'cluster', `.s.PGSQL.${first.port}`);
  writeFileSync(socket, '');
  writeFileSync(`${socket}.lock`, `${squatter.pid}\n${join(folder, 'cluster')}\n1700000000\n${first.port}\n\n`);
  const second = await start(folder);
  t.after(() => second.stop());
  assert.equal((await query(second.adminUrl('postgres'), 'select 1')).length, 1);
});

function accountOf(path: string): { uid: number; gid: number } {
  const { uid, gid } = statSync(path);
  return { uid, gid };
}

test('removes a half-made cluster and makes a whole one', async (t) => {
  const folder = folderOf(t);
  mkdirSync(join(folder, 'cluster.making-1', 'data'), { recursive: true });
  writeFileSync(join(folder, 'cluster.making-1', 'data', 'PG_VERSION'), '18\n');
  const server = await start(folder);
  await server.stop();
  assert.deepEqual(readdirSync(folder).sort(), ['cluster', 'connection.json', 'server.log']);
});

test('a first start that was killed at any instant is completed by the next', async (t) => {
  const folder = folderOf(t);
  for (const afterMs of [150, 400]) {
    const program = `
      import { startEmbedded } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)};
      import { silentLog } from ${JSON.stringify(new URL('../../../base/log.ts', import.meta.url).href)};
      await startEmbedded({ folder: ${JSON.stringify(folder)}, log: silentLog });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
    const gone = once(child, 'exit');
    await sleep(afterMs);
    child.kill('SIGKILL');
    await gone;
  }
  const server = await start(folder);
  assert.equal((await query(server.adminUrl('postgres'), 'select 1')).length, 1);
  await server.stop();
});

test('a stale postmaster.pid stands in nobody’s way, even when its number lives again as another process', async (t) => {
  const folder = folderOf(t);
  await (await start(folder)).stop();
  for (const pid of [process.pid, 4_194_000]) {
    const lines = [pid, join(folder, 'cluster'), 1_700_000_000, 5432, '', '127.0.0.1', '  1  1', 'ready   ', ''];
    writeFileSync(join(folder, 'cluster', 'postmaster.pid'), lines.join('\n'));
    const server = await start(folder);
    assert.notEqual(server.pid(), pid);
    await server.stop();
  }
  assert.ok(isAlive(process.pid));
});

test('takes another port when its own is taken, and records it; refuses when the port is imposed', async (t) => {
  const folder = folderOf(t);
  const first = await start(folder);
  const { port } = first;
  await first.stop();
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  t.after(() => squatter.close());
  const second = await start(folder);
  assert.notEqual(second.port, port);
  await second.stop();
  const third = await start(folder);
  assert.equal(third.port, second.port);
  await third.stop();
  await assert.rejects(start(folder, { port }), isRefusal('postgres-port-taken'));
});

test('refuses another major version, foreign files and a lost connection file, and touches nothing', async (t) => {
  const folder = folderOf(t);
  await (await start(folder)).stop();
  writeFileSync(join(folder, 'cluster', 'PG_VERSION'), '17\n');
  await assert.rejects(start(folder), isRefusal('postgres-wrong-version'));
  rmSync(join(folder, 'cluster', 'PG_VERSION'));
  await assert.rejects(start(folder), isRefusal('postgres-not-a-cluster'));
  rmSync(join(folder, 'connection.json'));
  await assert.rejects(start(folder), isRefusal('postgres-connection-file'));
  writeFileSync(join(folder, 'connection.json'), '{"port": ');
  await assert.rejects(start(folder), isRefusal('postgres-connection-file'));
});

const isRoot = process.getuid?.() === 0;

test('runs under a folder that its account may not enter', {
  skip: !isRoot && 'only root gives PostgreSQL another account',
}, async (t) => {
  const folder = folderOf(t, homedir());
  chmodSync(join(folder, '..'), 0o700);
  const server = await start(folder);
  t.after(() => server.stop());
  assert.equal((await query(server.adminUrl('postgres'), 'select 1')).length, 1);
  assert.notEqual(statSync(join(folder, 'cluster')).uid, 0);
});

test('says that the disk is full', { skip: !isRoot && 'only root can mount a small disk' }, async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'hygie-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', parent], { stdio: 'ignore' });
  } catch {
    rmSync(parent, { recursive: true });
    t.skip('this machine lets nobody mount a small disk');
    return;
  }
  t.after(() => {
    execFileSync('umount', ['-l', parent]);
    rmSync(parent, { recursive: true });
  });
  await assert.rejects(start(join(parent, 'postgres')), { name: 'Temporary', code: 'postgres-disk-full' });
  assert.deepEqual(readdirSync(join(parent, 'postgres')), ['connection.json']);
});
