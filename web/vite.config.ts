/** How the web application is built: only its own files, hashed, nothing inlined that the content policy would refuse. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { pdfFiles } from './vite-pdf-files.ts';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), pdfFiles()],
  build: {
    target: 'es2023',
    // Style and fonts come from files: `data:` fonts are not in the content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
