/** The words of reading the store: what is asked of it, and what it answers, by the functions of `mail.ts`. */
import type { EmailId, MailboxId, ThreadId } from '../../base/ids.ts';
import type { HeaderField, Part } from '../../formats/mime/mime.ts';
import type { EmailSummary, Keyword } from './mail.ts';

/** What lists show of an email without opening it. */
export type EmailCard = Pick<
  EmailSummary,
  'id' | 'threadId' | 'mailboxIds' | 'keywords' | 'receivedAt' | 'sizeBytes' | 'hasAttachment'
>;

export interface ThreadEmails {
  readonly id: ThreadId;
  /** Oldest first. */
  readonly emailIds: readonly EmailId[];
}

export interface ThreadCounts {
  readonly totalThreads: number;
  readonly unreadThreads: number;
}

/** How a set changes: into exactly these, or by these. */
export type SetEdit<Item> =
  | { readonly kind: 'replace'; readonly all: readonly Item[] }
  | { readonly kind: 'patch'; readonly add: readonly Item[]; readonly remove: readonly Item[] };

export interface EmailEdit {
  readonly id: EmailId;
  readonly keywords?: SetEdit<Keyword>;
  readonly mailboxes?: SetEdit<MailboxId>;
}

export type EditOutcome =
  | 'edited'
  | 'unknown'
  | 'no-mailbox'
  | 'mailbox-unknown'
  | 'too-many-mailboxes'
  | 'bad-keyword'
  | 'too-many-keywords';

export type SearchedField = 'any' | 'from' | 'to' | 'cc' | 'bcc' | 'subject' | 'body';

/** Carried by the email, or by the emails of its thread. */
export interface KeywordOf {
  readonly keyword: Keyword;
  readonly of: 'email' | 'all-in-thread' | 'some-in-thread';
}

export type EmailFilter =
  | { readonly kind: 'and' | 'or' | 'not'; readonly filters: readonly EmailFilter[] }
  | { readonly kind: 'in-mailbox'; readonly id: MailboxId }
  /** In one mailbox at least that is none of these. */
  | { readonly kind: 'in-other-than'; readonly ids: readonly MailboxId[] }
  | { readonly kind: 'before' | 'after'; readonly at: Date }
  | { readonly kind: 'min-size' | 'max-size'; readonly bytes: number }
  | { readonly kind: 'has-attachment'; readonly is: boolean }
  | ({ readonly kind: 'keyword' } & KeywordOf)
  /** A field of that name, in whose text this stands when it is given: opened, so a bounded number can be looked at. */
  | { readonly kind: 'header'; readonly name: string; readonly text?: string }
  /** Every word; the index follows deliveries by some seconds. */
  | { readonly kind: 'words'; readonly field: SearchedField; readonly text: string };

export interface EmailQuery {
  readonly filter?: EmailFilter;
  /** Newest first when empty. */
  readonly sort: readonly {
    /** The last four stand inside emails: a bounded number of them can be sorted so. */
    readonly by: 'received' | 'size' | KeywordOf | 'sent' | 'from' | 'to' | 'subject';
    readonly ascending: boolean;
  }[];
  /** Of each thread, the first email alone. */
  readonly collapseThreads: boolean;
}

export interface EmailWindow {
  /** A negative position counts from the end. */
  readonly from: { readonly position: number } | { readonly anchor: EmailId; readonly offset: number };
  readonly limit: number;
  readonly countAll: boolean;
}

export interface EmailPage {
  readonly change: number;
  readonly position: number;
  readonly ids: readonly EmailId[];
  readonly total?: number;
}

export interface QueryChanges {
  readonly change: number;
  readonly removed: readonly EmailId[];
  readonly added: readonly { readonly id: EmailId; readonly position: number }[];
  readonly total?: number;
}

/** One part, its content decoded. */
export interface OpenedPart {
  readonly part: Part;
  /** The content, or its octets `[start, end)`: any number of times, also after the act. */
  read(range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The bytes of an email, trace fields included. */
export interface OpenedEmailBytes {
  readonly sizeBytes: number;
  /** All, or the octets `[start, end)`: any number of times, also after the act. */
  read(range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
}

export interface WantedBodies {
  readonly id: EmailId;
  readonly texts: readonly Part[];
  /** Parts whose header fields are wanted. */
  readonly headers: readonly Part[];
}

/** How much text is opened: of each part, and of all that calls with the same object open. */
export interface TextBounds {
  readonly textBytes: number;
  leftBytes: number;
}

export interface BodyText {
  readonly text: string;
  readonly isTruncated: boolean;
  readonly isEncodingProblem: boolean;
}

/** By part identifier. */
export interface OpenedBody {
  readonly texts: ReadonlyMap<string, BodyText>;
  readonly fields: ReadonlyMap<string, readonly HeaderField[]>;
}

export interface SnippetPiece {
  readonly text: string;
  readonly isMatch: boolean;
}

export interface Snippet {
  readonly id: EmailId;
  /** Null when no word stands there. */
  readonly subject: readonly SnippetPiece[] | null;
  readonly preview: readonly SnippetPiece[] | null;
}

export interface Changes {
  readonly oldChange: number;
  readonly newChange: number;
  readonly hasMore: boolean;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly destroyed: readonly string[];
  /** Of mailboxes: those updated changed in what they count, and in nothing else. */
  readonly hasOnlyCounts?: true;
}
