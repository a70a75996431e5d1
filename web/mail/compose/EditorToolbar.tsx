import { type Editor as TipTap, useEditorState } from '@tiptap/react';
import { Bold, Italic, Link2, List, ListOrdered, Quote, Redo2, Underline, Undo2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Group, ToggleButton, Toolbar } from 'react-aria-components';
import { composeTexts as texts } from '../../texts/compose.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/Field.tsx';
import styles from './Editor.module.css';

interface Mark {
  readonly name: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly toggle: (editor: TipTap) => void;
}

const marks: readonly Mark[] = [
  { name: 'bold', label: texts.bold, icon: <Bold />, toggle: (editor) => editor.chain().focus().toggleBold().run() },
  {
    name: 'italic',
    label: texts.italic,
    icon: <Italic />,
    toggle: (editor) => editor.chain().focus().toggleItalic().run(),
  },
  {
    name: 'underline',
    label: texts.underline,
    icon: <Underline />,
    toggle: (editor) => editor.chain().focus().toggleUnderline().run(),
  },
  {
    name: 'bulletList',
    label: texts.bulletList,
    icon: <List />,
    toggle: (editor) => editor.chain().focus().toggleBulletList().run(),
  },
  {
    name: 'orderedList',
    label: texts.orderedList,
    icon: <ListOrdered />,
    toggle: (editor) => editor.chain().focus().toggleOrderedList().run(),
  },
  {
    name: 'blockquote',
    label: texts.quote,
    icon: <Quote />,
    toggle: (editor) => editor.chain().focus().toggleBlockquote().run(),
  },
];

/** One stop of the Tab key; arrows go from one to the next (WAI-ARIA toolbar). */
export function EditorToolbar({ editor }: { readonly editor: TipTap }) {
  const [isLinking, setLinking] = useState(false);
  const state = useEditorState({
    editor,
    selector: ({ editor: now }) => ({
      active: marks.map(({ name }) => now.isActive(name)),
      isLink: now.isActive('link'),
      canUndo: now.can().undo(),
      canRedo: now.can().redo(),
    }),
  });
  return (
    <Toolbar aria-label={texts.toolbar} className={styles.toolbar ?? ''}>
      <Group className={styles.group ?? ''}>
        {marks.map(({ name, label, icon, toggle }, index) => (
          <ToggleButton
            key={name}
            aria-label={label}
            className={styles.tool ?? ''}
            isSelected={state.active[index] ?? false}
            onChange={() => toggle(editor)}
          >
            {icon}
          </ToggleButton>
        ))}
        <ToggleButton
          aria-label={texts.link}
          className={styles.tool ?? ''}
          isSelected={state.isLink}
          onChange={() => setLinking(true)}
        >
          <Link2 />
        </ToggleButton>
      </Group>
      <Group className={styles.group ?? ''}>
        <IconButton
          label={texts.undoTyping}
          isDisabled={!state.canUndo}
          onPress={() => editor.chain().focus().undo().run()}
        >
          <Undo2 />
        </IconButton>
        <IconButton
          label={texts.redoTyping}
          isDisabled={!state.canRedo}
          onPress={() => editor.chain().focus().redo().run()}
        >
          <Redo2 />
        </IconButton>
      </Group>
      {isLinking ? <LinkDialog editor={editor} onClose={() => setLinking(false)} /> : null}
    </Toolbar>
  );
}

const linkForm = /^(?:https?:\/\/[^\s]+\.[^\s]+|mailto:[^\s@]+@[^\s@]+|tel:\+?[\d ().-]{3,})$/i;

function LinkDialog({ editor, onClose }: { readonly editor: TipTap; readonly onClose: () => void }) {
  const before: unknown = editor.getAttributes('link')['href'];
  const [address, setAddress] = useState(typeof before === 'string' ? before : 'https://');
  const [isTried, setTried] = useState(false);
  const isBad = !linkForm.test(address.trim());
  const set = (): void => {
    setTried(true);
    if (isBad) return;
    const href = address.trim();
    const chain = editor.chain().focus().extendMarkRange('link');
    if (editor.state.selection.empty && typeof before !== 'string') {
      chain.insertContent([{ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] }]).run();
    } else chain.setLink({ href }).run();
    onClose();
  };
  return (
    <Dialog
      title={texts.linkTitle}
      isOpen
      onClose={onClose}
      actions={
        <>
          {typeof before === 'string' ? (
            <Button
              onPress={() => {
                editor.chain().focus().extendMarkRange('link').unsetLink().run();
                onClose();
              }}
            >
              {texts.linkRemove}
            </Button>
          ) : (
            <Button onPress={onClose}>{uiTexts.cancel}</Button>
          )}
          <Button kind="main" onPress={set}>
            {texts.linkSet}
          </Button>
        </>
      }
    >
      <TextField
        label={texts.linkAddress}
        value={address}
        onChange={setAddress}
        autoFocus
        type="url"
        onKeyDown={(event) => event.key === 'Enter' && set()}
        {...(isTried && isBad ? { error: texts.linkBad } : {})}
      />
    </Dialog>
  );
}
