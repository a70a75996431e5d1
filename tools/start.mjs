// `npm start`: the sandbox world, from a clean clone.
import { ensureInstalled, handOver } from './bootstrap.mjs';
import { ensureWebBuilt } from './build-web.mjs';

await ensureInstalled({ dev: true });
ensureWebBuilt();
await handOver('sandbox/main.ts', process.argv.slice(2));
