/** A message of the copy, read as online: sanitised when it is shown, in the same frame. */
import { ArrowLeft, Paperclip, Reply, ReplyAll } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { ReplyMode } from '../mail/compose/reply-rules.ts';
import { Attachments } from '../mail/reading/attachments/Attachments.tsx';
import { bodyOf, listedAttachments, type ReadPart } from '../mail/reading/conversation/opened.ts';
import { LinksProvider } from '../mail/reading/message/Links.tsx';
import { MessageBody } from '../mail/reading/message/MessageBody.tsx';
import { MessageHeader } from '../mail/reading/message/MessageHeader.tsx';
import { unverifiedAuthorKeyword } from '../mail/reading/message/sender.ts';
import { wordsOfHtml } from '../mail/reading/safety/html-words.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import { Button } from '../ui/Button.tsx';
import type { DeviceCopy, KeptEmail } from './copy.ts';
import styles from './Offline.module.css';

export interface KeptMessageProps {
  readonly copy: DeviceCopy;
  readonly kept: KeptEmail;
  /** Where downloads find the files that are kept. */
  readonly urls: Map<string, string>;
  readonly onBack: () => void;
  readonly onReply: (mode: ReplyMode) => void;
}

/** Those of `parts` that are kept; undefined until it is known. */
function useKeptFiles({ copy, kept, urls }: KeptMessageProps, parts: readonly ReadPart[]) {
  const [files, setFiles] = useState<readonly ReadPart[]>();
  const { accountId } = kept;
  useEffect(() => {
    let isGone = false;
    const made: string[] = [];
    const open = async (): Promise<void> => {
      const found: ReadPart[] = [];
      for (const part of parts) {
        const blob = part.blobId === null ? undefined : await copy.file({ accountId, blobId: part.blobId });
        if (isGone) return;
        if (blob === undefined || part.blobId === null) continue;
        const url = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }));
        made.push(url);
        urls.set(part.blobId, url);
        found.push(part);
      }
      setFiles(found);
    };
    void open();
    return () => {
      isGone = true;
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, [copy, accountId, parts, urls]);
  return files;
}

export function KeptMessage(props: KeptMessageProps) {
  const { accountId, email } = props.kept;
  const body = useMemo(() => bodyOf(email, wordsOfHtml), [email]);
  const attachments = useMemo(() => listedAttachments(email, body.html), [email, body.html]);
  const files = useKeptFiles(props, attachments);
  const missing = files === undefined ? 0 : attachments.length - files.length;
  return (
    <LinksProvider accountId={accountId}>
      <article className={styles.message}>
        <div className={styles.gestures}>
          <span className={styles.back}>
            <Button kind="bare" icon={<ArrowLeft aria-hidden="true" />} onPress={props.onBack}>
              {texts.backToList}
            </Button>
          </span>
          <Button icon={<Reply aria-hidden="true" />} onPress={() => props.onReply('repondre')}>
            {texts.reply}
          </Button>
          <Button icon={<ReplyAll aria-hidden="true" />} onPress={() => props.onReply('repondre-a-tous')}>
            {texts.replyAll}
          </Button>
        </div>
        <h2>{email.subject === null || email.subject === '' ? texts.noSubject : email.subject}</h2>
        <MessageHeader accountId={accountId} email={email} isUnverified={unverifiedAuthorKeyword in email.keywords} />
        {files === undefined ? null : <Attachments accountId={accountId} parts={files} />}
        {missing === 0 ? null : (
          <p className={styles.soft}>
            <Paperclip aria-hidden="true" /> {texts.filesMissing(missing)}
          </p>
        )}
        <div className={styles.sheet}>
          <MessageBody accountId={accountId} email={email} body={body} />
        </div>
      </article>
    </LinksProvider>
  );
}
