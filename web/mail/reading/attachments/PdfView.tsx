/** A PDF, page by page: arrows and Page keys turn, plus and minus zoom. */
import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { IconButton } from '../../../ui/Button.tsx';
import { readingBounds } from '../safety/bounds.ts';
import styles from './Preview.module.css';
import { Unreadable, Waiting } from './Preview.tsx';
import { drawPage, type OpenedPdf, openPdf } from './pdf.ts';

const zooms = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;

export interface PdfViewProps {
  readonly blob: Blob;
  readonly name: string;
}

export function PdfView({ blob, name }: PdfViewProps) {
  const [opened, setOpened] = useState<OpenedPdf>();
  useEffect(() => {
    let isGone = false;
    let close: (() => void) | undefined;
    const open = async (): Promise<void> => {
      const found = await openPdf(await blob.arrayBuffer());
      if (found.kind === 'open') close = found.close;
      if (isGone) close?.();
      else setOpened(found);
    };
    open().catch(() => isGone || setOpened({ kind: 'unreadable' }));
    return () => {
      isGone = true;
      close?.();
    };
  }, [blob]);
  switch (opened?.kind) {
    case undefined:
      return <Waiting />;
    case 'locked':
      return <Unreadable>{texts.pdfLocked}</Unreadable>;
    case 'unreadable':
      return <Unreadable />;
    case 'open':
      return <Pages opened={opened} name={name} />;
  }
}

function Pages({ opened, name }: { readonly opened: OpenedPdf & { readonly kind: 'open' }; readonly name: string }) {
  const pages = Math.min(opened.document.numPages, readingBounds.pdfPages);
  const [page, setPage] = useState(1);
  const [zoom, setZoom] = useState(2);
  const [isBroken, setBroken] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLDivElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const turn = (by: number): void => setPage((now) => Math.min(pages, Math.max(1, now + by)));
  const scale = (by: number): void => setZoom((now) => Math.min(zooms.length - 1, Math.max(0, now + by)));
  useEffect(() => {
    const [paper, text, around] = [canvas.current, words.current, scroll.current];
    if (paper === null || text === null || around === null) return;
    const leaving = new AbortController();
    const width = around.clientWidth * (zooms[zoom] ?? 1);
    drawPage(opened.document, { page, canvas: paper, words: text, width, signal: leaving.signal }).catch(
      () => leaving.signal.aborted || setBroken(true),
    );
    return () => leaving.abort();
  }, [opened, page, zoom]);
  const deeds: ReadonlyMap<string, () => void> = new Map([
    ['ArrowRight', () => turn(1)],
    ['PageDown', () => turn(1)],
    ['ArrowLeft', () => turn(-1)],
    ['PageUp', () => turn(-1)],
    ['Home', () => setPage(1)],
    ['End', () => setPage(pages)],
    ['+', () => scale(1)],
    ['-', () => scale(-1)],
  ]);
  const onKey = ({ key }: KeyboardEvent): void => deeds.get(key)?.();
  if (isBroken) return <Unreadable />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls and turns must take the keyboard
    <section className={styles.pdf} aria-label={name} tabIndex={0} onKeyDown={onKey}>
      <div className={styles.tools}>
        <IconButton label={texts.previousPage} isDisabled={page === 1} onPress={() => turn(-1)}>
          <ChevronLeft aria-hidden="true" />
        </IconButton>
        <span aria-live="polite">{texts.pageOf(page, pages)}</span>
        <IconButton label={texts.nextPage} isDisabled={page === pages} onPress={() => turn(1)}>
          <ChevronRight aria-hidden="true" />
        </IconButton>
        <IconButton label={texts.zoomOut} isDisabled={zoom === 0} onPress={() => scale(-1)}>
          <ZoomOut aria-hidden="true" />
        </IconButton>
        <IconButton label={texts.zoomIn} isDisabled={zoom === zooms.length - 1} onPress={() => scale(1)}>
          <ZoomIn aria-hidden="true" />
        </IconButton>
      </div>
      <div className={styles.scroll} ref={scroll}>
        <div className={styles.page}>
          <canvas ref={canvas} />
          <div className={styles.pageText} ref={words} />
        </div>
      </div>
    </section>
  );
}
