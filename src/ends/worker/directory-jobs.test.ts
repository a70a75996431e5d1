import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { openTestDatabase } from '../../../testkit/database.ts';
import { generateDirectory } from '../../../testkit/directory/generate-directory.ts';
import { makePractice } from '../../../testkit/practice.ts';
import { present } from '../../base/assert.ts';
import { createLog } from '../../base/log.ts';
import { loadConfig } from '../../platform/config/config.ts';
import { openProduct, type Product } from '../product.ts';
import { directoryHandlers } from './directory-jobs.ts';

interface Scene {
  readonly product: Product;
  readonly logged: readonly { readonly event?: string; readonly code?: string }[];
  run(task: string, payload?: Readonly<Record<string, number>>): Promise<void>;
  /** Jobs that wait, by the name of their task. */
  waiting(): Promise<readonly string[]>;
}

async function open(t: TestContext, directory: (folder: string) => object): Promise<Scene> {
  const practice = await makePractice(t);
  const { url, ownerUrl, ownerDb } = await openTestDatabase(t);
  const file = path.join(practice.folder, 'hygie.json');
  await writeFile(file, JSON.stringify({ ...practice.config, directory: directory(practice.folder) }));
  const config = await loadConfig({ mode: 'production', environment: { HYGIE_CONFIG: file } });
  const logged: Scene['logged'][number][] = [];
  const log = createLog({ level: 'info', write: (line) => logged.push(JSON.parse(line)) });
  const ways = { ownerUrl, appUrl: url, takesRole: false };
  const product = await openProduct({ config, log, ways, applicationName: 'test' });
  t.after(() => product.close());
  return {
    product,
    logged,
    async run(task, payload = {}) {
      const handler = present(
        directoryHandlers(product).find((one) => one.task === task),
        'no such job',
      );
      await handler.run(payload, { attempt: 1, maxAttempts: 1, signal: AbortSignal.timeout(60_000) });
    },
    async waiting() {
      const found = await sql<{ name: string }>`
        select task.identifier as name from graphile_worker._private_jobs as job
          join graphile_worker._private_tasks as task on task.id = job.task_id order by job.id`.execute(ownerDb);
      return found.rows.map(({ name }) => name);
    },
  };
}

const order = { seed: 7, activities: 200, mailboxes: 120, publishedAt: new Date() };

test('the daily import takes up what the configuration names, and has the stored contacts looked at again', async (t) => {
  const scene = await open(t, (folder) => ({
    mailboxes: { path: path.join(folder, 'Extraction_Correspondance_MSSante.zip') },
    professionals: { path: path.join(folder, 'PS_LibreAcces.zip') },
  }));
  const folder = path.dirname(scene.product.config.directory.mailboxes.path ?? '');
  const made = await generateDirectory({ ...order, folder, zipped: true });
  await rename(made.mailboxesFile, path.join(folder, 'Extraction_Correspondance_MSSante.zip'));
  await rename(present(made.professionalsFiles[0], 'no archive'), path.join(folder, 'PS_LibreAcces.zip'));
  await scene.run('import-directory');
  const { current } = await scene.product.directory.status(scene.product.database.db);
  assert.deepEqual(current.map(({ source }) => source).sort(), ['activities', 'diplomas', 'mailboxes', 'skills']);
  assert.deepEqual(new Set(await scene.waiting()), new Set(['recheck-contacts']));
  for (const { editionId } of current) await scene.run('recheck-contacts', { editionId });
  const before = (await scene.waiting()).length;
  await scene.run('import-directory');
  assert.equal((await scene.waiting()).length, before, 'the same edition asks for nothing');
  assert.ok(!scene.logged.some(({ event }) => event === 'directory.too-old'));
  await scene.run('publish-listings');
  await scene.run('purge-contacts');
});

test('a refused file is told and not tried again; what is away is; and no directory at all is an alarm', async (t) => {
  const scene = await open(t, (folder) => ({
    mailboxes: { path: path.join(folder, 'wrong.txt') },
    // Production fetches nothing from the machine itself.
    professionals: { url: 'https://127.0.0.1:9/PS_LibreAcces' },
  }));
  const wrong = present(scene.product.config.directory.mailboxes.path, 'the path is configured');
  await writeFile(wrong, 'Nom|Adresse\nDupont|x\n');
  await scene.run('import-directory').catch((fault: unknown) => {
    assert.ok(fault instanceof Error && fault.name === 'Temporary', 'only what may do better later is tried again');
  });
  assert.ok(scene.logged.some(({ event, code }) => event === 'directory.import-refused' && code === 'wrong-header'));
  assert.ok(scene.logged.some(({ event }) => event === 'directory.too-old'));
  assert.deepEqual(await scene.waiting(), []);
});
