/** The text: with its form by the editor, or plain. */
import { lazy, type RefObject, Suspense } from 'react';
import { composeTexts as texts } from '../../texts/compose.ts';
import { Skeleton } from '../../ui/States.tsx';
import styles from './Editor.module.css';
import type { EditorHandle } from './Editor.tsx';
import type { ComposedMessage } from './message.ts';

const Editor = lazy(async () => ({ default: (await import('./Editor.tsx')).Editor }));

export interface MessageBodyProps {
  readonly message: ComposedMessage;
  readonly onChange: (change: Partial<ComposedMessage>) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly editor: RefObject<EditorHandle | null>;
  readonly plain: RefObject<HTMLTextAreaElement | null>;
  readonly hasFocus: boolean;
}

export function MessageBody({ message, onChange, onFiles, editor, plain, hasFocus }: MessageBodyProps) {
  if (message.format === 'text') {
    return (
      <textarea
        ref={plain}
        className={styles.plain}
        aria-label={texts.body}
        lang="fr"
        value={message.text}
        onChange={({ target }) => onChange({ text: target.value })}
        onPaste={({ clipboardData }) => {
          if (clipboardData.files.length > 0) onFiles([...clipboardData.files]);
        }}
        // biome-ignore lint/a11y/noAutofocus: an answer begins with its text
        autoFocus={hasFocus}
      />
    );
  }
  return (
    <Suspense fallback={<Skeleton height="220px" />}>
      <Editor
        html={message.html}
        onChange={(html) => onChange({ html })}
        onFiles={onFiles}
        handle={editor}
        hasFocus={hasFocus}
      />
    </Suspense>
  );
}
