import type { EmailAddress } from '../../../contract/jmap/mail.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { allRecipients, type ComposedMessage } from './message.ts';
import { OutsideDialog } from './OutsideDialog.tsx';
import { ScheduleDialog } from './ScheduleDialog.tsx';
import type { Hold } from './sending.ts';
import type { KnownRecipient } from './standing.ts';

export type OpenDialog =
  | { readonly kind: 'doubts'; readonly doubts: readonly string[]; readonly hold: Hold }
  | { readonly kind: 'outside' | 'schedule' | 'plain' };

export interface ComposerDialogsProps {
  readonly dialog: OpenDialog | undefined;
  readonly setDialog: (dialog: OpenDialog | undefined) => void;
  readonly message: ComposedMessage;
  readonly know: (recipient: EmailAddress) => KnownRecipient;
  readonly maxDelayedSend: number;
  readonly ask: (hold: Hold) => void;
  readonly go: (hold: Hold) => void;
  readonly onSwitchFormat: () => void;
}

export function outsideAddresses(message: ComposedMessage, know: ComposerDialogsProps['know']): readonly string[] {
  return allRecipients(message)
    .filter((each) => know(each).check?.trustSpace === 'outside')
    .map(({ email }) => email);
}

export function ComposerDialogs({ dialog, setDialog, message, know, ...deeds }: ComposerDialogsProps) {
  const close = (): void => setDialog(undefined);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'doubts':
      return (
        <ConfirmDialog
          title={texts.confirmTitle}
          doubts={dialog.doubts}
          confirm={texts.confirmSend}
          onConfirm={() => deeds.go(dialog.hold)}
          onClose={close}
        />
      );
    case 'plain':
      return (
        <ConfirmDialog
          title={texts.plainTitle}
          doubts={[texts.plainLoss]}
          confirm={texts.plainConfirm}
          onConfirm={() => {
            close();
            deeds.onSwitchFormat();
          }}
          onClose={close}
        />
      );
    case 'outside':
      return <OutsideDialog addresses={outsideAddresses(message, know)} message={message} onClose={close} />;
    case 'schedule':
      return (
        <ScheduleDialog
          maxDelayedSend={deeds.maxDelayedSend}
          onSchedule={(at) => deeds.ask({ kind: 'until', at })}
          onClose={close}
        />
      );
  }
}
