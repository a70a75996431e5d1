/** `SearchSnippet/get` (RFC 8621 §5.1). */
import { jmapLimits } from '../../../../base/end-limits.ts';
import type { EmailFilter, SnippetPiece } from '../../../../domain/mail/mail.ts';
import { invalid } from '../arguments.ts';
import { type JsonObject, type Method, MethodError } from '../method.ts';
import { isId } from '../request.ts';
import { emailIdsAmong } from './email-get.ts';
import { readEmailFilter } from './email-query.ts';
import { actFor, type MailCall, type MailMethodParts, mailMethod } from './mail-call.ts';

export function snippetMethods(parts: MailMethodParts): readonly Method[] {
  return [mailMethod(parts, { name: 'SearchSnippet/get', takes: ['filter', 'emailIds'], needs: 'read' }, getSnippets)];
}

async function getSnippets(call: MailCall): Promise<JsonObject> {
  const { parts, args, account } = call;
  const asked = args.optionalStrings('emailIds');
  if (asked === undefined || !asked.every(isId)) throw invalid(['emailIds']);
  if (asked.length > jmapLimits.objectsInGet) throw new MethodError('requestTooLarge');
  const words = { subject: [] as string[], body: [] as string[] };
  const filter = readEmailFilter(args);
  if (filter !== undefined) gatherWords(filter, words);
  const ids = emailIdsAmong([...new Set(asked)]);
  const snippets = await actFor(call, (act) => parts.mail.searchSnippets(act, account, ids, words));
  const found = new Set<string>(snippets.map((snippet) => snippet.id));
  const notFound = [...new Set(asked)].filter((id) => !found.has(id));
  return {
    list: snippets.map(({ id, subject, preview }) => ({
      emailId: id,
      subject: show(subject),
      preview: show(preview, previewBytes),
    })),
    notFound: notFound.length === 0 ? null : notFound,
  };
}

/** The words that the filter asks for; what stands under NOT is not shown. */
function gatherWords(filter: EmailFilter, words: { subject: string[]; body: string[] }): void {
  if ('filters' in filter) {
    if (filter.kind !== 'not') for (const each of filter.filters) gatherWords(each, words);
  } else if (filter.kind === 'words') {
    if (filter.field === 'any' || filter.field === 'subject') words.subject.push(filter.text);
    if (filter.field === 'any' || filter.field === 'body') words.body.push(filter.text);
  }
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** RFC 8621 §5: octets of a preview, its markup among them. */
const previewBytes = 255;

/** RFC 8621 §5: HTML in which nothing but `<mark>` is markup, cut between characters where `bytes` end. */
function show(pieces: readonly SnippetPiece[] | null, bytes = Number.POSITIVE_INFINITY): string | null {
  if (pieces === null) return null;
  let shown = '';
  let left = bytes;
  for (const { text, isMatch } of pieces) {
    const [before, after] = isMatch ? ['<mark>', '</mark>'] : ['', ''];
    left -= before.length + after.length;
    let inside = '';
    for (const char of text.toWellFormed()) {
      const escaped = escapes[char] ?? char;
      left -= Buffer.byteLength(escaped);
      if (left < 0) break;
      inside += escaped;
    }
    if (inside !== '') shown += `${before}${inside}${after}`;
    if (left < 0) break;
  }
  return shown;
}
