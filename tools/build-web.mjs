/**
 * Builds the web application into `web/dist`, compressed once beside each file, unless what is there was made of these very
 * sources. `npm run build`; `npm start` and the browser tests do it by themselves.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { pinnedNode, repositoryRoot } from './bootstrap.mjs';

const dist = join(repositoryRoot, 'web', 'dist');
const stamp = join(dist, '.built-of');
/** Below this a compressed copy saves nothing. */
const smallestBytes = 1_024;

const compressed = /\.(?:js|css|svg|html|webmanifest|wasm|mjs)$/;

/** Runs on the machine's own Node 20 too, which has no glob. */
function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return path === dist ? [] : filesOf(path);
    return [path];
  });
}

function digestOfSources() {
  const digest = createHash('sha256');
  const folders = ['web', 'contract'].flatMap((name) => filesOf(join(repositoryRoot, name)));
  const single = ['package-lock.json', 'tools/build-web.mjs'].map((name) => join(repositoryRoot, name));
  for (const path of [...folders, ...single].sort()) digest.update(path).update(readFileSync(path));
  return digest.digest('hex');
}

function compress() {
  for (const name of readdirSync(dist, { recursive: true })) {
    const file = join(dist, name);
    if (!compressed.test(name)) continue;
    const bytes = readFileSync(file);
    if (bytes.length < smallestBytes) continue;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, quality));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

export function ensureWebBuilt() {
  const digest = digestOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  process.stderr.write("Construction de l'application web…\n");
  const vite = join(repositoryRoot, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = ['build', '--config', join('web', 'vite.config.ts'), '--emptyOutDir', '--logLevel', 'warn'];
  const { status } = spawnSync(existsSync(pinnedNode) ? pinnedNode : process.execPath, [vite, ...args], {
    cwd: repositoryRoot,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    process.stderr.write(`La construction de l'application web a échoué (code ${status}).\n`);
    process.exit(1);
  }
  compress();
  writeFileSync(stamp, digest);
}
