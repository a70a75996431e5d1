// `npm start`: the sandbox world, from a clean clone.
import { ensureInstalled, handOver } from './bootstrap.mjs';

await ensureInstalled({ dev: true });
await handOver('sandbox/main.ts', process.argv.slice(2));
