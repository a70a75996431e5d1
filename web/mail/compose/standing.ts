/** What is known of a recipient before sending, as a person is told of it. */
import type { Static } from 'typebox';
import type { checkedRecipientsSchema } from '../../../contract/contacts.ts';
import type { correspondentSchema } from '../../../contract/directory.ts';
import type { EmailAddress } from '../../../contract/jmap/mail.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { addressKey, isAddress } from './addresses.ts';

export type CheckedRecipient = Static<typeof checkedRecipientsSchema>['recipients'][number];
export type Correspondent = Static<typeof correspondentSchema>;

/** `refused` keeps the message from leaving; `care` asks for a look; `quiet` is said to who looks closer. */
export type Weight = 'refused' | 'care' | 'quiet';

export type RemarkKind =
  | 'invalid'
  | 'refused-by-server'
  | 'outside'
  | 'left'
  | 'homonym'
  | 'same-person'
  | 'never-written'
  | 'preferred';

export interface Remark {
  readonly kind: RemarkKind;
  readonly weight: Weight;
  readonly text: string;
}

/** What the nomenclature adds for itself: « Médecine générale (SM) ». */
const nomenclature = / \((?:SM|SCD|SCH)\)$/;

/** « Cardiologie, CHU de Tours » */
export function roleAndPlace({
  name,
  speciality,
  profession,
  place,
}: Pick<Correspondent, 'name' | 'speciality' | 'profession' | 'place'>): string {
  const named = (place?.service ?? speciality?.label ?? profession?.label)?.replace(nomenclature, '');
  // A mailbox of a service is called after it.
  const role = named?.toLowerCase() === name.toLowerCase() ? undefined : named;
  const { organization, town } = place ?? {};
  const isTownSaid = organization?.toLowerCase().includes(town?.toLowerCase() ?? ' ') ?? false;
  return [role, organization, isTownSaid ? undefined : town]
    .filter((part): part is string => part !== undefined && part !== null && part !== '')
    .join(', ');
}

function homonymText({ name, place }: Pick<Correspondent, 'name' | 'place'>, namesakes: number): string {
  const family = name.split(' ').at(-1) ?? name;
  return texts.homonyms(namesakes, family, place?.town ?? undefined);
}

export interface KnownRecipient {
  readonly recipient: EmailAddress;
  /** Undefined: not asked yet, or no answer. */
  readonly check: CheckedRecipient | undefined;
  /** What the server said when the message was sent. */
  readonly refusal?: string | undefined;
}

/** The weightiest first. */
export function remarksOn({ recipient, check, refusal }: KnownRecipient): readonly Remark[] {
  if (!isAddress(recipient.email)) return [{ kind: 'invalid', weight: 'refused', text: texts.invalidAddress }];
  const remarks: Remark[] = [];
  const say = (kind: RemarkKind, weight: Weight, text: string): number => remarks.push({ kind, weight, text });
  if (refusal !== undefined) say('refused-by-server', 'refused', refusal);
  if (check === undefined) return remarks;
  const { standing, leftAt, writtenAt, trustSpace, preferred } = check;
  if (trustSpace === 'outside') say('outside', 'refused', texts.outside);
  else if (standing.kind === 'left' || leftAt !== null) say('left', 'care', texts.left);
  const isKnown = writtenAt !== null;
  if (standing.kind === 'listed' && standing.namesakes > 0) {
    say('homonym', isKnown ? 'quiet' : 'care', homonymText(standing.correspondent, standing.namesakes));
  }
  if (check.repeats === 'correspondent') say('same-person', 'care', texts.samePerson);
  if (!isKnown && trustSpace !== 'outside') say('never-written', 'quiet', texts.neverWritten);
  if (preferred !== null && addressKey(preferred) !== addressKey(recipient.email)) {
    say('preferred', 'quiet', texts.preferredAddress(preferred));
  }
  return remarks;
}

export function weightOf(remarks: readonly Remark[]): Weight | undefined {
  return (['refused', 'care', 'quiet'] as const).find((weight) => remarks.some((remark) => remark.weight === weight));
}

/** Of a chip: the directory's name before the one typed, then role and place. */
export function shownStanding({ recipient, check }: KnownRecipient): {
  readonly name: string;
  readonly detail: string;
} {
  const listed = check?.standing.kind === 'listed' ? check.standing.correspondent : undefined;
  const name = listed?.name ?? recipient.name ?? recipient.email;
  return { name, detail: listed === undefined ? '' : roleAndPlace(listed) };
}
