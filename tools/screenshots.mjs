// `npm run screenshots`: pictures of the main screens, into docs/screenshots.
import { ensureInstalled, handOver } from './bootstrap.mjs';
import { ensureBrowser } from './browser.mjs';
import { ensureWebBuilt } from './build-web.mjs';

await ensureInstalled({ dev: true });
ensureBrowser();
ensureWebBuilt();
await handOver('tests/e2e/screenshots.ts', process.argv.slice(2));
