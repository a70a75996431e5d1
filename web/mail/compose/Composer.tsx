/** One message, from its first letter to « Envoyer ». */
import { CircleAlert, X } from 'lucide-react';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import type { EmailAddress } from '../../../contract/jmap/mail.ts';
import { usePreferences } from '../../app/preferences/usePreferences.ts';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { IconButton } from '../../ui/Button.tsx';
import { RemovableChip } from '../../ui/Chips.tsx';
import { Notice } from '../../ui/States.tsx';
import { kindOf } from '../people.ts';
import type { EmailRef } from '../store/types.ts';
import { AttachmentList } from './AttachmentList.tsx';
import { addressKey, isAddress } from './addresses.ts';
import { doubts, obstacle, type Readiness } from './before-sending.ts';
import styles from './Composer.module.css';
import { ComposerDialogs, type OpenDialog } from './ComposerDialogs.tsx';
import { ComposerHead, type TypedInto } from './ComposerHead.tsx';
import { ComposerNotices } from './ComposerNotices.tsx';
import type { BegunDraft } from './draft-session.ts';
import type { EditorHandle } from './Editor.tsx';
import { MessageBody } from './MessageBody.tsx';
import { allRecipients } from './message.ts';
import { SaveLine } from './SaveLine.tsx';
import { SendBar } from './SendBar.tsx';
import type { Hold } from './sending.ts';
import { type KnownRecipient, shownStanding } from './standing.ts';
import { TemplatesMenu } from './TemplatesMenu.tsx';
import { useDiscard } from './useDiscard.ts';
import { type HeldDraft, useDraft } from './useDraft.ts';
import { useDroppedFiles, useFiles } from './useFiles.ts';
import { useRecipientChecks } from './useRecipientChecks.ts';
import { useLeave, useSending } from './useSending.ts';
import { useSendShortcut } from './useSendShortcut.ts';
import { useShownAddress } from './useShownAddress.ts';
import { useTextTools } from './useTextTools.ts';
import { senderOf, type WritingPlace } from './writing-places.ts';

export interface ComposerProps {
  readonly begun: BegunDraft;
  readonly places: readonly WritingPlace[];
  readonly isOriginalGone: boolean;
  /** It is another email now. */
  readonly onSaved: (draft: EmailRef) => void;
  /** Told above everything else. */
  readonly children: ReactNode;
}

/** What is typed in the boxes of recipients, kept beside the rendering: each letter would draw the whole composer. */
function useTyped() {
  const words = useRef({ to: '', cc: '', bcc: '' });
  const onTyped = useMemo((): TypedInto => {
    const into = (field: keyof TypedInto) => (typed: string) => {
      words.current[field] = typed;
    };
    return { to: into('to'), cc: into('cc'), bcc: into('bcc') };
  }, []);
  return { typed: () => Object.values(words.current), onTyped };
}

/** What stands between the message and its leaving. */
function useDeparture(held: HeldDraft, places: readonly WritingPlace[]) {
  const { session: draft, message } = held;
  const { session } = useOffice();
  const { settings } = usePreferences();
  const sending = useSending(draft);
  const everybody = useMemo(
    () => [...message.to, ...message.cc, ...message.bcc],
    [message.to, message.cc, message.bcc],
  );
  const checks = useRecipientChecks(message.accountId, everybody);
  const isPatient = (address: string): boolean => kindOf(address, session) === 'patient';
  const files = useFiles(
    draft,
    message,
    everybody.some(({ email }) => isPatient(email)),
  );
  const [problem, setProblem] = useState<string>();
  const [dialog, setDialog] = useState<OpenDialog>();
  const refused = sending.state.kind === 'failed' ? sending.state.refused : undefined;
  const know = (recipient: EmailAddress): KnownRecipient => ({
    recipient,
    check: checks.of(recipient.email),
    refusal: refused?.get(addressKey(recipient.email)),
  });
  const { typed, onTyped } = useTyped();
  const readiness = (): Readiness => {
    const recipients = allRecipients(draft.view().message).map(know);
    const areChecked = recipients.every(({ recipient, check }) => check !== undefined || !isAddress(recipient.email));
    const { limits, uploads } = files;
    return {
      ...{ message: draft.view().message, recipients, areChecked, typed: typed() },
      ...{ uploads: uploads.list(), limits, isPatient },
    };
  };
  const usualHold: Hold =
    settings.undoSeconds === 0 ? { kind: 'none' } : { kind: 'for', seconds: settings.undoSeconds };
  const go = (hold: Hold): void => {
    const sender = senderOf(places, draft.view().message);
    setDialog(undefined);
    if (sender === undefined) setProblem(texts.noSender);
    else void sending.send(sender, hold);
  };
  const ask = (hold: Hold = usualHold): void => {
    if (sending.state.kind === 'sending') return;
    const ready = readiness();
    const stands = obstacle(ready);
    setProblem(stands);
    const asked = stands === undefined ? doubts(ready) : [];
    if (stands !== undefined) setDialog(undefined);
    else if (asked.length > 0) setDialog({ kind: 'doubts', doubts: asked, hold });
    else go(hold);
  };
  const clear = (): void => {
    setProblem(undefined);
    sending.clear();
  };
  const told = problem ?? (sending.state.kind === 'failed' ? sending.state.text : undefined);
  const isSending = sending.state.kind === 'sending';
  return { know, files, ask, go, clear, told, dialog, setDialog, onTyped, isSending };
}

