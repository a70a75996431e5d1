/** A person or a shared mailbox as one line: its name, the role and place that answer the question best, its addresses. */
import type { Coded, Correspondent, CorrespondentId, Place, SearchContext } from '../directory.ts';
import { departmentCode, kilometresBetween } from './departments.ts';
import type { PersonRecord, RecordedMailbox, Role, SharedRecord } from './records.ts';
import { type Word, wordsOf } from './words.ts';

export interface LineContext extends SearchContext {
  /** Beginnings of words that were asked for. */
  readonly words: readonly Word[];
}

/** A given name as it is said: `MARIE-CLAUDE` becomes `Marie-Claude`. */
function capitalised(name: string): string {
  return name.toLowerCase().replace(/(?<![\p{L}\p{M}])\p{L}/gu, (letter) => letter.toUpperCase());
}

function titleOf(title: string | null): string {
  if (title === null) return '';
  if (/^d(?:r|octeur)/i.test(title)) return 'Dr ';
  return /^pr/i.test(title) ? 'Pr ' : '';
}

export function personName(person: Pick<PersonRecord, 'title' | 'family' | 'given'>): string {
  return `${titleOf(person.title)}${capitalised(person.given)} ${person.family.toUpperCase()}`.trim();
}

export function sharedName({ place, address }: RecordedMailbox): string {
  return place?.service ?? place?.organization ?? address;
}

export function personId(person: Pick<PersonRecord, 'idnps'>): CorrespondentId {
  return `practitioner/${person.idnps}` as CorrespondentId; // the branded constructor
}

export function sharedId({ address }: Pick<RecordedMailbox, 'address'>): CorrespondentId {
  return `mailbox/${address}` as CorrespondentId; // the branded constructor
}

/** What tells one place from another on the screen. */
function placeKey(place: Place): string {
  return place.organizationId ?? `${place.organization ?? ''}|${place.postcode ?? ''}|${place.town ?? ''}`;
}

function wordsAnswered(place: Place, asked: readonly Word[]): number {
  const { organization, service, postcode, town, department } = place;
  const words = wordsOf([organization, service, postcode, town, department].filter((each) => each !== null).join(' '));
  return asked.filter((each) => words.some((word) => word.startsWith(each))).length;
}

function distanceTo(place: Place | null, context: SearchContext): number | null {
  const home = context.near === undefined ? null : departmentCode(null, context.near.postcode);
  if (home === null || place?.department == null) return null;
  return kilometresBetween(home, place.department);
}

/** The more words it answers the better; then one with an address, then one next door. */
function bestPlace(person: PersonRecord, context: LineContext): { place: Place | null; others: number } {
  const places = new Map<string, { place: Place; worth: number }>();
  const consider = (place: Place | null, hasAddress: boolean) => {
    if (place === null) return;
    const isNextDoor = context.near !== undefined && place.postcode === context.near.postcode;
    const isNear = isNextDoor || departmentCode(null, context.near?.postcode ?? null) === place.department;
    const worth =
      wordsAnswered(place, context.words) * 8 + (hasAddress ? 4 : 0) + (isNextDoor ? 2 : 0) + (isNear ? 1 : 0);
    const known = places.get(placeKey(place));
    if (known === undefined || worth > known.worth) places.set(placeKey(place), { place, worth });
  };
  for (const { place } of person.mailboxes) consider(place, true);
  for (const { place } of person.roles) consider(place, false);
  const ordered = [...places.values()].sort((one, other) => other.worth - one.worth);
  return { place: ordered[0]?.place ?? null, others: Math.max(0, ordered.length - 1) };
}

function orderAddresses(
  mailboxes: readonly RecordedMailbox[],
  place: Place | null,
  context: SearchContext,
): Correspondent['addresses'] {
  const isThere = (mailbox: RecordedMailbox) =>
    mailbox.place !== null && place !== null && placeKey(mailbox.place) === placeKey(place);
  const written = (mailbox: RecordedMailbox) => context.familiar?.get(mailbox.address) ?? 0;
  const rank = (mailbox: RecordedMailbox) => mailbox.rank ?? Number.MAX_SAFE_INTEGER;
  return [...mailboxes]
    .sort(
      (one, other) =>
        written(other) - written(one) ||
        rank(one) - rank(other) ||
        Number(isThere(other)) - Number(isThere(one)) ||
        (one.address < other.address ? -1 : 1),
    )
    .map(({ address, type }) => ({ address, type }));
}

function roleAt(person: PersonRecord, place: Place | null): Pick<Role, 'profession' | 'speciality'> | undefined {
  const there = person.roles.find(
    (role) => role.place !== null && place !== null && placeKey(role.place) === placeKey(place),
  );
  return there ?? person.roles[0] ?? person.mailboxes[0];
}

export function personLine(person: PersonRecord, context: LineContext, isHomonym: boolean): Correspondent {
  const { place, others } = bestPlace(person, context);
  const role = roleAt(person, place);
  const speciality: Coded | null = role?.speciality ?? person.skills[0] ?? null;
  return {
    id: personId(person),
    kind: 'practitioner',
    name: personName(person),
    profession: role?.profession ?? null,
    speciality,
    place,
    otherPlaces: others,
    addresses: orderAddresses(person.mailboxes, place, context),
    distanceKm: distanceTo(place, context),
    isHomonym,
  };
}

export function sharedLine(shared: SharedRecord, context: SearchContext): Correspondent {
  return {
    id: sharedId(shared),
    kind: 'mailbox',
    name: sharedName(shared),
    profession: shared.profession,
    speciality: shared.speciality,
    place: shared.place,
    otherPlaces: 0,
    addresses: [{ address: shared.address, type: shared.type }],
    distanceKm: distanceTo(shared.place, context),
    isHomonym: false,
  };
}
