/** How the web application is built: only its own files, hashed, nothing inlined that the content policy would refuse. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, defineConfig, type Plugin } from 'vite';
import { isKeptFromStart } from './offline/sw-rules.ts';
import { frenchAlone } from './vite-locales.ts';
import { pdfFiles } from './vite-pdf-files.ts';

const root = import.meta.dirname;

/** Under its own name, and whole in one file: a browser looks there for the next version. */
function serviceWorker(): Plugin {
  let outDir = '';
  return {
    name: 'hygie-service-worker',
    apply: 'build',
    configResolved: (config) => {
      outDir = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const names = readdirSync(outDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/^\.|^sw\.js|\.(?:br|gz)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name).slice(outDir.length).replaceAll('\\', '/'))
        .sort();
      const digest = createHash('sha256');
      for (const name of names) digest.update(name).update(readFileSync(join(outDir, name)));
      for (const name of ['service-worker.ts', 'offline/sw-rules.ts', 'offline/device.ts', 'offline/standing.ts']) {
        digest.update(readFileSync(join(root, name)));
      }
      const kept = names.map((name) => (name === '/index.html' ? '/' : name)).filter(isKeptFromStart);
      await build({
        configFile: false,
        root,
        publicDir: false,
        logLevel: 'warn',
        define: {
          builtFiles: JSON.stringify(kept),
          builtVersion: JSON.stringify(digest.digest('hex').slice(0, 16)),
        },
        build: {
          target: 'es2023',
          outDir,
          emptyOutDir: false,
          reportCompressedSize: false,
          rolldownOptions: {
            input: join(root, 'service-worker.ts'),
            output: { entryFileNames: 'sw.js', format: 'iife' },
          },
        },
      });
    },
  };
}

/** The letters of every screen are asked for with its style, not after it. */
function preloadLetters(): Plugin {
  return {
    name: 'hygie-preload-letters',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const [href] = Object.keys(bundle).filter((name) => /-latin-wght-normal-[\w-]+\.woff2$/.test(name));
        if (href === undefined) throw new Error('the letters of the pages are not built');
        const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${href}`, crossorigin: true };
        return [{ tag: 'link', attrs, injectTo: 'head' }];
      },
    },
  };
}

export default defineConfig({
  root,
  plugins: [react(), frenchAlone(), preloadLetters(), pdfFiles(), serviceWorker()],
  build: {
    target: 'es2023',
    // Style and fonts come from files: `data:` fonts are not in the content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
