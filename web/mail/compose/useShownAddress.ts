import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { EmailRef } from '../store/types.ts';

/** The address follows the draft, which is another email after each save: a reload finds it again. */
export function useShownAddress(draft: EmailRef | undefined, onSaved: (draft: EmailRef) => void): void {
  const navigate = useNavigate();
  const [accountId, emailId] = [draft?.accountId, draft?.emailId];
  useEffect(() => {
    if (accountId === undefined || emailId === undefined) return;
    // Saved after its screen was left, or there already.
    const { pathname } = window.location;
    if (!pathname.startsWith('/ecrire') || pathname.endsWith(`/${emailId}`)) return;
    onSaved({ accountId, emailId });
    void navigate({ to: '/ecrire/$accountId/$emailId', params: { accountId, emailId }, replace: true });
  }, [navigate, onSaved, accountId, emailId]);
}
