/** PDF drawn by pdf.js in a worker, from its bytes alone: nothing in the document runs, no link in it is followed. */
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { pdfFilesFolder } from './pdf-files.ts';

export type OpenedPdf =
  | { readonly kind: 'open'; readonly document: PDFDocumentProxy; close(): void }
  | { readonly kind: 'locked' }
  | { readonly kind: 'unreadable' };

export async function openPdf(bytes: ArrayBuffer): Promise<OpenedPdf> {
  const [pdfjs, { default: workerUrl }] = await Promise.all([
    import('pdfjs-dist'),
    import('pdfjs-dist/build/pdf.worker.min.mjs?url'),
  ]);
  const port = new Worker(workerUrl, { type: 'module' });
  const worker = pdfjs.PDFWorker.create({ port });
  const loading = pdfjs.getDocument({
    data: bytes,
    worker,
    // Our content policy lets no WebAssembly be compiled: the decoders of scans have a form in JavaScript.
    useWasm: false,
    wasmUrl: pdfFilesFolder,
    standardFontDataUrl: pdfFilesFolder,
    enableXfa: false,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  const close = (): void => {
    void loading.destroy().finally(() => {
      worker.destroy();
      port.terminate();
    });
  };
  try {
    return { kind: 'open', document: await loading.promise, close };
  } catch (fault) {
    close();
    return { kind: fault instanceof pdfjs.PasswordException ? 'locked' : 'unreadable' };
  }
}

export interface Drawing {
  readonly page: number;
  readonly canvas: HTMLCanvasElement;
  /** For selection and for screen readers. */
  readonly words: HTMLElement;
  /** Pixels of CSS. */
  readonly width: number;
  readonly signal: AbortSignal;
}

/** Draws one page at the density of the screen. */
export async function drawPage(
  document: PDFDocumentProxy,
  { page: number, canvas, words, width, signal }: Drawing,
): Promise<void> {
  const page = await document.getPage(number);
  const { TextLayer } = await import('pdfjs-dist');
  if (signal.aborted) return;
  const scale = width / page.getViewport({ scale: 1 }).width;
  const viewport = page.getViewport({ scale });
  const density = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.floor(viewport.width * density);
  canvas.height = Math.floor(viewport.height * density);
  canvas.style.width = `${viewport.width}px`;
  canvas.style.height = `${viewport.height}px`;
  const drawing = page.render({ canvas, viewport, transform: [density, 0, 0, density, 0, 0] });
  signal.addEventListener('abort', () => drawing.cancel(), { once: true });
  await drawing.promise.catch((fault: unknown) => {
    if (!signal.aborted) throw fault;
  });
  if (signal.aborted) return;
  words.replaceChildren();
  words.style.setProperty('--total-scale-factor', String(scale));
  await new TextLayer({ textContentSource: page.streamTextContent(), container: words, viewport }).render();
}
