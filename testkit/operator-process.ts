/**
 * One operator of a test world, a process of its own: what `hygie serve` does, for a configuration of the sandbox, whose path
 * is the only argument. Tells its parent when it is ready; stops in order when asked, or when its parent is gone.
 */
import { createLog } from '../src/base/log.ts';
import { openDatabaseWays } from '../src/ends/database-ways.ts';
import { startServer } from '../src/ends/server.ts';
import { loadConfig } from '../src/platform/config/config.ts';
import { migrate } from '../src/platform/db/migrate.ts';

async function stopAsked(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => undefined); // Ctrl-C reaches the whole group: the parent decides the order
    process.once('disconnect', () => resolve());
  });
}

const config = await loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: process.argv[2] } });
const log = createLog({ level: config.log.level, write: (line) => process.stdout.write(line) });
const { ways, close } = await openDatabaseWays(config, log);
await migrate({ ownerUrl: ways.ownerUrl, log });
const server = await startServer({ config, log, ways, applicationName: 'hygie' });
process.send?.({ ready: true });
await stopAsked();
await server.stop();
await close();
if (process.connected) process.disconnect();
