/** What a message answers or passes on, as it stands in the new one. */
import type { Email, EmailAddress } from '../../../contract/jmap/mail.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { shownName } from '../people.ts';
import { escapeHtml, htmlOfText } from './html-text.ts';
import { bodyOfHtml } from './message.ts';
import type { ReplyMode } from './reply-rules.ts';

type Quoted = Pick<Email, 'from' | 'to' | 'cc' | 'subject' | 'sentAt' | 'receivedAt' | 'htmlBody' | 'bodyValues'>;

/** Not safe to show: whoever puts it on a page cleans it first. */
export function originalHtml({ htmlBody, bodyValues }: Pick<Quoted, 'htmlBody' | 'bodyValues'>): string {
  return htmlBody
    .map(({ partId, type }) => {
      const value = bodyValues[partId ?? '']?.value ?? '';
      if (type === 'text/html') return bodyOfHtml(value);
      return type.startsWith('text/') ? htmlOfText(value) : '';
    })
    .join('');
}

function named({ name, email }: EmailAddress): string {
  const shown = shownName({ name, email });
  return shown === email ? email : `${shown} <${email}>`;
}

function instantOf({ sentAt, receivedAt }: Pick<Quoted, 'sentAt' | 'receivedAt'>): Date {
  const sent = new Date(sentAt ?? '');
  return Number.isNaN(sent.getTime()) ? new Date(receivedAt) : sent;
}

/** « Le 22/11/2026 à 10:42, Pr Rachid Meziane a écrit : » */
function attribution(email: Quoted): string {
  const [author] = email.from ?? [];
  return texts.wrote(instantOf(email), author === undefined ? texts.somebody : shownName(author));
}

/** The fields of a message that is passed on, in the order to read them. */
function passedOnFields(email: Quoted): readonly string[] {
  const list = (all: readonly EmailAddress[] | null): string => (all ?? []).map(named).join(', ');
  const fields: readonly (readonly [string, string])[] = [
    [texts.from, list(email.from)],
    [texts.date, texts.instant(instantOf(email))],
    [texts.subject, email.subject ?? ''],
    [texts.to, list(email.to)],
    [texts.cc, list(email.cc)],
  ];
  return fields.filter(([, value]) => value !== '').map(([name, value]) => texts.field(name, value));
}

/** `original` is clean HTML already. */
export function quoteHtml(email: Quoted, mode: ReplyMode, original: string): string {
  if (mode !== 'transferer') return `<p>${escapeHtml(attribution(email))}</p><blockquote>${original}</blockquote>`;
  const fields = passedOnFields(email).map(escapeHtml).join('<br>');
  return `<p>${escapeHtml(texts.passedOn)}</p><p>${fields}</p>${original}`;
}

const signatureMark = 'hygie-signature';

/** Empty when there is none. `signature` is clean HTML already. */
export function signatureHtml(signature: string): string {
  return signature.trim() === '' ? '' : `<div class="${signatureMark}">${signature}</div>`;
}

export function signatureOf({ textSignature, htmlSignature }: { textSignature: string; htmlSignature: string }): {
  readonly html: string;
  readonly text: string;
} {
  return {
    html: htmlSignature.trim() === '' ? htmlOfText(textSignature) : htmlSignature,
    text: textSignature.trim(),
  };
}

/** RFC 3676 §4.3: `-- ` alone on its line. */
function signed(text: string): string {
  return text === '' ? '' : `-- \n${text}`;
}

/** The signature of a plain text, changed for another; one that was written over stays. */
export function replaceTextSignature(text: string, before: string, after: string): string {
  const old = signed(before);
  const at = old === '' ? -1 : text.lastIndexOf(old);
  if (at >= 0) {
    const rest = text.slice(at + old.length);
    const head = text.slice(0, at);
    return after === '' ? `${head.trimEnd()}${rest}` : `${head}${signed(after)}${rest}`;
  }
  return after === '' || before !== '' ? text : `${text.trimEnd()}\n\n${signed(after)}`;
}
