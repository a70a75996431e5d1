/** What a message carries: named, weighed, warned of; opened here when that is safe, downloaded otherwise. */
import {
  Archive,
  CalendarDays,
  CodeXml,
  Contact,
  Download,
  File,
  FileImage,
  FileMusic,
  FileText,
  FileVideo,
  FileWarning,
  Globe,
  type LucideIcon,
  Mail,
  Presentation,
  Sheet,
  TriangleAlert,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { bytesText } from '../../../ui/bytes.ts';
import type { ReadPart } from '../conversation/opened.ts';
import { readingBounds } from '../safety/bounds.ts';
import styles from './Attachments.module.css';
import { downloadAll, downloadOne } from './download.ts';
import { cleanName, dangersOf, type Family, familyOf, previewOf } from './kinds.ts';

const Preview = lazy(() => import('./Preview.tsx').then(({ Preview: component }) => ({ default: component })));

const icons: Readonly<Record<Family, LucideIcon>> = {
  pdf: FileText,
  image: FileImage,
  text: FileText,
  message: Mail,
  letter: FileText,
  sheet: Sheet,
  slides: Presentation,
  archive: Archive,
  program: FileWarning,
  page: Globe,
  sound: FileMusic,
  film: FileVideo,
  card: Contact,
  event: CalendarDays,
  data: CodeXml,
  file: File,
};

export interface AttachmentsProps {
  readonly accountId: string;
  readonly parts: readonly ReadPart[];
}

export function Attachments({ accountId, parts }: AttachmentsProps) {
  const { jmap } = useOffice();
  const [opened, setOpened] = useState<ReadPart>();
  const kept = parts.filter(({ blobId }) => blobId !== null);
  if (kept.length === 0) return null;
  return (
    <section className={styles.attachments} aria-label={texts.attachments(kept.length)}>
      <ul>
        {kept.map((part) => (
          <li key={part.blobId}>
            <AttachmentLine accountId={accountId} part={part} onOpen={() => setOpened(part)} />
          </li>
        ))}
      </ul>
      {kept.length < 2 ? null : (
        <Button
          kind="bare"
          icon={<Download aria-hidden="true" />}
          onPress={() => void downloadAll(jmap, accountId, kept)}
        >
          {texts.downloadAll}
        </Button>
      )}
      {opened === undefined ? null : (
        <Suspense fallback={null}>
          <Preview accountId={accountId} part={opened} onClose={() => setOpened(undefined)} />
        </Suspense>
      )}
    </section>
  );
}

interface AttachmentLineProps {
  readonly accountId: string;
  readonly part: ReadPart;
  readonly onOpen: () => void;
}

function AttachmentLine({ accountId, part, onOpen }: AttachmentLineProps) {
  const { jmap } = useOffice();
  const family = familyOf(part);
  const name = cleanName(part.name) || texts.unnamed;
  const dangers = dangersOf(part);
  const isOpenable = previewOf(part) !== undefined && part.size <= readingBounds.previewBytes;
  const Icon = icons[family];
  return (
    <div className={styles.card} data-danger={dangers.some((danger) => danger !== 'archive') || undefined}>
      <div className={styles.line}>
        <Icon aria-hidden="true" />
        <div className={styles.words}>
          <p className={styles.name}>{name}</p>
          <p className={styles.kind}>
            {texts.families[family]} · {bytesText(part.size)}
          </p>
        </div>
        {isOpenable ? (
          <Button aria-label={texts.openOf(name)} onPress={onOpen}>
            {texts.open}
          </Button>
        ) : null}
        <IconButton label={texts.downloadOf(name)} onPress={() => downloadOne(jmap, accountId, part)}>
          <Download aria-hidden="true" />
        </IconButton>
      </div>
      {dangers.map((danger) => (
        <p key={danger} className={styles.danger} data-kind={danger === 'archive' ? 'care' : 'alarm'}>
          <TriangleAlert aria-hidden="true" />
          {texts.dangers[danger]}
        </p>
      ))}
    </div>
  );
}
