/** Writing without network: kept on the device as one types, encrypted; it leaves when the server is there again. */
import { ArrowLeft, Paperclip, Send, TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { EmailAddress } from '../../contract/jmap/mail.ts';
import { joinRecipients, readRecipients } from '../mail/compose/addresses.ts';
import type { EditorHandle } from '../mail/compose/Editor.tsx';
import { allRecipients, type ComposedMessage } from '../mail/compose/message.ts';
import { shownName } from '../mail/people.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import { Button } from '../ui/Button.tsx';
import { TextField } from '../ui/Field.tsx';
import { Select } from '../ui/Select.tsx';
import { Notice } from '../ui/States.tsx';
import { copyBounds } from './bounds.ts';
import type { DeviceCopy, KeptDraft, KeptEmail, KeptFrame } from './copy.ts';
import styles from './Offline.module.css';

const Editor = lazy(() => import('../mail/compose/Editor.tsx').then((loaded) => ({ default: loaded.Editor })));

export interface OfflineComposerProps {
  readonly copy: DeviceCopy;
  readonly frame: KeptFrame;
  readonly kept: KeptDraft;
  readonly isNew: boolean;
  /** Whose people are proposed. */
  readonly emails: readonly KeptEmail[];
  readonly onBack: () => void;
}

const restMs = 500;

type SaveState = 'none' | 'saved' | 'failed';

/** The draft of the screen, in the copy soon after each change and when one leaves. */
function useKeptDraft({ copy, kept }: OfflineComposerProps) {
  const [message, setMessage] = useState(kept.message);
  const [save, setSave] = useState<SaveState>('none');
  const latest = useRef(message);
  const due = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const flush = useCallback(async () => {
    if (due.current === undefined) return;
    clearTimeout(due.current);
    due.current = undefined;
    const changed = { ...kept, message: latest.current, changedAt: Date.now(), isChanged: true };
    await copy.putDraft(changed).then(
      () => setSave('saved'),
      () => setSave('failed'),
    );
  }, [copy, kept]);
  const update = useCallback(
    (change: Partial<ComposedMessage>) => {
      latest.current = { ...latest.current, ...change };
      setMessage(latest.current);
      clearTimeout(due.current);
      due.current = setTimeout(() => void flush(), restMs);
    },
    [flush],
  );
  const forget = useCallback(() => {
    clearTimeout(due.current);
    due.current = undefined;
  }, []);
  useEffect(() => {
    const leave = (): void => void flush();
    document.addEventListener('visibilitychange', leave);
    window.addEventListener('pagehide', leave);
    return () => {
      document.removeEventListener('visibilitychange', leave);
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [flush]);
  return { message, update, flush, forget, save };
}

function printAddresses(list: readonly EmailAddress[]): string {
  return list.map((one) => (shownName(one) === one.email ? one.email : `${shownName(one)} <${one.email}>`)).join(', ');
}

export function OfflineComposer(props: OfflineComposerProps) {
  const { copy, frame, kept, isNew, onBack } = props;
  const { message, update, flush, forget, save } = useKeptDraft(props);
  const [to, setTo] = useState(() => printAddresses(kept.message.to));
  const [cc, setCc] = useState(() => printAddresses(kept.message.cc));
  const [fault, setFault] = useState<string>();
  const send = async (): Promise<void> => {
    const rest = [...readRecipients(to).rest, ...readRecipients(cc).rest];
    const [wrong] = rest;
    if (wrong !== undefined) return setFault(texts.notAddress(wrong));
    if (allRecipients(message).length === 0) return setFault(texts.needsRecipient);
    if ((await copy.waiting()).length >= copyBounds.waiting) return setFault(texts.tooMany);
    try {
      const drafts = kept.draft === undefined ? [] : [kept.draft];
      // First where it waits, then out of the drafts: killed in between, it is in both, not in neither.
      await copy.putWaiting({ message, drafts, idempotencyId: crypto.randomUUID(), writtenAt: Date.now() });
      forget();
      await copy.dropDraft(message.draftId);
      onBack();
    } catch {
      setFault(texts.saveFailed);
    }
  };
  return (
    <div className={styles.message}>
      <div className={styles.gestures}>
        <span className={styles.back}>
          <Button kind="bare" icon={<ArrowLeft aria-hidden="true" />} onPress={() => void flush().then(onBack)}>
            {texts.backToList}
          </Button>
        </span>
        <Button kind="main" icon={<Send aria-hidden="true" />} onPress={() => void send()}>
          {texts.send}
        </Button>
        <span className={styles.soft} role="status">
          {save === 'saved' ? texts.saved : save === 'failed' ? texts.saveFailed : ''}
        </span>
      </div>
      {fault === undefined ? null : (
        <Notice kind="alarm" icon={<TriangleAlert aria-hidden="true" />} isLive>
          {fault}
        </Notice>
      )}
      <h2>{isNew ? texts.newMessage : texts.draft}</h2>
      <Sender frame={frame} message={message} onChange={update} />
      <Addresses
        label={texts.to}
        text={to}
        emails={props.emails}
        onChange={(text) => {
          setTo(text);
          update({ to: joinRecipients([], readRecipients(text).recipients) });
        }}
      />
      <TextField
        label={texts.cc}
        value={cc}
        onChange={(text) => {
          setCc(text);
          update({ cc: joinRecipients([], readRecipients(text).recipients) });
        }}
      />
      <TextField label={texts.subject} value={message.subject} onChange={(subject) => update({ subject })} />
      {message.bcc.length === 0 ? null : <p className={styles.soft}>{texts.bcc(printAddresses(message.bcc))}</p>}
      <Body message={message} start={kept.message.html} hasFocus={!isNew || message.to.length > 0} onChange={update} />
    </div>
  );
}

function Body({
  message,
  start,
  hasFocus,
  onChange,
}: {
  readonly message: ComposedMessage;
  /** What the HTML was when the draft was opened. */
  readonly start: string;
  readonly hasFocus: boolean;
  readonly onChange: (change: Partial<ComposedMessage>) => void;
}) {
  const handle = useRef<EditorHandle | null>(null);
  return (
    <>
      {message.format === 'text' ? (
        <TextField label={texts.body} rows={14} value={message.text} onChange={(text) => onChange({ text })} />
      ) : (
        <Suspense fallback={null}>
          <Editor
            html={start}
            onChange={(html) => onChange({ html })}
            onFiles={() => undefined}
            handle={handle}
            hasFocus={hasFocus}
          />
        </Suspense>
      )}
      {message.attachments.length === 0 ? null : (
        <p className={styles.soft}>
          <Paperclip aria-hidden="true" /> {texts.filesKept(message.attachments.length)}
        </p>
      )}
    </>
  );
}

function Sender({
  frame: { places },
  message,
  onChange,
}: {
  readonly frame: KeptFrame;
  readonly message: ComposedMessage;
  readonly onChange: (change: Partial<ComposedMessage>) => void;
}) {
  const options = places.flatMap(({ account, identities }) =>
    identities.map(({ id, name, email }) => ({
      value: `${account.accountId} ${id}`,
      label: name === '' ? email : `${name} – ${email}`,
    })),
  );
  if (options.length < 2) return null;
  return (
    <Select
      label={texts.from}
      options={options}
      value={`${message.accountId} ${message.identityId}`}
      onChange={(value) => {
        const [accountId = '', identityId = ''] = value.split(' ');
        onChange({ accountId, identityId });
      }}
    />
  );
}

const mostProposed = 5;

/** Proposes the people of what is kept. */
function Addresses({
  label,
  text,
  emails,
  onChange,
}: {
  readonly label: string;
  readonly text: string;
  readonly emails: readonly KeptEmail[];
  readonly onChange: (text: string) => void;
}) {
  const people = useMemo(() => {
    const all = emails.flatMap(({ email }) => [email.from, email.to, email.cc].flatMap((list) => list ?? []));
    return joinRecipients([], all);
  }, [emails]);
  const before = /^.*[,;]\s*/s.exec(text)?.[0] ?? '';
  const typed = text.slice(before.length).trim().toLowerCase();
  const proposed =
    typed.length < 2 || typed.includes('@')
      ? []
      : people.filter((one) => printAddresses([one]).toLowerCase().includes(typed)).slice(0, mostProposed);
  return (
    <div className={styles.form}>
      <TextField label={label} help={texts.addressesHelp} value={text} onChange={onChange} />
      {proposed.length === 0 ? null : (
        <ul className={styles.gestures} aria-label={texts.proposed}>
          {proposed.map((one) => (
            <li key={one.email}>
              <Button onPress={() => onChange(`${before}${printAddresses([one])}, `)}>{printAddresses([one])}</Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
