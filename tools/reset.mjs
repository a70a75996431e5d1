// `npm run reset`: forgets the sandbox, that is the data folder (`HYGIE_DATA`, else `var/`).
import { ensureInstalled, handOver } from './bootstrap.mjs';

await ensureInstalled();
await handOver('tools/reset.ts', process.argv.slice(2));
