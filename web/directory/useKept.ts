import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { explainFault } from '../api/faults.ts';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { useToasts } from '../ui/ToastRegion.tsx';
import { type KeptDeeds, keptDeeds } from './data.ts';

export interface Kept {
  readonly deeds: KeptDeeds;
  readonly mayChange: boolean;
  /** Does it, says what was done with its way back, or tells the fault. */
  run(deed: Promise<void>, done?: string, undo?: () => Promise<void>): void;
}

export function useKept(account: HeldAccount): Kept {
  const { api } = useOffice();
  const queries = useQueryClient();
  const toasts = useToasts();
  const deeds = useMemo(() => keptDeeds(api, queries, account.accountId), [api, queries, account.accountId]);
  const run = (deed: Promise<void>, done?: string, undo?: () => Promise<void>): void => {
    deed.then(
      () => {
        if (done === undefined) return;
        toasts.show(done, undo === undefined ? {} : { undo: () => run(undo()) });
      },
      (fault: unknown) => toasts.show(explainFault(fault), { kind: 'fault' }),
    );
  };
  return { deeds, run, mayChange: account.rights.includes('own') || account.rights.includes('write') };
}