export function Composer({ begun, places, isOriginalGone, onSaved, children }: ComposerProps) {
  const held = useDraft(begun, places);
  const { message, session: draft } = held;
  const editor = useRef<EditorHandle>(null);
  const plain = useRef<HTMLTextAreaElement>(null);
  const departure = useDeparture(held, places);
  const { know, files, ask, clear, setDialog } = departure;
  const tools = useTextTools({ held, places, editor, plain });
  const discard = useDiscard(draft, places);
  useShownAddress(held.draft, onSaved);
  useSendShortcut(() => ask());
  const place = senderOf(places, message)?.place;
  const change: typeof draft.update = (changed) => {
    clear();
    draft.update(changed);
  };
  return (
    <div className={styles.page}>
      <ComposerTop title={tools.title} held={held} />
      <ComposerNotices
        held={held}
        isOriginalGone={isOriginalGone}
        faults={files.faults}
        know={know}
        onOutside={() => setDialog({ kind: 'outside' })}
      >
        {children}
      </ComposerNotices>
      <div className={styles.sheet}>
        <ComposerHead
          message={message}
          places={places}
          know={know}
          onChange={change}
          onSender={(sender) => void tools.changeSender(sender)}
          onOutside={() => setDialog({ kind: 'outside' })}
          onTyped={departure.onTyped}
        />
        <OptionMarks held={held} />
        <MessageBody
          key={tools.bodyKey}
          message={message}
          onChange={change}
          onFiles={files.add}
          editor={editor}
          plain={plain}
          hasFocus={message.to.length > 0}
        />
        <AttachmentList {...files} attachments={message.attachments} onRemove={files.remove} />
        <ComposerFoot
          held={held}
          departure={departure}
          tools={tools}
          maySchedule={(place?.maxDelayedSend ?? 0) > 0}
          onChange={change}
          onDiscard={() => void discard()}
        />
      </div>
      <DropZone add={files.add} />
      <ComposerDialogs
        {...departure}
        message={message}
        maxDelayedSend={place?.maxDelayedSend ?? 0}
        onSwitchFormat={tools.switchFormat}
      />
    </div>
  );
}

interface ComposerFootProps {
  readonly held: HeldDraft;
  readonly departure: ReturnType<typeof useDeparture>;
  readonly tools: ReturnType<typeof useTextTools>;
  readonly maySchedule: boolean;
  readonly onChange: HeldDraft['session']['update'];
  readonly onDiscard: () => void;
}

function ComposerFoot({ held, departure, tools, maySchedule, onChange, onDiscard }: ComposerFootProps) {
  const { message } = held;
  const { told, know, ask, setDialog, files } = departure;
  const [first] = message.to;
  return (
    <footer className={styles.foot}>
      {told === undefined ? null : (
        <div className={styles.problem}>
          <Notice kind="alarm" icon={<CircleAlert aria-hidden="true" />} isLive>
            {told}
          </Notice>
        </div>
      )}
      <SendBar
        message={message}
        isSending={departure.isSending}
        maySchedule={maySchedule}
        templates={
          <TemplatesMenu
            message={message}
            correspondent={first === undefined ? undefined : shownStanding(know(first)).name}
            onInsert={tools.insertTemplate}
          />
        }
        onSend={() => ask()}
        onSchedule={() => setDialog({ kind: 'schedule' })}
        onFiles={files.add}
        onChange={onChange}
        onFormat={() => (tools.losesForm ? setDialog({ kind: 'plain' }) : tools.switchFormat())}
        onDiscard={onDiscard}
      />
    </footer>
  );
}

function ComposerTop({ title, held }: { readonly title: string; readonly held: HeldDraft }) {
  const leave = useLeave();
  return (
    <header className={styles.top}>
      <h1>{title}</h1>
      <SaveLine save={held.save} />
      <IconButton label={texts.close} onPress={leave}>
        <X />
      </IconButton>
    </header>
  );
}

function DropZone({ add }: { readonly add: (files: readonly File[]) => void }) {
  return useDroppedFiles(add) ? <div className={styles.drop}>{texts.drop}</div> : null;
}

/** What was asked besides: seen, and taken back by a press. */
function OptionMarks({ held: { message, session } }: { readonly held: HeldDraft }) {
  if (!message.isUrgent && !message.wantsReceipt) return null;
  return (
    <div className={styles.marks}>
      {message.isUrgent ? (
        <RemovableChip label={texts.withdraw(texts.isUrgent)} onRemove={() => session.update({ isUrgent: false })}>
          {texts.isUrgent}
        </RemovableChip>
      ) : null}
      {message.wantsReceipt ? (
        <RemovableChip
          label={texts.withdraw(texts.hasReceipt)}
          onRemove={() => session.update({ wantsReceipt: false })}
        >
          {texts.hasReceipt}
        </RemovableChip>
      ) : null}
    </div>
  );
}
