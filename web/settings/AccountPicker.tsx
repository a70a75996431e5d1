import { useState } from 'react';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { Select } from '../ui/Select.tsx';

/** Which of one's accounts a setting is about; the own one first. */
export function useChosenAccount(): readonly [HeldAccount | undefined, (accountId: string) => void] {
  const { accounts } = useOffice();
  const [chosen, choose] = useState(accounts[0]?.accountId);
  return [accounts.find(({ accountId }) => accountId === chosen), choose];
}

export interface AccountPickerProps {
  readonly account: HeldAccount;
  readonly onChoose: (accountId: string) => void;
}

export function AccountPicker({ account, onChoose }: AccountPickerProps) {
  const { accounts } = useOffice();
  if (accounts.length < 2) return null;
  return (
    <Select
      label={texts.account}
      isLabelHidden
      options={accounts.map(({ accountId, displayName }) => ({ value: accountId, label: displayName }))}
      value={account.accountId}
      onChange={onChoose}
    />
  );
}

export function maySend({ rights }: HeldAccount): boolean {
  return rights.includes('own') || rights.includes('send');
}

export function mayWrite({ rights }: HeldAccount): boolean {
  return rights.includes('own') || rights.includes('write');
}
