// `npm run bench -- NAME [--json FILE]`: one benchmark beside its peer.
import { ensureInstalled, handOver } from './bootstrap.mjs';

await ensureInstalled({ dev: true });
await handOver('tools/bench.ts', process.argv.slice(2));
