/** One correspondent asked for: the question, what of the answer is theirs, and what is kept of it. */
import { assert } from '../../../base/assert.ts';
import { liveLimits } from '../../../base/domain-limits.ts';
import { type Address, parseAddress } from '../../../formats/address/address.ts';
import type { FoundResource } from '../../../formats/fhir/bundle-reading.ts';
import type { MailboxType } from '../../../formats/fhir/mailbox-telecom.ts';
import { identifierSystems } from '../../../formats/fhir/systems.ts';
import type { Db } from '../../../platform/db/db.ts';
import type { CorrespondentId } from '../directory.ts';
import type { Annuaire, AnnuaireFailure } from './annuaire.ts';
import type { Completion, LiveParts } from './live.ts';
import { keepLiveMailboxes, type LiveMailbox, organizationsOf } from './live-mailboxes.ts';
import { claimLookup, endLookup, type LookupSubject } from './lookups.ts';
import { structureKeys } from './structures.ts';
import { liveTexts } from './texts.ts';

/** The mailboxes of one correspondent; undefined when the Annuaire does not know them. */
type Told = { readonly kind: 'told'; readonly mailboxes: readonly LiveMailbox[] | undefined };

export async function completeCorrespondent(
  { clock, annuaire }: LiveParts,
  db: Db,
  id: CorrespondentId,
): Promise<Completion> {
  assert(!db.isTransaction, 'the Annuaire is asked inside a transaction');
  if (annuaire === undefined) return { kind: 'off' };
  const subject = subjectOf(id);
  if (subject === undefined) return { kind: 'not-found' };
  const now = clock.now();
  const claim = await claimLookup(db, subject, now);
  if (claim.kind === 'asked-lately') return claim;
  const told = await (subject.subject === 'practitioner'
    ? askPractitioner(annuaire, db, subject.key)
    : askMailbox(annuaire, db, subject.key));
  if (told.kind === 'failed') {
    await endLookup(db, subject, 'failed');
    return { kind: 'unavailable', why: told.fault, explanation: liveTexts.fault(told.fault) };
  }
  if (told.mailboxes === undefined) {
    await endLookup(db, subject, 'none');
    return { kind: 'not-found' };
  }
  const changed = await keepLiveMailboxes(db, subject, told.mailboxes, now);
  await endLookup(db, subject, 'found');
  return changed === 0 ? { kind: 'nothing-new' } : { kind: 'completed', addresses: changed };
}

function subjectOf(id: CorrespondentId): LookupSubject | undefined {
  const [kind, ...rest] = id.split('/');
  const key = rest.join('/');
  if (kind === 'practitioner' && /^[08][0-9A-Z]{1,19}$/.test(key)) return { subject: 'practitioner', key };
  const address = kind === 'mailbox' ? parseAddress(key) : undefined;
  return address === undefined ? undefined : { subject: 'mailbox', key: address };
}

async function askPractitioner(annuaire: Annuaire, db: Db, idnps: string): Promise<Told | AnnuaireFailure> {
  const answer = await annuaire.search('Practitioner', [
    ['identifier', `${identifierSystems.idnps}|${idnps}`],
    ['_revinclude', 'PractitionerRole:practitioner'],
    ['_elements', 'identifier,telecom,practitioner,organization'],
  ]);
  if (answer.kind === 'failed') return answer;
  const persons = answer.resources.filter((found) => found.resourceType === 'Practitioner' && isPerson(found, idnps));
  if (persons.length === 0) return { kind: 'told', mailboxes: undefined };
  const ids = new Set(persons.map(({ id }) => id));
  const roles = answer.resources.filter(
    ({ resourceType, practitionerId }) =>
      resourceType === 'PractitionerRole' && practitionerId !== null && ids.has(practitionerId),
  );
  const organizations = await askOrganizations(annuaire, db, roles);
  const mailboxes = [...persons, ...roles].flatMap((found) =>
    liveMailboxesOf(found, 'PER', {
      idnps,
      organizationId: organizations.get(found.organizationId ?? '') ?? null,
    }),
  );
  return { kind: 'told', mailboxes };
}

/** What was asked for, not what the interface may have put beside it. */
function isPerson({ identifiers }: FoundResource, idnps: string): boolean {
  return identifiers.some(
    ({ system, value }) =>
      (system === identifierSystems.idnps && value === idnps) ||
      (system === identifierSystems.rpps && `8${value}` === idnps),
  );
}

/** The organisations of roles that have a mailbox, as we know them, by the id that the Annuaire gives them. */
async function askOrganizations(
  annuaire: Annuaire,
  db: Db,
  roles: readonly FoundResource[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(
    roles.filter(({ mailboxes }) => mailboxes.length > 0).flatMap((role) => role.organizationId ?? []),
  );
  if (ids.size === 0) return new Map();
  const answer = await annuaire.search('Organization', [
    ['_id', [...ids].slice(0, liveLimits.references).join(',')],
    ['_elements', 'identifier'],
  ]);
  // Where they practise is worth less than where they can be written to: without the first the second is kept all the same.
  if (answer.kind === 'failed') return new Map();
  return organizationsOf(
    db,
    answer.resources.flatMap((found) => (found.id === null ? [] : [{ id: found.id, keys: structureKeys(found) }])),
  );
}

async function askMailbox(annuaire: Annuaire, db: Db, address: Address): Promise<Told | AnnuaireFailure> {
  const answer = await annuaire.search('Organization', [
    ['mailbox-mss', address],
    ['_elements', 'identifier,telecom'],
  ]);
  if (answer.kind === 'failed') return answer;
  const holders = answer.resources.filter(
    ({ resourceType, mailboxes }) =>
      resourceType === 'Organization' && mailboxes.some((mailbox) => mailbox.address === address),
  );
  if (holders.length === 0) return { kind: 'told', mailboxes: undefined };
  const organizations = await organizationsOf(
    db,
    holders.flatMap((found) => (found.id === null ? [] : [{ id: found.id, keys: structureKeys(found) }])),
  );
  const mailboxes = holders.flatMap((found) =>
    liveMailboxesOf(found, 'ORG', { idnps: null, organizationId: organizations.get(found.id ?? '') ?? null }),
  );
  return { kind: 'told', mailboxes: mailboxes.filter((mailbox) => mailbox.address === address) };
}

function liveMailboxesOf(
  found: FoundResource,
  byDefault: MailboxType,
  whose: Pick<LiveMailbox, 'idnps' | 'organizationId'>,
): readonly LiveMailbox[] {
  return found.mailboxes.map(({ address, type, service, rank, isRedListed }) => ({
    address,
    type: type ?? byDefault,
    service: service === null ? null : service.replace(/\s+/g, ' ').trim() || null,
    rank,
    isRedListed,
    ...whose,
  }));
}
