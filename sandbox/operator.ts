/**
 * One operator of the small world, a process of its own: what `hygie serve` does, for a configuration of the sandbox.
 * Tells its parent when it is ready; stops in order when asked, or when its parent is gone.
 */
import { once } from 'node:events';
import { createLog } from '../src/base/log.ts';
import { openDatabaseWays } from '../src/ends/database-ways.ts';
import { startServer } from '../src/ends/server.ts';
import { loadConfig } from '../src/platform/config/config.ts';
import { migrate } from '../src/platform/db/migrate.ts';

// From the first instant: what reaches the whole group (Ctrl-C, a terminal that closes) is the parent's to order.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
const stopAsked = new Promise<void>((resolve) => {
  process.on('SIGTERM', () => resolve());
  process.on('disconnect', () => resolve());
});

const config = await loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: process.argv[2] } });
const log = createLog({ level: config.log.level, write: (line) => process.stdout.write(line) });
const { ways, close } = await openDatabaseWays(config, log);
await migrate({ ownerUrl: ways.ownerUrl, log });
const beforeListening = async (): Promise<void> => {
  process.send?.('ports-wanted');
  await once(process, 'message');
};
const server = await startServer({ config, log, ways, applicationName: 'hygie', beforeListening });
process.send?.('ready');
await stopAsked;
await server.stop();
await close();
if (process.connected) process.disconnect();
