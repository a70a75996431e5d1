/** Search in the copy: every word somewhere in the message, accents and case apart. */
import type { KeptEmail } from './copy.ts';

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
}

function wordsOf({ email }: KeptEmail): string {
  const people = [email.from, email.to, email.cc].flatMap((list) => list ?? []);
  const values = Object.values(email.bodyValues).map(({ value }) => value.replace(/<[^>]*>/g, ' '));
  return plain(
    [email.subject ?? '', ...people.map(({ name, email: address }) => `${name ?? ''} ${address}`), ...values].join(
      '\n',
    ),
  );
}

export function findKept(emails: readonly KeptEmail[], search: string): readonly KeptEmail[] {
  const words = plain(search)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return emails;
  return emails.filter((kept) => {
    const held = wordsOf(kept);
    return words.every((word) => held.includes(word));
  });
}
