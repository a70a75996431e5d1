/** The objects of JMAP for Mail, as clients see them (RFC 8620, RFC 8621). Types only. */

export type JmapId = string;
/** RFC 8620 §1.4: `2026-11-22T21:30:00Z`. */
export type UtcDate = string;

/** RFC 8620 §2. */
export interface JmapSession {
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly accounts: Readonly<Record<JmapId, JmapAccount>>;
  readonly primaryAccounts: Readonly<Record<string, JmapId>>;
  readonly username: string;
  readonly apiUrl: string;
  readonly downloadUrl: string;
  readonly uploadUrl: string;
  readonly eventSourceUrl: string;
  readonly state: string;
}

export interface JmapAccount {
  readonly name: string;
  readonly isPersonal: boolean;
  readonly isReadOnly: boolean;
  readonly accountCapabilities: Readonly<Record<string, unknown>>;
}

export type MailboxRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'archive' | 'junk';

/** RFC 8621 §2. */
export interface Mailbox {
  readonly id: JmapId;
  readonly name: string;
  readonly parentId: JmapId | null;
  readonly role: MailboxRole | null;
  readonly sortOrder: number;
  readonly totalEmails: number;
  readonly unreadEmails: number;
  readonly totalThreads: number;
  readonly unreadThreads: number;
  readonly myRights: Readonly<Record<string, boolean>>;
  readonly isSubscribed: boolean;
}

/** One address of a header field. */
export interface EmailAddress {
  readonly name: string | null;
  readonly email: string;
}

/** RFC 8621 §4.1.4. */
export interface EmailBodyPart {
  readonly partId: string | null;
  readonly blobId: JmapId | null;
  readonly size: number;
  readonly name: string | null;
  readonly type: string;
  readonly charset: string | null;
  readonly disposition: string | null;
  readonly cid: string | null;
  readonly location?: string | null;
  readonly subParts?: readonly EmailBodyPart[] | null;
}

export interface EmailBodyValue {
  readonly value: string;
  readonly isEncodingProblem: boolean;
  readonly isTruncated: boolean;
}

/** What a line of a list shows. */
export interface EmailRow {
  readonly id: JmapId;
  readonly threadId: JmapId;
  readonly blobId: JmapId;
  readonly mailboxIds: Readonly<Record<JmapId, true>>;
  readonly keywords: Readonly<Record<string, true>>;
  readonly size: number;
  readonly receivedAt: UtcDate;
  readonly from: readonly EmailAddress[] | null;
  readonly to: readonly EmailAddress[] | null;
  readonly subject: string | null;
  readonly hasAttachment: boolean;
  readonly preview: string;
}

/** An email, opened. */
export interface Email extends EmailRow {
  readonly messageId: readonly string[] | null;
  readonly inReplyTo: readonly string[] | null;
  readonly references: readonly string[] | null;
  readonly sender: readonly EmailAddress[] | null;
  readonly cc: readonly EmailAddress[] | null;
  readonly bcc: readonly EmailAddress[] | null;
  readonly replyTo: readonly EmailAddress[] | null;
  readonly sentAt: string | null;
  readonly textBody: readonly EmailBodyPart[];
  readonly htmlBody: readonly EmailBodyPart[];
  readonly attachments: readonly EmailBodyPart[];
  readonly bodyValues: Readonly<Record<string, EmailBodyValue>>;
}

/** RFC 8621 §6. */
export interface Identity {
  readonly id: JmapId;
  readonly name: string;
  readonly email: string;
  readonly replyTo: readonly EmailAddress[] | null;
  readonly bcc: readonly EmailAddress[] | null;
  readonly textSignature: string;
  readonly htmlSignature: string;
  readonly mayDelete: boolean;
}

/** RFC 8621 §8. */
export interface VacationResponse {
  readonly id: 'singleton';
  readonly isEnabled: boolean;
  readonly fromDate: UtcDate | null;
  readonly toDate: UtcDate | null;
  readonly subject: string | null;
  readonly textBody: string | null;
  readonly htmlBody: string | null;
}

/** RFC 8620 §5.3. */
export interface SetError {
  readonly type: string;
  readonly description?: string | null;
  readonly properties?: readonly string[];
  readonly existingId?: JmapId;
}

/** RFC 8620 §7.1: account -> type -> state. */
export type ChangedStates = Readonly<Record<JmapId, Readonly<Record<string, string>>>>;
