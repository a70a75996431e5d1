/** Always in sight below the message: the one gesture that counts, and the small ones around it. */
import { useNavigate } from '@tanstack/react-router';
import {
  CalendarClock,
  EllipsisVertical,
  Flag,
  ListTodo,
  MailCheck,
  Paperclip,
  SendHorizontal,
  Trash2,
  Type,
} from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { composeTexts as texts } from '../../texts/compose.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Menu } from '../../ui/Menu.tsx';
import styles from './Composer.module.css';
import type { ComposedMessage } from './message.ts';

export interface SendBarProps {
  readonly message: ComposedMessage;
  readonly isSending: boolean;
  readonly maySchedule: boolean;
  readonly templates: ReactNode;
  readonly onSend: () => void;
  readonly onSchedule: () => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onChange: (change: Partial<ComposedMessage>) => void;
  readonly onFormat: () => void;
  readonly onDiscard: () => void;
}

export function SendBar({ isSending, onSend, onFiles, onDiscard, templates, ...options }: SendBarProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.bar}>
      <Button kind="main" icon={<SendHorizontal aria-hidden="true" />} isPending={isSending} onPress={onSend}>
        {isSending ? texts.sending : texts.send}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = ''; // the same file may be chosen again
        }}
      />
      <Button
        kind="bare"
        icon={<Paperclip aria-hidden="true" />}
        aria-label={texts.attachLabel}
        onPress={() => input.current?.click()}
      >
        {texts.attach}
      </Button>
      {templates}
      <OptionsMenu {...options} />
      <span className={styles.push} />
      <IconButton label={texts.discard} onPress={onDiscard}>
        <Trash2 />
      </IconButton>
    </div>
  );
}

function OptionsMenu({
  message,
  maySchedule,
  onSchedule,
  onChange,
  onFormat,
}: Pick<SendBarProps, 'message' | 'maySchedule' | 'onSchedule' | 'onChange' | 'onFormat'>) {
  const { isUrgent, wantsReceipt, format } = message;
  const navigate = useNavigate();
  return (
    <Menu
      label={texts.options}
      trigger={
        <IconButton label={texts.options}>
          <EllipsisVertical />
        </IconButton>
      }
      actions={[
        {
          id: 'schedule',
          label: maySchedule ? texts.schedule : texts.scheduleOff,
          icon: <CalendarClock />,
          isDisabled: !maySchedule,
          onSelect: onSchedule,
        },
        {
          id: 'scheduled',
          label: texts.scheduledTitle,
          icon: <ListTodo />,
          onSelect: () => void navigate({ to: '/programmes' }),
        },
        {
          id: 'urgent',
          label: isUrgent ? texts.urgentOff : texts.urgent,
          icon: <Flag />,
          startsGroup: true,
          onSelect: () => onChange({ isUrgent: !isUrgent }),
        },
        {
          id: 'receipt',
          label: wantsReceipt ? texts.receiptOff : texts.receipt,
          icon: <MailCheck />,
          onSelect: () => onChange({ wantsReceipt: !wantsReceipt }),
        },
        {
          id: 'format',
          label: format === 'html' ? texts.plainOn : texts.plainOff,
          icon: <Type />,
          startsGroup: true,
          onSelect: onFormat,
        },
      ]}
    />
  );
}
