/** Puts beside the application the files that pdf.js asks for by their own names: fonts of the standard, decoders of scans. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { pdfFilesFolder } from './mail/reading/attachments/pdf-files.ts';

const origin = path.join(import.meta.dirname, '../node_modules/pdfjs-dist');
const wanted = /\.(?:pfb|ttf)$|_nowasm_fallback\.js$/;

function files(): ReadonlyMap<string, string> {
  const folders = ['standard_fonts', 'wasm'].map((name) => path.join(origin, name));
  const found = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => [name, path.join(folder, name)] as const),
  );
  return new Map(found.filter(([name]) => wanted.test(name)));
}

export function pdfFiles(): Plugin {
  return {
    name: 'hygie-pdf-files',
    generateBundle() {
      for (const [name, from] of files()) {
        this.emitFile({ type: 'asset', fileName: `${pdfFilesFolder.slice(1)}${name}`, source: readFileSync(from) });
      }
    },
    configureServer(server) {
      server.middlewares.use(pdfFilesFolder, (request, response, next) => {
        const from = files().get((request.url ?? '').replace(/^\//, ''));
        if (from === undefined) return next();
        response.setHeader('content-type', from.endsWith('.js') ? 'text/javascript' : 'application/octet-stream');
        response.end(readFileSync(from));
      });
    },
  };
}
