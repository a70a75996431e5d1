/** Looks into an attachment without leaving the message. */
import { useQuery } from '@tanstack/react-query';
import { Download, TriangleAlert } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { uiTexts } from '../../../texts/ui.ts';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { LoadingNote, Notice, Skeleton } from '../../../ui/States.tsx';
import type { ReadPart } from '../conversation/opened.ts';
import { readingBounds } from '../safety/bounds.ts';
import { downloadOne } from './download.ts';
import { cleanName, previewOf, shownType } from './kinds.ts';
import styles from './Preview.module.css';

const PdfView = lazy(() => import('./PdfView.tsx').then(({ PdfView: component }) => ({ default: component })));
const NestedMessage = lazy(() =>
  import('./NestedMessage.tsx').then(({ NestedMessage: component }) => ({ default: component })),
);

export interface PreviewProps {
  readonly accountId: string;
  readonly part: ReadPart;
  readonly onClose: () => void;
}

export function Preview({ accountId, part, onClose }: PreviewProps) {
  const { jmap } = useOffice();
  const name = cleanName(part.name) || texts.unnamed;
  return (
    <Dialog
      title={name}
      isOpen
      onClose={onClose}
      isWide
      actions={
        <Button icon={<Download aria-hidden="true" />} onPress={() => downloadOne(jmap, accountId, part)}>
          {texts.download}
        </Button>
      }
    >
      <Suspense fallback={<Waiting />}>
        {previewOf(part) === 'message' ? (
          <NestedMessage accountId={accountId} part={part} />
        ) : (
          <Content accountId={accountId} part={part} name={name} />
        )}
      </Suspense>
    </Dialog>
  );
}

export function Waiting() {
  return (
    <>
      <Skeleton height="320px" />
      <LoadingNote>{uiTexts.loading}</LoadingNote>
    </>
  );
}

export function Unreadable({ children = texts.previewFault }: { readonly children?: ReactNode }) {
  return (
    <Notice kind="care" icon={<TriangleAlert aria-hidden="true" />} isLive>
      {children}
    </Notice>
  );
}

function Content({ accountId, part, name }: Omit<PreviewProps, 'onClose'> & { readonly name: string }) {
  const { jmap } = useOffice();
  const { blobId, size } = part;
  const isSmall = size <= readingBounds.previewBytes;
  const { data, isError } = useQuery({
    queryKey: ['blob', accountId, blobId],
    enabled: blobId !== null && isSmall,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0, // the bytes of a document stay no longer than it is looked at
    queryFn: ({ signal }) => jmap.openBlob({ accountId, blobId: blobId ?? '', name, type: part.type }, signal),
  });
  if (!isSmall) return <Unreadable>{texts.previewTooBig}</Unreadable>;
  if (isError) return <Unreadable />;
  if (data === undefined) return <Waiting />;
  switch (previewOf(part)) {
    case 'pdf':
      return <PdfView blob={data} name={name} />;
    case 'image':
      return <Picture blob={new Blob([data], { type: shownType(part) })} name={name} />;
    default:
      return <Words blob={data} />;
  }
}

function Picture({ blob, name }: { readonly blob: Blob; readonly name: string }) {
  const [url, setUrl] = useState<string>();
  const [isBroken, setBroken] = useState(false);
  const { size, type } = blob;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another object of the same bytes at each rendering
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [size, type, name]);
  if (isBroken) return <Unreadable />;
  return url === undefined ? (
    <Waiting />
  ) : (
    <img className={styles.picture} src={url} alt={name} onError={() => setBroken(true)} />
  );
}

function Words({ blob }: { readonly blob: Blob }) {
  const { data } = useQuery({
    queryKey: ['words', blob.size, blob.type],
    gcTime: 0,
    queryFn: async () => decode(await blob.slice(0, readingBounds.previewTextBytes).arrayBuffer()),
  });
  if (data === undefined) return <Waiting />;
  return (
    <>
      {blob.size > readingBounds.previewTextBytes ? <Notice kind="care">{texts.textCut}</Notice> : null}
      <pre className={styles.words}>{data}</pre>
    </>
  );
}

/** UTF-8, or what Windows writes when it is not. */
function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
