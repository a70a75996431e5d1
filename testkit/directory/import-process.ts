/**
 * A process that imports, to be killed. Arguments: the database, the file, and the stage at which it tells its parent. It stops there:
 * nothing of it runs on until it is killed, but for what PostgreSQL was already asked.
 */
import { tmpdir } from 'node:os';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { createDirectory } from '../../src/domain/directory/directory.ts';
import { openDatabase } from '../../src/platform/db/db.ts';

const [url = '', file = '', stage = ''] = process.argv.slice(2);
const database = await openDatabase({
  url: new Secret(url),
  applicationName: 'import',
  maxConnections: 4,
  log: silentLog,
});
const directory = createDirectory({
  database,
  clock: systemClock,
  log: silentLog,
  // An import is no act on anybody's behalf.
  audit: { list: async () => [], act: () => Promise.reject(new Error('no act is asked for')) },
  rights: {
    rightsOn: async () => new Set(),
    findAddress: async () => undefined,
    personsWithRights: async () => [],
    getPerson: async () => undefined,
  },
  downloader: undefined,
  workFolder: tmpdir(),
  maxRemovedShare: 1,
  annuaire: undefined,
  publicationAnnuaire: undefined,
});
await directory.importFiles([file], {
  onProgress(progress) {
    if (progress.stage !== stage) return;
    process.send?.(stage);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  },
});
