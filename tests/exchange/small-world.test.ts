/** The small world as a newcomer meets it: started, stopped by an impatient hand, and started where it cannot. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePortBase } from '../../testkit/port-base.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** `npm start` as a process group of its own: a terminal sends Ctrl-C to all of it at once. */
function startGroup(t: TestContext, environment: Readonly<Record<string, string>>) {
  const program = spawn(process.execPath, [path.join(root, 'tools/start.mjs')], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(program, 'close');
  let said = '';
  for (const stream of [program.stdout, program.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  t.after(async () => {
    if (program.exitCode === null && program.signalCode === null) program.kill('SIGTERM');
    await ended;
  });
  return {
    said: () => said,
    async until(text: string) {
      while (!said.includes(text)) {
        if (program.exitCode !== null) throw new Error(`it ended: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    ctrlC() {
      if (program.pid !== undefined) process.kill(-program.pid, 'SIGINT');
    },
    async exitCode() {
      await ended;
      return program.exitCode;
    },
  };
}

async function emptyFolder(t: TestContext): Promise<string> {
  // Spaces and accents, as people name folders.
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie bac à sable '));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('Ctrl-C, pressed three times, stops all of it in order, the database included', async (t) => {
  const folder = await emptyFolder(t);
  const world = startGroup(t, { HYGIE_DATA: folder, HYGIE_PORT_BASE: String(await freePortBase()) });
  await world.until('sandbox.json');
  for (let times = 0; times < 3; times += 1) {
    world.ctrlC();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  assert.equal(await world.exitCode(), 0, world.said());
  assert.equal(existsSync(path.join(folder, 'postgres/cluster/postmaster.pid')), false, 'PostgreSQL is stopped');
  assert.equal(existsSync(path.join(folder, 'sandbox.json')), false);
  assert.doesNotMatch(world.said(), /le serveur s’est arrêté/);
});

test('finds its people and letters again at the next start, and sends none twice', async (t) => {
  const environment = { HYGIE_DATA: await emptyFolder(t), HYGIE_PORT_BASE: String(await freePortBase()) };
  const counts: string[] = [];
  for (let start = 0; start < 2; start += 1) {
    const world = startGroup(t, environment);
    await world.until('sandbox.json');
    // What one operator submits, it keeps in Sent, in the transaction of its acceptance.
    const said = execFileSync(process.execPath, [path.join(root, 'bin/hygie.mjs'), 'account', 'list', '--json'], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...environment },
    });
    const accounts = JSON.parse(said.toString()) as { address: string; emailCount: number }[]; // what the CLI printed
    const sender = accounts.find(({ address }) => address.startsWith('sophie.lambert@'));
    counts.push(`${accounts.length} ${sender?.emailCount}`);
    world.ctrlC();
    assert.equal(await world.exitCode(), 0, world.said());
  }
  assert.equal(counts[0], counts[1]);
});

test('says which port is taken, before anything is made, and what to type instead', async (t) => {
  const folder = await emptyFolder(t);
  const base = await freePortBase();
  const other = createServer().listen(base + 587, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => void other.close());
  const world = startGroup(t, { HYGIE_DATA: folder, HYGIE_PORT_BASE: String(base) });
  assert.equal(await world.exitCode(), 1);
  assert.match(world.said(), new RegExp(`${base + 587}.*HYGIE_PORT_BASE`));
  assert.equal(existsSync(path.join(folder, 'postgres')), false);
});

test('refuses a base of ports that is none, in one sentence', async (t) => {
  const world = startGroup(t, { HYGIE_DATA: await emptyFolder(t), HYGIE_PORT_BASE: 'abc' });
  assert.equal(await world.exitCode(), 1);
  assert.match(world.said(), /^HYGIE_PORT_BASE : [^\n]*\n$/);
});
