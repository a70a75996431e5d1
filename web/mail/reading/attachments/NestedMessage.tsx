/** A message inside a message: read as any other, with nothing to do to it. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { bodyOf, listedAttachments, type OpenedEmail, parseCall, type ReadPart } from '../conversation/opened.ts';
import { LinksProvider } from '../message/Links.tsx';
import { MessageBody } from '../message/MessageBody.tsx';
import { MessageHeader } from '../message/MessageHeader.tsx';
import { wordsOfHtml } from '../safety/html-words.ts';
import { Attachments } from './Attachments.tsx';
import styles from './NestedMessage.module.css';
import { Unreadable, Waiting } from './Preview.tsx';

export function NestedMessage({ accountId, part }: { readonly accountId: string; readonly part: ReadPart }) {
  const { jmap } = useOffice();
  const { blobId } = part;
  const { data, isError } = useQuery({
    queryKey: ['reading', accountId, 'parsed', blobId],
    enabled: blobId !== null,
    queryFn: async ({ signal }) => {
      const answers = await jmap.call([parseCall(accountId, blobId ?? '')], { signal });
      const { parsed } = answers.of<{ parsed: Readonly<Record<string, OpenedEmail>> | null }>('parse');
      return parsed?.[blobId ?? ''] ?? null;
    },
  });
  const body = useMemo(() => (data == null ? undefined : bodyOf(data, wordsOfHtml)), [data]);
  if (isError || data === null) return <Unreadable />;
  if (data === undefined || body === undefined) return <Waiting />;
  return (
    <LinksProvider accountId={accountId}>
      <article className={styles.message}>
        <h3>{data.subject ?? texts.noSubject}</h3>
        <MessageHeader accountId={accountId} email={data} isUnverified />
        <Attachments accountId={accountId} parts={listedAttachments(data, body.html)} />
        <MessageBody accountId={accountId} email={data} body={body} />
      </article>
    </LinksProvider>
  );
}
