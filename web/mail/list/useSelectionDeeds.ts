/** Deeds on what is ticked, or on the line that is meant when nothing is. */
import { useState } from 'react';
import { listTexts as texts } from '../../texts/list.ts';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { useMailStore } from '../store/hooks.ts';
import type { EmailRef } from '../store/types.ts';
import type { ListDeeds } from './useListDeeds.ts';

export interface SelectionDeeds {
  readonly isAllSeen: boolean;
  archive(): void;
  trash(): void;
  junk(): void;
  notJunk(): void;
  star(): void;
  toggleSeen(): void;
  move(): void;
  reply(mode: 'repondre' | 'repondre-a-tous' | 'transferer'): void;
  /** Of the dialog that asks where to; undefined: it is not open. */
  readonly moving: { readonly accountId: string; to(mailboxId: string): void; close(): void } | undefined;
}

export function useSelectionDeeds(
  deeds: ListDeeds,
  targets: () => readonly EmailRef[],
  onDone: () => void,
): SelectionDeeds {
  const store = useMailStore();
  const toasts = useToasts();
  const [moving, setMoving] = useState<readonly EmailRef[]>();
  const withTargets = (deed: (refs: readonly EmailRef[]) => void) => () => {
    const refs = targets();
    if (refs.length === 0) return;
    deed(refs);
    onDone();
  };
  const [first] = moving ?? [];
  return {
    isAllSeen: targets().every((ref) => '$seen' in (store.email(ref)?.keywords ?? {})),
    archive: withTargets((refs) => deeds.run((actions, all) => actions.archive(all), refs)),
    trash: withTargets((refs) => deeds.run((actions, all) => actions.trash(all), refs)),
    junk: withTargets((refs) => deeds.run((actions, all) => actions.junk(all), refs)),
    notJunk: withTargets((refs) => deeds.run((actions, all) => actions.notJunk(all), refs)),
    star: withTargets((refs) => deeds.star(refs)),
    toggleSeen: withTargets((refs) => deeds.toggleSeen(refs)),
    move() {
      const refs = targets();
      if (new Set(refs.map(({ accountId }) => accountId)).size > 1)
        toasts.show(texts.moveOneAccount, { kind: 'fault' });
      else if (refs.length > 0) setMoving(refs);
    },
    reply(mode) {
      const [ref] = targets();
      if (ref !== undefined) deeds.compose({ reponse: `${ref.accountId}.${ref.emailId}`, mode });
    },
    moving:
      moving === undefined || first === undefined
        ? undefined
        : {
            accountId: first.accountId,
            to(mailboxId) {
              deeds.run((actions, all) => actions.moveTo(all, mailboxId), moving);
              setMoving(undefined);
              onDone();
            },
            close: () => setMoving(undefined),
          },
  };
}
