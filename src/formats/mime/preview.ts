import { mimeLimits } from '../../base/limits.ts';
import { bodyViews, isMedia } from './body-views.ts';
import type { MessageStructure, Part } from './structure.ts';

/**
 * RFC 8621 §4.1.4: something to download that is not merely shown inside the text. A picture sent among the text, as phones
 * send photographs, counts too; the pictures that an HTML text shows (`multipart/related`) do not.
 */
export function hasAttachment(root: Part): boolean {
  const { attachments, textBody, htmlBody } = bodyViews(root);
  return (
    attachments.some((part) => !isEmbedded(part)) || [...textBody, ...htmlBody].some((part) => part.type !== 'text')
  );
}

/** A picture (or sound, or film) that the HTML text shows by its identifier. A document is never one, even sent inline. */
function isEmbedded(part: Part): boolean {
  if (!isMedia(part) || part.disposition === 'attachment') return false;
  return part.disposition === 'inline' || part.contentId !== undefined;
}

/**
 * The first characters of the text a reader sees, white space folded (RFC 8621 §4.1.4). Quoted lines and what introduces
 * them stay: guessing what is new in an answer goes wrong.
 */
export function previewOf(structure: Pick<MessageStructure, 'root' | 'text'>): string {
  for (const part of bodyViews(structure.root).textBody) {
    const text = structure.text.find((candidate) => candidate.partId === part.partId)?.text;
    if (text === undefined) continue;
    const folded = firstWords(text);
    if (folded !== '') return folded;
  }
  return '';
}

function firstWords(text: string): string {
  // twice as many characters as needed are enough, unless they are nearly all white space
  for (const window of [4 * mimeLimits.previewCharacters, text.length]) {
    const folded = text
      .slice(0, window)
      .replace(/[\s\u200b\u200c\u2060\ufeff]+/g, ' ')
      .trim();
    if (folded.length >= mimeLimits.previewCharacters || window >= text.length) return cutText(folded);
  }
  return '';
}

/** Cut between characters, never inside a surrogate pair. */
function cutText(text: string): string {
  if (text.length <= mimeLimits.previewCharacters) return text;
  const last = text.charCodeAt(mimeLimits.previewCharacters - 1);
  const isSplit = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, mimeLimits.previewCharacters - (isSplit ? 1 : 0)).trimEnd();
}
