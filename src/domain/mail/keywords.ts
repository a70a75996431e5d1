/**
 * Keywords of an email. The four that count and sort are columns; registered ones, which say nothing of anybody, stand in
 * clear; any other may be a patient's name that somebody made a label of, so it is sealed under the email's own key.
 */

import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { OpenedEmail } from './email-seal.ts';
import type { Keyword } from './mail.ts';
import { mailTexts } from './texts.ts';

/** What the row of an email says of its keywords. */
export interface EmailFlags {
  readonly isSeen: boolean;
  readonly isFlagged: boolean;
  readonly isAnswered: boolean;
  readonly isDraft: boolean;
  /** As kept: registered keywords in clear, others as `~` and their sealed bytes. */
  readonly labels: readonly string[];
}

/** The IANA registry "IMAP and JMAP Keywords" and the colours of Apple and Thunderbird. */
const registered = new Set([
  ...['$forwarded', '$mdnsent', '$submitpending', '$submitted', '$junk', '$notjunk', '$phishing', '$important'],
  ...['$autosent', '$canunsubscribe', '$followed', '$hasattachment', '$hasmemo', '$hasnoattachment', '$imported'],
  ...['$istrusted', '$maskedemail', '$memo', '$muted', '$new', '$notify', '$unsubscribed', 'junk', 'nonjunk'],
  ...['$mailflagbit0', '$mailflagbit1', '$mailflagbit2'],
  ...['$label1', '$label2', '$label3', '$label4', '$label5'],
]);

/** The columns of the four keywords that have one. */
export const systemColumns = {
  $seen: 'is_seen',
  $flagged: 'is_flagged',
  $answered: 'is_answered',
  $draft: 'is_draft',
} as const satisfies Record<string, string>;

const sealedMark = '~';

/** JMAP counts as unread what is neither seen nor a draft (RFC 8621 §2). */
export function isUnread(flags: { readonly isSeen: boolean; readonly isDraft: boolean }): boolean {
  return !flags.isSeen && !flags.isDraft;
}

/** Keywords know no case (RFC 8621 §4.1.1): lower case is kept. RFC 9051 §9 `flag-keyword = atom`. */
export function parseKeyword(text: string): Keyword {
  const keyword = text.toLowerCase();
  const isAtom = /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+$/.test(keyword);
  if (!isAtom || keyword.length > mailLimits.keywordCharacters) throw new Refusal('bad-keyword', mailTexts.badKeyword);
  return keyword;
}

/** Where the keyword of an email stands: in a column of its own, in clear among the labels, or sealed. */
export function keptAs(keyword: Keyword): 'column' | 'clear' | 'sealed' {
  if (Object.hasOwn(systemColumns, keyword)) return 'column';
  return registered.has(keyword) ? 'clear' : 'sealed';
}

/** Known only once the email is opened. */
export function isSealedKeyword(name: string): boolean {
  return keptAs(parseKeyword(name)) === 'sealed';
}

export function keywordsOf(flags: EmailFlags, email: () => OpenedEmail): readonly Keyword[] {
  const keywords = flags.labels.map((label) =>
    label.startsWith(sealedMark) ? email().label(Buffer.from(label.slice(1), 'base64url')) : label,
  );
  if (flags.isSeen) keywords.push('$seen');
  if (flags.isFlagged) keywords.push('$flagged');
  if (flags.isAnswered) keywords.push('$answered');
  if (flags.isDraft) keywords.push('$draft');
  return keywords;
}

/** Flags that say `keywords`. Labels that `before` holds already are kept as they are sealed. */
export function flagsOf(keywords: ReadonlySet<Keyword>, email: () => OpenedEmail): EmailFlags {
  const labels: string[] = [];
  for (const keyword of keywords) {
    if (keyword === '$seen' || keyword === '$flagged' || keyword === '$answered' || keyword === '$draft') continue;
    labels.push(registered.has(keyword) ? keyword : `${sealedMark}${email().sealLabel(keyword).toString('base64url')}`);
  }
  if (labels.length > mailLimits.keywords) throw new Refusal('too-many-keywords', mailTexts.tooManyKeywords);
  return {
    isSeen: keywords.has('$seen'),
    isFlagged: keywords.has('$flagged'),
    isAnswered: keywords.has('$answered'),
    isDraft: keywords.has('$draft'),
    labels,
  };
}
