/** The HTML of a message, in its frame (safety/show-html.ts). */
import { ImageOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { Button } from '../../../ui/Button.tsx';
import { Notice } from '../../../ui/States.tsx';
import type { ReadPart } from '../conversation/opened.ts';
import { loadPurify } from '../safety/load-purify.ts';
import { frameAddress, frameSandbox, type ShownHtml, showHtml } from '../safety/show-html.ts';
import styles from './Body.module.css';
import { useLinks } from './Links.tsx';
import { showPartImages } from './part-images.ts';

export interface HtmlBodyProps {
  readonly accountId: string;
  readonly html: string;
  /** Among them the pictures that the message names by `cid:`. */
  readonly parts: readonly ReadPart[];
  readonly mayShowImages: boolean;
  onFault(fault: 'too-big' | 'no-frame'): void;
}

/** Letters typed in the frame are for the application's shortcuts: nothing in it takes them. */
function passOn({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): void {
  if (key.length > 1 && key !== 'Escape' && key !== 'Delete') return;
  if (key === ' ' || ctrlKey || metaKey) return;
  const init = { key, altKey, shiftKey, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new KeyboardEvent('keydown', init));
}

export function HtmlBody(props: HtmlBodyProps) {
  const [showsRemoteImages, setShown] = useState(false);
  const [blocked, setBlocked] = useState(0);
  return (
    <>
      {blocked === 0 || showsRemoteImages ? null : (
        <Notice
          kind="care"
          icon={<ImageOff aria-hidden="true" />}
          action={props.mayShowImages ? <Button onPress={() => setShown(true)}>{texts.showImages}</Button> : undefined}
        >
          {texts.images(blocked)} {props.mayShowImages ? texts.imagesWhy : null}
        </Notice>
      )}
      <Frame key={String(showsRemoteImages)} {...props} showsRemoteImages={showsRemoteImages} onBlocked={setBlocked} />
    </>
  );
}

interface FrameProps extends HtmlBodyProps {
  readonly showsRemoteImages: boolean;
  onBlocked(count: number): void;
}

function Frame({ accountId, html, parts, showsRemoteImages, onFault, onBlocked }: FrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isLoaded, setLoaded] = useState(false);
  const [isShown, setShown] = useState(false);
  const { jmap } = useOffice();
  const links = useLinks();
  const latest = useRef({ links, onFault, onBlocked });
  latest.current = { links, onFault, onBlocked };
  useEffect(() => {
    const element = frame.current;
    if (!isLoaded || element === null) return;
    const leaving = new AbortController();
    let shown: ShownHtml | undefined;
    const show = async (): Promise<void> => {
      const create = await loadPurify();
      if (leaving.signal.aborted) return;
      shown = showHtml(create, {
        frame: element,
        html,
        showsRemoteImages,
        texts: { deceit: texts.deceit, quoted: texts.quoted },
        onLink: (target, deceit) => latest.current.links.follow(target, deceit),
        onPoint: (target) => latest.current.links.point(target),
        onKey: passOn,
      });
      if (shown.kind !== 'shown') return latest.current.onFault(shown.kind);
      setShown(true);
      latest.current.onBlocked(shown.blockedImages);
      await showPartImages({ jmap, accountId, parts, images: shown.partImages, signal: leaving.signal });
    };
    show().catch(() => leaving.signal.aborted || latest.current.onFault('no-frame'));
    return () => {
      leaving.abort();
      if (shown?.kind === 'shown') shown.stop();
      latest.current.links.point(undefined);
    };
  }, [isLoaded, html, showsRemoteImages, jmap, accountId, parts]);
  return (
    <iframe
      ref={frame}
      className={styles.frame}
      data-shown={isShown || undefined}
      title={texts.frame}
      sandbox={frameSandbox}
      src={showsRemoteImages ? frameAddress.images : frameAddress.closed}
      onLoad={() => setLoaded(true)}
    />
  );
}
