// `npm run check`: everything that can be said of the code without running it.
import { ensureInstalled, handOver } from './bootstrap.mjs';

await ensureInstalled({ dev: true });
await handOver('tools/check.ts', process.argv.slice(2));
