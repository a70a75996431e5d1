/**
 * What a person does to emails. Every deed shows at once, is told to the server, and can be taken back from the line that
 * says it was done; what the server refuses is taken back by itself and said.
 */
import { useMemo } from 'react';
import type { JmapId } from '../../../contract/jmap/mail.ts';
import { useOffice } from '../../app/session.ts';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { useMailStore } from '../store/hooks.ts';
import type { EmailRef } from '../store/types.ts';
import { createMailActions } from './deeds.ts';

export type { EmailRef } from '../store/types.ts';

/** Resolved to whether all of it was done. Nothing throws: faults are told where toasts are. */
export type Deed = (refs: readonly EmailRef[]) => Promise<boolean>;

export interface MailActions {
  readonly markSeen: Deed;
  readonly markUnseen: Deed;
  readonly star: Deed;
  readonly unstar: Deed;
  readonly archive: Deed;
  /** Into the trash; what is there already is destroyed. */
  readonly trash: Deed;
  readonly junk: Deed;
  readonly notJunk: Deed;
  /** Gone for good, but for the time that the server lets bring it back (`/supprimes/$accountId`). */
  readonly destroy: Deed;
  /** Brings back what was destroyed. */
  readonly undelete: Deed;
  /** Of one account: emails of another stay where they are, and that is said. */
  moveTo(refs: readonly EmailRef[], mailboxId: JmapId): Promise<boolean>;
}

export function useMailActions(): MailActions {
  const store = useMailStore();
  const { api, accounts } = useOffice();
  const toasts = useToasts();
  return useMemo(() => createMailActions({ store, api, accounts, toasts }), [store, api, accounts, toasts]);
}
