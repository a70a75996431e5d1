/** Where the words of a search stand in a subject and a text (RFC 8621 §5): pieces, marked or not. */

import { mailLimits } from '../../base/domain-limits.ts';
import type { EmailId } from '../../base/ids.ts';
import { bodyViews } from '../../formats/mime/body-views.ts';
import { headerText } from '../../formats/mime/header-values.ts';
import { htmlToText } from '../../formats/mime/html-text.ts';
import type { Part } from '../../formats/mime/mime.ts';
import type { Act } from '../audit/audit.ts';
import { openBodies } from './bodies.ts';
import type { AccountRef, MailParts, Snippet, SnippetPiece } from './mail.ts';
import { openSummaries } from './opening.ts';
import { fold, type QueryWord, queryWords } from './search/words.ts';

/** Texts looked at in one email. */
const textsPerEmail = 2;

export async function searchSnippets(
  parts: Pick<MailParts, 'access' | 'dataKeys' | 'blobs'>,
  on: { readonly act: Act; readonly account: AccountRef },
  ids: readonly EmailId[],
  words: { readonly subject: readonly string[]; readonly body: readonly string[] },
): Promise<readonly Snippet[]> {
  const summaries = await openSummaries(parts, on, ids, 'present');
  const inSubject = words.subject.flatMap(queryWords);
  const inBody = words.body.flatMap(queryWords);
  const wanted = summaries.map(({ id, structure }) => ({ id, texts: textsOf(structure.root), headers: [] }));
  const bounds = { textBytes: mailLimits.snippetTextBytes, leftBytes: mailLimits.openedTextBytes };
  const bodies = inBody.length === 0 ? new Map() : await openBodies(parts, on, wanted, bounds);
  return summaries.map(({ id, structure }) => {
    const subject = mark(headerText(structure.fields, 'Subject') ?? '', inSubject);
    const texts = textsOf(structure.root).map((part) => {
      const text: string = bodies.get(id)?.texts.get(part.partId)?.text ?? '';
      return (part.subtype === 'html' ? htmlToText(text) : text).replace(/\s+/g, ' ');
    });
    return {
      id,
      subject,
      preview: texts.map((text) => around(text, inBody)).find((pieces) => pieces !== null) ?? null,
    };
  });
}

function textsOf(root: Part): readonly Part[] {
  return bodyViews(root)
    .textBody.filter((part) => part.type === 'text')
    .slice(0, textsPerEmail);
}

/** `text` in pieces, null when no word stands in it. */
function mark(text: string, words: readonly QueryWord[]): readonly SnippetPiece[] | null {
  const pieces: SnippetPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    if (!isAsked(match[0], words)) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), isMatch: false });
    pieces.push({ text: match[0], isMatch: true });
    at = match.index + match[0].length;
  }
  if (pieces.length === 0) return null;
  if (at < text.length) pieces.push({ text: text.slice(at), isMatch: false });
  return pieces;
}

/** As the index compares: folded, and as octets. */
function isAsked(token: string, words: readonly QueryWord[]): boolean {
  const word = Buffer.from(fold(token), 'utf8').toString('latin1');
  return words.some((asked) => (asked.isPrefix ? word.startsWith(asked.word) : word === asked.word));
}

/** The first word found, with some text before it and after it. */
function around(text: string, words: readonly QueryWord[]): readonly SnippetPiece[] | null {
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    if (!isAsked(match[0], words)) continue;
    const begin = Math.max(0, match.index - mailLimits.snippetLeadCharacters);
    // At the beginning of a word.
    const space = begin === 0 ? -1 : text.indexOf(' ', begin - 1);
    const start = space >= 0 && space < match.index ? space + 1 : begin;
    return mark([...text.slice(start, start + mailLimits.snippetCharacters)].join('').trimEnd(), words);
  }
  return null;
}
