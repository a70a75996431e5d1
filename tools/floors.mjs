/**
 * dependency-cruiser, whose parser is told that a `.tsx` file holds JSX: by itself it reads TypeScript alone, and gives up.
 *
 *   node tools/floors.mjs --config .dependency-cruiser.cjs src web …
 */
import { createRequire } from 'node:module';

const swc = createRequire(import.meta.url)('@swc/core');
const { parseFileSync } = swc;
swc.parseFileSync = (path, options) => parseFileSync(path, { ...options, tsx: path.endsWith('.tsx') });

await import(new URL('../node_modules/dependency-cruiser/bin/dependency-cruise.mjs', import.meta.url).href);
