import { useState } from 'react';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { Button } from '../../../ui/Button.tsx';
import { findDeceit, placeOf } from '../safety/addresses.ts';
import { printTarget } from '../safety/sanitise.ts';
import styles from './Body.module.css';
import { useLinks } from './Links.tsx';
import { linkify, readPlainForm, readPlainText } from './plain-text.ts';

export interface PlainBodyProps {
  readonly text: string;
  readonly contentType: string | null | undefined;
}

export function PlainBody({ text, contentType }: PlainBodyProps) {
  const blocks = readPlainText(text, readPlainForm(contentType));
  if (blocks.length === 0) return <p className={styles.empty}>{texts.empty}</p>;
  return (
    <div className={styles.plain}>
      {blocks.map(({ kind, text: words }, index) => {
        const key = `${index}-${kind}`;
        if (kind === 'quote') return <Quote key={key} text={words} isFolded={index > 0} />;
        return <Paragraphs key={key} text={words} kind={kind} />;
      })}
    </div>
  );
}

function Paragraphs({ text, kind }: { readonly text: string; readonly kind: string }) {
  let at = 0;
  return text.split(/\n(?:[ \t]*\n)+/).map((paragraph) => {
    const key = at;
    at += paragraph.length + 1;
    return (
      <p key={key} data-kind={kind}>
        <Linked text={paragraph} />
      </p>
    );
  });
}

function Quote({ text, isFolded }: { readonly text: string; readonly isFolded: boolean }) {
  const [isOpen, setOpen] = useState(!isFolded);
  if (!isOpen) {
    return (
      <Button kind="bare" onPress={() => setOpen(true)}>
        {texts.showQuote}
      </Button>
    );
  }
  return (
    <blockquote>
      <Linked text={text} />
    </blockquote>
  );
}

function Linked({ text }: { readonly text: string }) {
  const { follow, point } = useLinks();
  let at = 0;
  return linkify(text).map((segment) => {
    const key = at;
    at += segment.text.length;
    if (segment.kind === 'text') return <span key={key}>{segment.text}</span>;
    const { target } = segment;
    const deceit = findDeceit(segment.text, target);
    return (
      <a
        key={key}
        href={printTarget(target)}
        target="_blank"
        rel="noopener noreferrer"
        title={texts.linkTo(placeOf(target))}
        onClick={(event) => {
          event.preventDefault();
          follow(target, deceit);
        }}
        onMouseEnter={() => point(target)}
        onMouseLeave={() => point(undefined)}
        onFocus={() => point(target)}
        onBlur={() => point(undefined)}
      >
        {segment.text}
      </a>
    );
  });
}
