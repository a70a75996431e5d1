/** What the resources of the directory are made of: identifiers, codings, mailboxes, the head of each resource. */
import { present } from '../../base/assert.ts';
import { parseAddress } from '../address/address.ts';
import type { CodedFact, MailboxFacts } from './directory-facts.ts';
import { printMailboxTelecom } from './mailbox-telecom.ts';
import { idOfKey } from './resource-id.ts';
import type { Coding, ContactPoint, Identifier, Meta } from './resources.ts';
import { directorySource, identifierSystems } from './systems.ts';

/** The head of each resource: its id, where it comes from, what it claims to conform to. */
export function head(key: string, updatedAt: Date, profile: readonly string[]) {
  const meta: Meta = { lastUpdated: updatedAt.toISOString(), source: directorySource, profile };
  return {
    id: present(idOfKey(key), 'the directory has a key too long for an id'),
    meta,
    language: 'fr',
    active: true,
  };
}

export function officialIdentifier(type: string, system: string, value: string): Identifier {
  return { use: 'official', type: { coding: [{ system: identifierSystems.type, code: type }] }, system, value };
}

export function coding(system: string | undefined, { code, label }: CodedFact): Coding {
  return { ...(system === undefined ? {} : { system }), code, ...(label === null ? {} : { display: label }) };
}

/** Red-list addresses and the persons responsible are not public: the former do not come this far, the latter are not printed. */
export function mailboxTelecoms(mailboxes: readonly MailboxFacts[]): readonly ContactPoint[] {
  return mailboxes.map(({ address, type, service }) =>
    printMailboxTelecom({
      address: present(parseAddress(address), 'the directory holds what is no address'),
      type,
      service,
      isRedListed: false,
      rank: null,
      description: null,
      responsible: null,
    }),
  );
}

/** Nothing for an empty list: FHIR R4, JSON, has no empty arrays. */
export function unlessEmpty<Name extends string, Item>(
  name: Name,
  items: readonly Item[],
): Partial<Record<Name, readonly Item[]>> {
  // One property, named so: the compiler widens computed names.
  return items.length === 0 ? {} : ({ [name]: items } as Record<Name, readonly Item[]>);
}
