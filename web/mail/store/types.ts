/** What the store of emails holds, and what its lists show. */
import type { EmailAddress, EmailRow, JmapId, UtcDate } from '../../../contract/jmap/mail.ts';

/** Emails are told apart inside their account alone. */
export interface EmailRef {
  readonly accountId: JmapId;
  readonly emailId: JmapId;
}

/** What lists are made of and deeds change; the server tells it without opening the email. */
export interface EmailCore {
  readonly id: JmapId;
  readonly threadId: JmapId;
  readonly mailboxIds: Readonly<Record<JmapId, true>>;
  readonly keywords: Readonly<Record<string, true>>;
  readonly receivedAt: UtcDate;
}

/** What a line shows besides: asking for it opens the email. */
export interface EmailHead {
  readonly from: readonly EmailAddress[] | null;
  readonly to: readonly EmailAddress[] | null;
  readonly subject: string | null;
  readonly preview: string;
  readonly hasAttachment: boolean;
  readonly size: number;
  readonly blobId: JmapId;
}

/** With the deeds that the server has not answered yet. */
export interface HeldEmail extends EmailCore {
  readonly head: EmailHead | undefined;
}

export const coreProperties = ['id', 'threadId', 'mailboxIds', 'keywords', 'receivedAt'] as const;
export const rowProperties = [
  ...coreProperties,
  'from',
  'to',
  'subject',
  'preview',
  'hasAttachment',
  'size',
  'blobId',
] as const satisfies readonly (keyof EmailRow)[];

/** A list is empty, on its way, here, or could not be had: `retry` asks again. */
export type ListStatus = 'loading' | 'ready' | 'failed';

/** A list at one moment. Another object after each change, so that a screen sees that it changed. */
export interface ListView {
  readonly status: ListStatus;
  readonly fault: unknown;
  /** Lines to make room for. */
  readonly count: number;
  /** Emails or conversations in all; undefined until the server said. */
  readonly total: number | undefined;
  /** The last lines of `count` stand for those not counted yet: one list for all accounts grows as one reads on. */
  readonly isOpenEnded: boolean;
  /** Lines are being fetched. */
  readonly isFetching: boolean;
  refAt(index: number): EmailRef | undefined;
  /** -1: it is not among the lines that are here. */
  indexOf(ref: EmailRef): number;
}

export interface MailList {
  view(): ListView;
  subscribe(onChange: () => void): () => void;
  /** The lines in sight, last one included. Those that are missing are fetched once scrolling rests. */
  want(first: number, last: number): void;
  retry(): void;
}
