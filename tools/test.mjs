/** `npm test [file, folder or pattern ...]`: installs what is missing, then runs the tests under the pinned Node. */
import { ensureInstalled, handOver } from './bootstrap.mjs';
import { ensureBrowser } from './browser.mjs';
import { ensureWebBuilt } from './build-web.mjs';

await ensureInstalled({ dev: true });
ensureWebBuilt();
ensureBrowser();
await handOver('tools/test.ts', process.argv.slice(2));
