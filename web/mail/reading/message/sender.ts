/** What a header says of its author, and where it deceives. */
import type { EmailAddress } from '../../../../contract/jmap/mail.ts';

/** src/domain/transfer: the peer that handed the message over does not answer for its author. */
export const unverifiedAuthorKeyword = '$hygie-unverified-author';

export interface SenderDoubts {
  /** Where an answer would go, when it is not to the author. */
  readonly otherReply: string | undefined;
  /** An address that the display name shows and that is not the author's. */
  readonly imitated: string | undefined;
}

function isSameAddress(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

export function doubtsAbout({
  from,
  replyTo,
}: {
  readonly from: readonly EmailAddress[] | null;
  readonly replyTo: readonly EmailAddress[] | null;
}): SenderDoubts {
  const authors = from ?? [];
  const other = (replyTo ?? []).find(({ email }) => !authors.some((author) => isSameAddress(author.email, email)));
  const imitated = authors.flatMap(({ name, email }) => {
    const plain = (name ?? '').normalize('NFKC').replace(/[\p{Cc}\p{Cf}]/gu, '');
    const [shown] = /[^\s<>"(),;:]{1,64}@[^\s<>"(),;:@]{1,253}\.[\p{L}]{2,}/u.exec(plain) ?? [];
    return shown !== undefined && !isSameAddress(shown, email) ? [shown] : [];
  });
  return { otherReply: other?.email, imitated: imitated[0] };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
