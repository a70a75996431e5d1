/** Everything known of one correspondent, from the tables: the edition in force and, newer, the live source. */
import type { Db } from '../../platform/db/db.ts';
import type { Card, CorrespondentId } from './directory.ts';
import { publishedAt } from './search/editions-in-force.ts';
import { personId, personName, sharedId, sharedName } from './search/lines.ts';
import { readPersons, readShared } from './search/records.ts';

/** Undefined when nobody has this identifier, or when the mailbox may not be shown. */
export async function readCard(db: Db, id: CorrespondentId): Promise<Card | undefined> {
  const published = await publishedAt(db);
  const slash = id.indexOf('/');
  const key = id.slice(slash + 1);
  if (id.slice(0, slash) === 'practitioner') {
    const [person] = await readPersons(db, { idnps: [key] }, published);
    if (person === undefined) return undefined;
    const { idnps, family, given, roles, skills, mailboxes } = person;
    return {
      id: personId(person),
      kind: 'practitioner',
      name: personName(person),
      family,
      given,
      idnps,
      rpps: /^8\d{11}$/.test(idnps) ? idnps.slice(1) : null,
      roles,
      skills,
      mailboxes: mailboxes.map(({ rank: _, ...mailbox }) => mailbox),
      publishedAt: published,
    };
  }
  const [shared] = await readShared(db, { addresses: [key] }, published);
  if (shared === undefined) return undefined;
  const { rank: _, number: __, phone, ...mailbox } = shared;
  const { profession, speciality, place } = mailbox;
  return {
    id: sharedId(shared),
    kind: 'mailbox',
    name: sharedName(shared),
    family: null,
    given: null,
    idnps: null,
    rpps: null,
    roles: [{ profession, speciality, mode: null, place, phone }],
    skills: [],
    mailboxes: [mailbox],
    publishedAt: published,
  };
}
