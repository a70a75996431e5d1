import { present } from '../../base/assert.ts';
import { Refusal } from '../../base/errors.ts';
import { contactsLimits } from '../../base/limits.ts';
import { type Address, domainOf } from '../../formats/address/address.ts';
import type { Db } from '../../platform/db/db.ts';
import { normal, readMarks } from './addresses.ts';
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
  const standings = await parts.directory.standing(db, [...new Set(addresses.map(normal))]);
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
    const id = standing.kind === 'listed' ? standing.correspondent.id : undefined;
    const repeats = seen.has(normal(address)) ? 'address' : id !== undefined && seen.has(id) ? 'correspondent' : null;
    seen.add(normal(address));
    if (id !== undefined) seen.add(id);
    const preferred =
      standing.kind === 'listed'
        ? preferredOf(
            standing.correspondent.addresses.map((each) => each.address),
            marks,
          )
        : null;
    return {
      address,
      standing,
      leftAt:
        standing.kind === 'left' ? standing.lastSeenAt : standing.kind === 'unknown' ? (mark?.leftAt ?? null) : null,
      writtenAt: mark?.writtenAt ?? null,
      trustSpace: trustSpaceOf(parts, address),
      isPatient: parts.patientDomains.includes(domainOf(address)),
      repeats,
      preferred: preferred !== null && normal(preferred) !== normal(address) ? preferred : null,
    };
  });
}

function trustSpaceOf({ trust }: ContactsParts, address: Address): RecipientCheck['trustSpace'] {
  if (trust.whiteList() === undefined) return 'unknown';
  return trust.isInTrustSpace(domainOf(address)) ? 'inside' : 'outside';
}
