/** What a reader sees first, derived from the tree of parts by the rules of RFC 8621 §4.1.4. */
import type { Part } from './structure.ts';

export interface BodyViews {
  readonly textBody: readonly Part[];
  readonly htmlBody: readonly Part[];
  readonly attachments: readonly Part[];
}

interface Lists {
  text: Part[] | undefined;
  html: Part[] | undefined;
  readonly attachments: Part[];
}

/** The parts to show as text, as HTML, and as attachments; the algorithm is the one that RFC 8621 §4.1.4 suggests. */
export function bodyViews(root: Part): BodyViews {
  const text: Part[] = [];
  const html: Part[] = [];
  const attachments: Part[] = [];
  sort([root], 'mixed', false, { text, html, attachments });
  return { textBody: text, htmlBody: html, attachments };
}

function sort(parts: readonly Part[], multipart: string, inAlternative: boolean, outer: Lists): void {
  const lists = { ...outer }; // what is given up below is given up for this multipart alone
  const textBefore = lists.text?.length ?? -1;
  const htmlBefore = lists.html?.length ?? -1;
  for (const [index, part] of parts.entries()) {
    if (part.parts.length > 0) {
      sort(part.parts, part.subtype, inAlternative || part.subtype === 'alternative', lists);
    } else if (isInline(part, index, multipart)) {
      if (multipart === 'alternative') placeAlternative(part, lists);
      else placeInline(part, inAlternative, lists);
    } else {
      lists.attachments.push(part);
    }
  }
  if (multipart !== 'alternative' || lists.text === undefined || lists.html === undefined) return;
  // only one form was found: it serves as both
  if (textBefore === lists.text.length && htmlBefore !== lists.html.length) {
    lists.text.push(...lists.html.slice(htmlBefore));
  }
  if (htmlBefore === lists.html.length && textBefore !== lists.text.length) {
    lists.html.push(...lists.text.slice(textBefore));
  }
}

/** What mail programs show among the text. */
export function isMedia(part: Part): boolean {
  return part.type === 'image' || part.type === 'audio' || part.type === 'video';
}

function isInline(part: Part, index: number, multipart: string): boolean {
  if (part.disposition === 'attachment') return false;
  const isText = part.type === 'text' && (part.subtype === 'plain' || part.subtype === 'html');
  if (!isText && !isMedia(part)) return false;
  // a text after the first, named, is a file; in multipart/related it belongs to the root
  return index === 0 || (multipart !== 'related' && (isMedia(part) || part.fileName === undefined));
}

function placeAlternative(part: Part, lists: Lists): void {
  if (part.type === 'text' && part.subtype === 'plain') lists.text?.push(part);
  else if (part.type === 'text' && part.subtype === 'html') lists.html?.push(part);
  else lists.attachments.push(part);
}

function placeInline(part: Part, inAlternative: boolean, lists: Lists): void {
  if (inAlternative && part.type === 'text') {
    if (part.subtype === 'plain') lists.html = undefined;
    if (part.subtype === 'html') lists.text = undefined;
  }
  lists.text?.push(part);
  lists.html?.push(part);
  if ((lists.text === undefined || lists.html === undefined) && isMedia(part)) {
    lists.attachments.push(part);
  }
}
