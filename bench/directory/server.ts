/** Our side of `bench/directory.ts`, a process of its own: the directory as a server has it, over one database, for one client. */
import process from 'node:process';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { createAccess } from '../../src/domain/access/access.ts';
import { createAudit } from '../../src/domain/audit/audit.ts';
import { createDirectory, type SearchRequest } from '../../src/domain/directory/directory.ts';
import { openDatabase } from '../../src/platform/db/db.ts';
import { createDataKeys } from '../../src/platform/keys/data-keys.ts';
import { createKeyRing } from '../../src/platform/keys/key-ring.ts';
import { newKey } from '../../src/platform/keys/keys.ts';
import { openLookupHasher } from '../../src/platform/keys/lookup-hasher.ts';

export interface ServerStart {
  readonly databaseUrl: string;
  readonly workFolder: string;
}

export type ServerOrder =
  | { readonly do: 'import'; readonly files: readonly string[] }
  | { readonly do: 'search'; readonly request: SearchRequest }
  | { readonly do: 'stop' };

async function main({ databaseUrl, workFolder }: ServerStart): Promise<void> {
  const clock = systemClock;
  const url = new Secret(databaseUrl);
  const database = await openDatabase({ url, applicationName: 'bench', maxConnections: 10, log: silentLog });
  const { db } = database;
  const dataKeys = createDataKeys({ ring: createKeyRing([newKey()]), clock });
  const directory = createDirectory({
    database,
    clock,
    log: silentLog,
    audit: createAudit({ db, dataKeys, clock }),
    rights: createAccess({ dataKeys, lookup: await openLookupHasher(db, dataKeys) }),
    downloader: undefined,
    workFolder,
    maxRemovedShare: 0.1,
    annuaire: undefined,
    publicationAnnuaire: undefined,
  });
  const answer = async (order: ServerOrder): Promise<unknown> => {
    if (order.do === 'import') return directory.importFiles(order.files);
    if (order.do === 'search') return directory.search(db, order.request);
    await directory.stop();
    await database.close();
    process.disconnect();
    return undefined;
  };
  process.on('message', (order: ServerOrder) => {
    answer(order).then(
      (value) => process.connected && process.send?.({ value }),
      (fault: unknown) => process.send?.({ fault: fault instanceof Error ? fault.stack : String(fault) }),
    );
  });
  process.send?.({ value: 'ready' });
}

const start = process.argv[2];
if (start !== undefined) await main(JSON.parse(start) as ServerStart); // our own parent wrote it
