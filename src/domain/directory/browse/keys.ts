/** The key by which each resource is known: national identifier, number of the situation, identifier of the structure. */

import type { DirectoryFacts } from '../../../formats/fhir/directory-facts.ts';
import { keyOfId } from '../../../formats/fhir/resource-id.ts';
import type { ResourceType } from '../../../formats/fhir/resources.ts';

/** The largest `integer` of PostgreSQL. */
const largestNumber = 2_147_483_647;

/** Undefined when no resource of `type` can have this id. */
export function keyOf(type: ResourceType, id: string): string | undefined {
  const key = keyOfId(id);
  return key !== undefined && isKey(type, key) ? key : undefined;
}

export function isKey(type: ResourceType, key: string): boolean {
  if (type !== 'PractitionerRole') return !key.includes('\0');
  return /^[1-9]\d{0,9}$/.test(key) && Number(key) <= largestNumber;
}

export function keyOfFacts(facts: DirectoryFacts): string {
  switch (facts.type) {
    case 'Practitioner':
      return facts.idnps;
    case 'PractitionerRole':
      return String(facts.number);
    case 'Organization':
      return facts.organizationId;
  }
}
