// `npm run generate`: writes again the documents that are made from the code.
import { ensureInstalled, handOver } from './bootstrap.mjs';

await ensureInstalled({ dev: true });
await handOver('tools/generated.ts', ['--write']);
