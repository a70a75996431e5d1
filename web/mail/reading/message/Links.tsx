/** A link of a message is followed only after its reader has seen where it leads. */
import { useNavigate } from '@tanstack/react-router';
import { ExternalLink, TriangleAlert } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { uiTexts } from '../../../texts/ui.ts';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Notice } from '../../../ui/States.tsx';
import { type LinkTarget, placeOf } from '../safety/addresses.ts';
import styles from './Links.module.css';

interface Links {
  follow(target: LinkTarget, deceit?: string): void;
  point(target: LinkTarget | undefined): void;
}

const LinksContext = createContext<Links | undefined>(undefined);

export function useLinks(): Links {
  const links = useContext(LinksContext);
  if (links === undefined) throw new Error('a link of a message is shown outside the pane of reading');
  return links;
}

interface Asked {
  readonly target: LinkTarget & { readonly kind: 'web' };
  readonly deceit: string | undefined;
}

/** Around messages: asks before a link leaves, and shows where the one under the pointer leads. */
export function LinksProvider({ accountId, children }: { readonly accountId: string; readonly children: ReactNode }) {
  const { session } = useOffice();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked>();
  const [pointed, setPointed] = useState<LinkTarget>();
  const { domains } = session.operator;
  const follow = useCallback(
    (target: LinkTarget, deceit?: string) => {
      if (target.kind === 'mail') void navigate({ to: '/ecrire', search: { a: target.address, compte: accountId } });
      else if (target.kind === 'phone') window.location.assign(`tel:${target.number}`);
      else {
        const isOurs = deceit === undefined && target.isSecure && domains.includes(target.host);
        if (isOurs) openOutside(target.url);
        else setAsked({ target, deceit });
      }
    },
    [navigate, accountId, domains],
  );
  const links = useMemo(() => ({ follow, point: setPointed }), [follow]);
  return (
    <LinksContext.Provider value={links}>
      {children}
      {pointed === undefined ? null : (
        <output className={styles.pointed}>
          {texts.linkTo(pointed.kind === 'web' ? pointed.url : placeOf(pointed))}
        </output>
      )}
      {asked === undefined ? null : <LinkDialog asked={asked} onClose={() => setAsked(undefined)} />}
    </LinksContext.Provider>
  );
}

function openOutside(url: string): void {
  window.open(url, '_blank', 'noopener,noreferrer');
}

function LinkDialog({ asked: { target, deceit }, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
  const leave = (): void => {
    openOutside(target.url);
    onClose();
  };
  return (
    <Dialog
      title={texts.linkTitle}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{uiTexts.cancel}</Button>
          <Button
            kind={deceit === undefined ? 'main' : 'alarm'}
            icon={<ExternalLink aria-hidden="true" />}
            onPress={leave}
          >
            {texts.linkOpen}
          </Button>
        </>
      }
    >
      <div className={styles.asked}>
        {deceit === undefined ? null : (
          <Notice kind="alarm" icon={<TriangleAlert aria-hidden="true" />}>
            {texts.linkDeceit(deceit)}
          </Notice>
        )}
        <p>{texts.linkLeaves}</p>
        <p className={styles.host}>{target.host}</p>
        <p className={styles.url}>{target.url}</p>
        {target.isSecure ? null : <p>{texts.linkInsecure}</p>}
      </div>
    </Dialog>
  );
}
