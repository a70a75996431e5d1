import { present } from '../../base/assert.ts';
import { contactsLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { type Address, domainOf } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import type { AddressStanding } from '../directory/directory.ts';
import { leftAtOf, type Marks, normal, readMarks, standingsOf } from './addresses.ts';
import type { ContactsParts, RecipientCheck, Viewer } from './contacts.ts';
import { requireRight } from './permission.ts';
import { preferredOf } from './preference.ts';
import { contactsTexts } from './texts.ts';

export async function checkRecipients(
  parts: ContactsParts,
  db: Db,
  { as, account, addresses }: Viewer & { readonly addresses: readonly Address[] },
): Promise<readonly RecipientCheck[]> {
  if (addresses.length > contactsLimits.checked) {
    throw new Refusal('too-many-addresses', contactsTexts.tooManyAddresses);
  }
  await requireRight(parts.access, db, { as, account, right: 'read', at: parts.clock.now() });
  const standings = await standingsOf(parts, db, addresses);
  const asked = addresses.map((address) => ({
    address,
    standing: present(standings.get(normal(address)), 'the directory answers for each address'),
  }));
  const correspondents = asked.flatMap(({ standing }) => (standing.kind === 'listed' ? [standing.correspondent] : []));
  const others = correspondents.flatMap((each) => each.addresses.map((mailbox) => mailbox.address));
  const marks = await readMarks(parts, db, account, [...addresses, ...others]);
  const seen = new Set<string>();
  return asked.map(({ address, standing }): RecipientCheck => {
    const mark = marks.get(normal(address));
    return {
      address,
      standing,
      leftAt: standing.kind === 'unknown' ? (mark?.leftAt ?? null) : leftAtOf(standing),
      writtenAt: mark?.writtenAt ?? null,
      trustSpace: trustSpaceOf(parts, address),
      isPatient: parts.patientDomains.includes(domainOf(address)),
      repeats: repeatsOf(seen, address, standing),
      preferred: preferredInstead(address, standing, marks),
    };
  });
}

/** `seen` holds the addresses and the correspondents of the recipients before it; this one is added. */
function repeatsOf(seen: Set<string>, address: Address, standing: AddressStanding): RecipientCheck['repeats'] {
  const correspondent = standing.kind === 'listed' ? [standing.correspondent.id] : [];
  const isKnownAddress = seen.has(normal(address));
  const isKnownCorrespondent = correspondent.some((id) => seen.has(id));
  for (const each of [normal(address), ...correspondent]) seen.add(each);
  if (isKnownAddress) return 'address';
  return isKnownCorrespondent ? 'correspondent' : null;
}

function preferredInstead(
  address: Address,
  standing: AddressStanding,
  marks: ReadonlyMap<Address, Marks>,
): Address | null {
  if (standing.kind !== 'listed') return null;
  const addresses = standing.correspondent.addresses.map((each) => each.address);
  const preferred = preferredOf(addresses, marks);
  return preferred !== null && normal(preferred) !== normal(address) ? preferred : null;
}

function trustSpaceOf({ trust, ownDomains }: ContactsParts, address: Address): RecipientCheck['trustSpace'] {
  if (ownDomains.includes(domainOf(address))) return 'inside';
  if (trust.whiteList() === undefined) return 'unknown';
  return trust.isInTrustSpace(domainOf(address)) ? 'inside' : 'outside';
}
