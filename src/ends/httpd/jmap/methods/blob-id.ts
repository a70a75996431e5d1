/**
 * Blob ids of emails and of their parts: `E` and the email's id for the whole message, then `-` and the part's identifier for
 * one part, its dots as `_` (an Id of RFC 8620 §1.2 holds none): `E0192…-1_2`. Uploads have another first letter.
 */
import { asId, type EmailId, isUuid } from '../../../../base/ids.ts';

export interface EmailBlob {
  readonly emailId: EmailId;
  /** Absent for the whole message. */
  readonly partId?: string;
}

export function emailBlobId(emailId: EmailId, partId?: string): string {
  return partId === undefined ? `E${emailId}` : `E${emailId}-${partId.replaceAll('.', '_')}`;
}

const uuidCharacters = 36;
const part = /^(?:[1-9]\d{0,3}_)*(?:[1-9]\d{0,3}|TEXT)$/;

/** Undefined for what {@link emailBlobId} never writes. */
export function readEmailBlobId(text: string): EmailBlob | undefined {
  const emailId = text.slice(1, 1 + uuidCharacters);
  if (!text.startsWith('E') || !isUuid(emailId)) return undefined;
  const rest = text.slice(1 + uuidCharacters);
  if (rest === '') return { emailId: asId<EmailId>(emailId) };
  if (!rest.startsWith('-') || rest.length > 200 || !part.test(rest.slice(1))) return undefined;
  return { emailId: asId<EmailId>(emailId), partId: rest.slice(1).replaceAll('_', '.') };
}
