/** Tells by the browser of new messages while one looks elsewhere: once it was asked for, and only how many, in which account. */
import { useEffect, useState } from 'react';
import { noticeTexts as texts } from '../../texts/notices.ts';
import { useNews } from '../live-context.ts';
import { usePreferences } from '../preferences/usePreferences.ts';
import { useOffice } from '../session.ts';
import { watchNewMail } from './new-mail.ts';

function isAllowed(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}

export function useNotices(): void {
  const { jmap, accounts } = useOffice();
  const isOn = usePreferences().settings.notifications;
  const [watch] = useState(() => watchNewMail(jmap.call));
  useEffect(() => {
    // A notice that fails is no reason to disturb anyone.
    if (isOn) for (const { accountId } of accounts) watch.begin(accountId).catch(() => undefined);
  }, [isOn, accounts, watch]);
  useNews((news) => {
    if (!isOn || !isAllowed()) return;
    const changed = news === 'everything' ? accounts.map(({ accountId }) => accountId) : [news.accountId];
    for (const account of accounts) {
      if (!changed.includes(account.accountId)) continue;
      if (news !== 'everything' && news.states['Email'] === undefined) continue;
      watch.count(account.accountId).then(
        (count) => count > 0 && !document.hasFocus() && show(account.accountId, count, account.displayName),
        () => undefined,
      );
    }
  });
}

/** Phones show only those of a service worker. The tag lets several tabs tell it once. */
function show(accountId: string, count: number, accountName: string): void {
  const title = texts.newMail(count);
  const options = { body: accountName, icon: '/icon.svg', tag: `hygie-new-${accountId}` };
  try {
    const notice = new Notification(title, options);
    notice.onclick = () => window.focus();
  } catch {
    void navigator.serviceWorker?.getRegistration().then((worker) => worker?.showNotification(title, options));
  }
}
