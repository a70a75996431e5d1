/** `npm run build`: the web application, for whoever serves it. */
import { ensureInstalled } from './bootstrap.mjs';
import { ensureWebBuilt } from './build-web.mjs';

await ensureInstalled({ dev: true });
ensureWebBuilt();
