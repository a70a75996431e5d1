/** The text of a message, with its form. Loaded when one writes, never before. */
import { EditorContent, type Editor as TipTap, useEditor } from '@tiptap/react';
import { type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import { composeTexts as texts } from '../../texts/compose.ts';
import styles from './Editor.module.css';
import { EditorToolbar } from './EditorToolbar.tsx';
import { cleanHtml, editorExtensions, withoutStyles } from './editor-schema.ts';
import { signatureHtml } from './quoting.ts';

export interface EditorHandle {
  /** Where the cursor is. */
  insert(html: string): void;
  /** Empty: none. */
  replaceSignature(html: string): void;
  focus(): void;
}

export interface EditorProps {
  /** Where it begins: what it becomes is told by `onChange`. */
  readonly html: string;
  readonly onChange: (html: string) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly handle: RefObject<EditorHandle | null>;
  readonly hasFocus: boolean;
}

/** One that was written over, or taken out, stays as its writer left it. */
function replaceSignature(editor: TipTap, html: string): void {
  const wanted = signatureHtml(cleanHtml(html));
  let [from, to, quoteAt] = [-1, -1, -1];
  editor.state.doc.forEach((node, offset) => {
    if (node.type.name === 'signature') [from, to] = [offset, offset + node.nodeSize];
    if (node.type.name === 'blockquote' && quoteAt < 0) quoteAt = offset;
  });
  if (from >= 0) {
    editor
      .chain()
      .deleteRange({ from, to })
      .command(({ commands }) => wanted === '' || commands.insertContentAt(from, wanted))
      .run();
    return;
  }
  if (wanted !== '') editor.commands.insertContentAt(quoteAt < 0 ? editor.state.doc.content.size : quoteAt, wanted);
}

export function Editor({ html, onChange, onFiles, handle, hasFocus }: EditorProps) {
  const told = useRef({ onChange, onFiles });
  useEffect(() => {
    told.current = { onChange, onFiles };
  });
  const editor = useEditor({
    extensions: editorExtensions(),
    content: html,
    injectCSS: false,
    autofocus: hasFocus ? 'start' : false,
    editorProps: {
      attributes: {
        class: styles.text ?? '',
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': texts.body,
        spellcheck: 'true',
        lang: 'fr',
      },
      transformPastedHTML: withoutStyles,
      handlePaste: (_view, { clipboardData }) => {
        const files = [...(clipboardData?.files ?? [])];
        // A picture beside its text is the text of a word processor: the text is what was meant.
        if (files.length === 0 || clipboardData?.types.includes('text/html') === true) return false;
        told.current.onFiles(files);
        return true;
      },
      // The whole composer takes files; here they would be opened in place of the page.
      handleDrop: (_view, event) => (event.dataTransfer?.files.length ?? 0) > 0,
    },
    onUpdate: ({ editor: changed }) => told.current.onChange(changed.getHTML()),
  });
  useImperativeHandle(
    handle,
    () => ({
      insert: (inserted) => void editor?.chain().focus().insertContent(cleanHtml(inserted)).run(),
      replaceSignature: (signature) => editor !== null && replaceSignature(editor, signature),
      focus: () => void editor?.commands.focus(),
    }),
    [editor],
  );
  if (editor === null) return null;
  return (
    <div className={styles.editor}>
      <EditorToolbar editor={editor} />
      <EditorContent editor={editor} className={styles.content} />
    </div>
  );
}
