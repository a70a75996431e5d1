import {
  File,
  FileArchive,
  FileImage,
  FileSpreadsheet,
  FileText,
  Mail,
  RotateCw,
  TriangleAlert,
  X,
} from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { composeTexts as texts } from '../../texts/compose.ts';
import { IconButton } from '../../ui/Button.tsx';
import styles from './Attachments.module.css';
import { type AttachmentLimits, type FileKind, fileKind, isProgram } from './attachment-limits.ts';
import type { Attachment } from './message.ts';
import type { UploadLine, Uploads } from './uploads.ts';

const icons: Readonly<Record<FileKind, typeof File>> = {
  pdf: FileText,
  text: FileText,
  image: FileImage,
  sheet: FileSpreadsheet,
  archive: FileArchive,
  message: Mail,
  other: File,
};

export interface AttachmentListProps {
  readonly attachments: readonly Attachment[];
  readonly uploads: Uploads;
  readonly lines: readonly UploadLine[];
  readonly limits: AttachmentLimits;
  readonly onRemove: (attachment: Attachment) => void;
}

export function AttachmentList({ attachments, uploads, lines, limits, onRemove }: AttachmentListProps) {
  const count = attachments.length + lines.length;
  const section = useRef<HTMLElement>(null);
  const shown = useRef(count);
  useEffect(() => {
    if (count > shown.current) section.current?.scrollIntoView({ block: 'nearest' });
    shown.current = count;
  }, [count]);
  if (count === 0) return null;
  const total = [...attachments, ...lines].reduce((sum, { size }) => sum + size, 0);
  return (
    <section ref={section} className={styles.files} aria-label={texts.attachments}>
      <ul className={styles.list}>
        {attachments.map((attachment) => (
          <FileLine
            key={attachment.blobId}
            {...attachment}
            action={
              <IconButton label={texts.removeFile(attachment.name)} onPress={() => onRemove(attachment)}>
                <X />
              </IconButton>
            }
          />
        ))}
        {lines.map((line) => (
          <FileLine
            key={line.id}
            {...line}
            type=""
            line={line}
            action={<UploadActions line={line} uploads={uploads} />}
          />
        ))}
      </ul>
      <p className={styles.total} data-over={total > limits.totalBytes || undefined}>
        {total > limits.totalBytes
          ? texts.totalTooLarge(limits.totalBytes, limits.isForPatient)
          : texts.attachmentTotal(count, total, limits.totalBytes)}
      </p>
    </section>
  );
}

function UploadActions({ line, uploads }: { readonly line: UploadLine; readonly uploads: Uploads }) {
  return (
    <>
      {line.state === 'failed' ? (
        <IconButton label={texts.uploadRetry(line.name)} onPress={() => uploads.retry(line.id)}>
          <RotateCw />
        </IconButton>
      ) : null}
      <IconButton label={texts.uploadCancel(line.name)} onPress={() => uploads.cancel(line.id)}>
        <X />
      </IconButton>
    </>
  );
}

interface FileLineProps {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly action: ReactNode;
  readonly line?: UploadLine;
}

function FileLine({ name, type, size, action, line }: FileLineProps) {
  const Icon = icons[fileKind(type, name)];
  return (
    <li className={styles.file} data-failed={line?.state === 'failed' || undefined}>
      <Icon aria-hidden="true" className={styles.icon} />
      <span className={styles.words}>
        <span className={styles.name}>{name === '' ? texts.unnamedFile : name}</span>
        <span className={styles.detail}>{line?.state === 'failed' ? texts.uploadFailed : texts.bytes(size)}</span>
        {isProgram(name) ? (
          <span className={styles.warning}>
            <TriangleAlert aria-hidden="true" />
            {texts.program}
          </span>
        ) : null}
        {line === undefined || line.state === 'failed' ? null : (
          <progress className={styles.progress} value={line.share} max={1} aria-label={texts.uploading(name)} />
        )}
      </span>
      {action}
    </li>
  );
}
