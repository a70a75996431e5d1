/** What the writer should know, above the message. */
import { CloudOff, Copy, LockKeyhole, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { EmailAddress } from '../../../contract/jmap/mail.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { Button } from '../../ui/Button.tsx';
import { Notice } from '../../ui/States.tsx';
import styles from './Composer.module.css';
import { outsideAddresses } from './ComposerDialogs.tsx';
import type { KnownRecipient } from './standing.ts';
import type { HeldDraft } from './useDraft.ts';

export interface ComposerNoticesProps {
  readonly held: HeldDraft;
  readonly isOriginalGone: boolean;
  readonly faults: readonly string[];
  readonly know: (recipient: EmailAddress) => KnownRecipient;
  readonly onOutside: () => void;
  readonly children: ReactNode;
}

export function ComposerNotices({ held, isOriginalGone, faults, know, onOutside, children }: ComposerNoticesProps) {
  const outside = outsideAddresses(held.message, know);
  return (
    <div className={styles.notices}>
      {children}
      {held.isTwice ? (
        <Notice kind="care" icon={<Copy aria-hidden="true" />} isLive>
          {texts.twice}
        </Notice>
      ) : null}
      {held.wasGone ? (
        <Notice kind="care" icon={<Copy aria-hidden="true" />} isLive>
          {texts.wasGone}
        </Notice>
      ) : null}
      {held.save.kind === 'unreachable' ? (
        <Notice kind="care" icon={<CloudOff aria-hidden="true" />}>
          {texts.unreachableKept}
        </Notice>
      ) : null}
      {isOriginalGone ? <Notice kind="care">{texts.originalGone}</Notice> : null}
      {faults.length === 0 ? null : (
        <Notice kind="alarm" icon={<TriangleAlert aria-hidden="true" />} isLive>
          {faults.map((fault) => (
            <p key={fault}>{fault}</p>
          ))}
        </Notice>
      )}
      {outside.length === 0 ? null : (
        <Notice
          kind="alarm"
          icon={<LockKeyhole aria-hidden="true" />}
          isLive
          action={<Button onPress={onOutside}>{texts.outsideAction}</Button>}
        >
          {texts.outsideNotice(outside)}
        </Notice>
      )}
    </div>
  );
}
