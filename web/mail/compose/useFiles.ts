/** Files of a message: chosen, dropped or pasted; judged, then uploaded. They go on when the screen is left. */
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { uploadFor } from './account-files.ts';
import { type AttachmentLimits, attachmentFault, attachmentLimits } from './attachment-limits.ts';
import type { DraftSession } from './draft-session.ts';
import type { Attachment, ComposedMessage } from './message.ts';
import { createUploads, type UploadLine, type Uploads } from './uploads.ts';

export interface Files {
  readonly uploads: Uploads;
  readonly lines: readonly UploadLine[];
  readonly limits: AttachmentLimits;
  /** Why some were not taken. */
  readonly faults: readonly string[];
  add(files: readonly File[]): void;
  remove(attachment: Attachment): void;
}

export function useFiles(session: DraftSession, message: ComposedMessage, hasPatient: boolean): Files {
  const { jmap } = useOffice();
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [uploads] = useState(() =>
    createUploads({
      upload: (file, options) => uploadFor({ jmap, session }, file, options),
      onDone: (attachment) => session.update({ attachments: [...session.view().message.attachments, attachment] }),
    }),
  );
  const lines = useSyncExternalStore(uploads.subscribe, uploads.list);
  const { accountId } = message;
  const limits = useMemo(
    () => attachmentLimits(jmap.session, accountId, hasPatient),
    [jmap.session, accountId, hasPatient],
  );
  const add = (files: readonly File[]): void => {
    let held = [...message.attachments, ...uploads.list()].reduce((sum, { size }) => sum + size, 0);
    const refused: string[] = [];
    for (const file of files) {
      const fault = attachmentFault(file.size, held, limits);
      if (fault === undefined) {
        held += file.size;
        uploads.add(file);
      } else {
        const room = fault === 'file-too-large' ? limits.fileBytes : limits.totalBytes;
        refused.push(texts.fileFaults[fault](file.name, room));
      }
    }
    setFaults(refused);
  };
  const remove = (attachment: Attachment): void =>
    session.update({ attachments: message.attachments.filter((each) => each !== attachment) });
  return { uploads, lines, limits, faults, add, remove };
}

/** Files that are dragged over the window may be let go anywhere in it. */
export function useDroppedFiles(add: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(add);
  useEffect(() => {
    latest.current = add;
  });
  const carriesFiles = useCallback((event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false, []);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const onOver = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      latest.current([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragover', onOver, { signal });
    window.addEventListener('dragleave', onLeave, { signal });
    window.addEventListener('drop', onDrop, { signal });
    return () => abort.abort();
  }, [carriesFiles]);
  return isOver;
}
