/** What a message says: its HTML in a frame, or its text; the reader may choose the text. */
import { FileText, LayoutTemplate, TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { usePreferences } from '../../../app/preferences/usePreferences.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { Button } from '../../../ui/Button.tsx';
import { Notice } from '../../../ui/States.tsx';
import type { Body, OpenedEmail } from '../conversation/opened.ts';
import styles from './Body.module.css';
import { HtmlBody } from './HtmlBody.tsx';
import { PlainBody } from './PlainBody.tsx';

export interface MessageBodyProps {
  readonly accountId: string;
  readonly email: Pick<OpenedEmail, 'attachments' | 'htmlBody'>;
  readonly body: Body;
}

export function MessageBody({ accountId, email, body }: MessageBodyProps) {
  const { settings } = usePreferences();
  const [isTextWanted, setTextWanted] = useState(false);
  const [fault, setFault] = useState<'too-big' | 'no-frame'>();
  const parts = useMemo(() => [...email.attachments, ...email.htmlBody], [email]);
  const isText = body.html === undefined || fault !== undefined || isTextWanted;
  const note = fault === 'too-big' ? texts.tooBig : fault === 'no-frame' ? texts.noFrame : undefined;
  return (
    <div className={styles.body}>
      {[note, body.isCut ? texts.cut : undefined, body.hasEncodingProblem ? texts.encoding : undefined]
        .filter((each) => each !== undefined)
        .map((each) => (
          <Notice key={each} kind="care" icon={<TriangleAlert aria-hidden="true" />}>
            {each}
          </Notice>
        ))}
      {isText || body.html === undefined ? (
        <PlainBody text={body.text} contentType={body.textType} />
      ) : (
        <HtmlBody
          accountId={accountId}
          html={body.html}
          parts={parts}
          mayShowImages={settings.remoteImages === 'ask'}
          onFault={setFault}
        />
      )}
      {body.html === undefined || fault !== undefined ? null : (
        <div className={styles.switch}>
          <Button
            kind="bare"
            icon={isTextWanted ? <LayoutTemplate aria-hidden="true" /> : <FileText aria-hidden="true" />}
            onPress={() => setTextWanted(!isTextWanted)}
          >
            {isTextWanted ? texts.layout : texts.textOnly}
          </Button>
        </div>
      )}
    </div>
  );
}
