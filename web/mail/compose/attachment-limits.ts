/** What may be attached, said before anything is uploaded. */
import type { JmapSession } from '../../../contract/jmap/mail.ts';

export interface AttachmentLimits {
  /** Octets of one file. */
  readonly fileBytes: number;
  /** Octets of all files of one message. */
  readonly totalBytes: number;
  /** Whether a patient's mailbox is what bounds the total. */
  readonly isForPatient: boolean;
}

/** Mailboxes of citizens bounce what is larger: octets of the whole message. */
const patientMessageBytes = 25_000_000;
/** For the text of the message and its fields. */
const textRoom = 200_000;

/** Octets that files take in a message: base64 makes four of three, in lines of 76 (RFC 2045 §6.8). */
export function encodedBytes(bytes: number): number {
  const characters = Math.ceil(bytes / 3) * 4;
  return characters + 2 * Math.ceil(characters / 76);
}

/** The most octets whose encoding fits `bytes`. */
export function decodedRoom(bytes: number): number {
  const lines = Math.floor(bytes / 78);
  return lines * 57;
}

function bound(holder: Readonly<Record<string, unknown>> | undefined, capability: string, name: string): number {
  const facts = holder?.[capability];
  if (typeof facts !== 'object' || facts === null || !(name in facts)) return Number.POSITIVE_INFINITY;
  const value: unknown = Object.entries(facts).find(([key]) => key === name)?.[1];
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}

/** RFC 8620 §2 and RFC 8621 §1.3.1 say the server's. */
export function attachmentLimits(
  session: Pick<JmapSession, 'capabilities' | 'accounts'>,
  accountId: string,
  hasPatient: boolean,
): AttachmentLimits {
  const upload = bound(session.capabilities, 'urn:ietf:params:jmap:core', 'maxSizeUpload');
  const account = session.accounts[accountId]?.accountCapabilities;
  const told = bound(account, 'urn:ietf:params:jmap:mail', 'maxSizeAttachmentsPerEmail');
  const message = Math.min(told, decodedRoom(upload - textRoom));
  const patient = hasPatient ? decodedRoom(patientMessageBytes - textRoom) : Number.POSITIVE_INFINITY;
  const totalBytes = Math.min(message, patient);
  return { fileBytes: Math.min(upload, totalBytes), totalBytes, isForPatient: patient < message };
}

export type AttachmentFault = 'empty' | 'file-too-large' | 'total-too-large';

/** Why a file cannot come beside `heldBytes` of others; undefined when it can. */
export function attachmentFault(
  size: number,
  heldBytes: number,
  limits: AttachmentLimits,
): AttachmentFault | undefined {
  if (size === 0) return 'empty';
  if (size > limits.fileBytes) return 'file-too-large';
  return heldBytes + size > limits.totalBytes ? 'total-too-large' : undefined;
}

const programs =
  /\.(?:exe|com|scr|pif|bat|cmd|msi|msp|ps1|psm1|vbs|vbe|js|jse|wsf|wsh|hta|jar|lnk|reg|cpl|dll|iso|img|app|dmg|apk|sh|docm|xlsm|pptm|xll|iqy)$/i;

/** Files that do something when they are opened: peers refuse them, and those who get them are right to fear them. */
export function isProgram(name: string): boolean {
  return programs.test(name.trim().replace(/[. ]+$/, ''));
}

export type FileKind = 'pdf' | 'image' | 'text' | 'sheet' | 'archive' | 'message' | 'other';

export function fileKind(type: string, name: string): FileKind {
  const ending = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (type === 'application/pdf' || ending === 'pdf') return 'pdf';
  if (type.startsWith('image/')) return 'image';
  if (type === 'message/rfc822' || ending === 'eml') return 'message';
  if (/^(?:xlsx?|ods|csv)$/.test(ending)) return 'sheet';
  if (/^(?:zip|7z|rar|gz|tgz)$/.test(ending)) return 'archive';
  if (type.startsWith('text/') || /^(?:docx?|odt|rtf|txt|md|xml)$/.test(ending)) return 'text';
  return 'other';
}
