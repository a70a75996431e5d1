/** Who writes: how they are called and which kind they are. */
import type { EmailAddress } from '../../contract/jmap/mail.ts';

export type PersonKind = 'pro' | 'patient';

/** Patients write from the domains of the citizens' mailboxes; everybody else in the trust space is a professional. */
export function kindOf(
  address: string,
  { operator }: { readonly operator: { readonly patientDomains: readonly string[] } },
): PersonKind {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return operator.patientDomains.some((each) => each.toLowerCase() === domain) ? 'patient' : 'pro';
}

/** Marks that turn the direction of writing, and other characters without a shape: names do not need them, tricks do. */
const unseen = /[\p{Cc}\p{Cf}]+/gu;

/** The name that the sender gives, or the address. */
export function shownName({ name, email }: EmailAddress): string {
  const clean = (name ?? '').replace(unseen, ' ').replace(/\s+/g, ' ').trim();
  return clean === '' ? email : clean;
}

/** `Dr Claire Vasseur, Sophie Lambert`; beyond three, how many more. */
export function shownNames(people: readonly EmailAddress[]): string {
  const [first, second, third, ...more] = people.map(shownName);
  const shown = [first, second, third].filter((each) => each !== undefined).join(', ');
  return more.length === 0 ? shown : `${shown} +${more.length}`;
}
