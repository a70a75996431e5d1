import { MailCheck } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { explainFault } from '../../../api/faults.ts';
import { usePreferences } from '../../../app/preferences/usePreferences.ts';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { Button } from '../../../ui/Button.tsx';
import { Notice } from '../../../ui/States.tsx';
import { useToasts } from '../../../ui/ToastRegion.tsx';
import { useMailStore } from '../../store/hooks.ts';
import type { EmailRef } from '../../store/types.ts';
import { receiptDeed, receiptKeyword, sendReceipt } from './send-receipt.ts';

export interface ReceiptRequestProps {
  readonly emailRef: EmailRef;
  readonly subject: string | null;
  readonly isAsked: boolean;
  readonly isOurs: boolean;
  readonly keywords: Readonly<Record<string, true>>;
}

export function ReceiptRequest({ emailRef, subject, isAsked, isOurs, keywords }: ReceiptRequestProps) {
  const { jmap, accounts } = useOffice();
  const { settings, isLoaded } = usePreferences();
  const store = useMailStore();
  const toasts = useToasts();
  const [isDone, setDone] = useState(false);
  const isSending = useRef(false);
  const { accountId, emailId } = emailRef;
  const rights = accounts.find((account) => account.accountId === accountId)?.rights ?? [];
  const maySend = rights.includes('own') || rights.includes('send');
  const deed = receiptDeed({ isAsked, isOurs, keywords, maySend, choice: settings.receipts });

  const send = async (isAutomatic: boolean): Promise<void> => {
    if (isSending.current) return;
    isSending.current = true;
    try {
      const outcome = await sendReceipt(jmap, emailRef, { subject, isAutomatic });
      if (outcome.kind === 'sent') {
        setDone(true);
        if (!isAutomatic) toasts.show(texts.receiptSent);
        await store.refresh(accountId);
      } else if (!isAutomatic) toasts.show(`${texts.receiptFault} ${outcome.why}`, { kind: 'fault' });
    } catch (fault) {
      if (!isAutomatic) toasts.show(`${texts.receiptFault} ${explainFault(fault)}`, { kind: 'fault' });
    } finally {
      isSending.current = false;
    }
  };
  const latest = useRef(send);
  latest.current = send;
  const isAutomatic = isLoaded && deed === 'send' && !isDone;
  useEffect(() => {
    if (isAutomatic) void latest.current(true);
  }, [isAutomatic]);

  if (!isLoaded || deed !== 'ask' || isDone) return null;
  const decline = (): void => {
    setDone(true);
    void store.change(accountId, new Map([[emailId, { keywords: { [receiptKeyword]: true } }]]));
  };
  return (
    <Notice
      kind="hygie"
      icon={<MailCheck aria-hidden="true" />}
      action={
        <>
          <Button onPress={decline}>{texts.receiptDecline}</Button>
          <Button onPress={() => void send(false)}>{texts.receiptSend}</Button>
        </>
      }
    >
      {texts.receiptAsked}
    </Notice>
  );
}
