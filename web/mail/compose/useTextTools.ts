/** What changes the text as a whole: another sender's signature, a template, plain text and back. */
import { type RefObject, useRef, useState } from 'react';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { filesFor } from './account-files.ts';
import type { EditorHandle } from './Editor.tsx';
import { htmlOfText, textOfHtml } from './html-text.ts';
import type { ComposedMessage } from './message.ts';
import { replaceTextSignature, signatureOf } from './quoting.ts';
import type { FilledTemplate } from './TemplatesMenu.tsx';
import type { HeldDraft } from './useDraft.ts';
import { type Sender, senderOf, type WritingPlace } from './writing-places.ts';

export interface TextToolsParts {
  readonly held: HeldDraft;
  readonly places: readonly WritingPlace[];
  readonly editor: RefObject<EditorHandle | null>;
  readonly plain: RefObject<HTMLTextAreaElement | null>;
}

/** Marks that plain text cannot carry; quotes and paragraphs it can. */
const formed = /<(?:strong|em|u|ul|ol|a|table|hr)\b/;

function titleOf({ origin }: ComposedMessage): string {
  if (origin === undefined) return texts.newMessage;
  return origin.mode === 'transferer' ? texts.passOn : texts.reply;
}

export function useTextTools({ held: { message, session }, places, editor, plain }: TextToolsParts) {
  const { jmap } = useOffice();
  const toasts = useToasts();
  /** Another editor, with another text. */
  const [bodyKey, setBodyKey] = useState(0);
  const wanted = useRef<string>(undefined);
  const changeSender = async ({ place, identity }: Sender): Promise<void> => {
    const former = senderOf(places, message);
    const { accountId } = place.account;
    const choice = `${accountId}.${identity.id}`;
    wanted.current = choice;
    const attachments = await filesFor({ jmap, session }, accountId);
    if (wanted.current !== choice) return; // another was chosen meanwhile
    if (attachments === undefined) return void toasts.show(texts.copyFailed, { kind: 'fault' });
    const [before, after] = [former && signatureOf(former.identity), signatureOf(identity)];
    session.update({
      accountId,
      identityId: identity.id,
      attachments,
      ...(message.format === 'text'
        ? { text: replaceTextSignature(session.view().message.text, before?.text ?? '', after.text) }
        : {}),
    });
    if (message.format === 'html') editor.current?.replaceSignature(after.html);
  };
  const insertTemplate = ({ subject, html, text }: FilledTemplate): void => {
    const { message: now } = session.view();
    if (now.subject.trim() === '' && subject !== '') session.update({ subject });
    if (now.format === 'html') {
      editor.current?.insert(html);
      return;
    }
    const [from, to] = [plain.current?.selectionStart ?? 0, plain.current?.selectionEnd ?? 0];
    session.update({ text: `${now.text.slice(0, from)}${text}${now.text.slice(to)}` });
  };
  const switchFormat = (): void => {
    const { message: now } = session.view();
    if (now.format === 'html') session.update({ format: 'text', text: textOfHtml(now.html), html: '' });
    else session.update({ format: 'html', html: htmlOfText(now.text), text: '' });
    setBodyKey((key) => key + 1);
  };
  return {
    title: titleOf(message),
    bodyKey,
    losesForm: message.format === 'html' && formed.test(message.html),
    changeSender,
    insertTemplate,
    switchFormat,
  };
}
