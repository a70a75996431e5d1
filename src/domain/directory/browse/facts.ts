/** The facts of resources, read by their keys: a few statements for a whole page. */
import { type RawBuilder, sql } from 'kysely';
import type { DirectoryFacts } from '../../../formats/fhir/directory-facts.ts';
import { idOfKey } from '../../../formats/fhir/resource-id.ts';
import type { ResourceType } from '../../../formats/fhir/resources.ts';
import type { Transaction } from '../../../platform/db/db.ts';
import { keyOfFacts } from './keys.ts';
import { readOrganizations } from './organizations.ts';
import { readPractitioners } from './practitioners.ts';
import { readRoles } from './roles.ts';

/** In the order of `keys`. What is not there is left out; so is what has a key too long for an id, which no real one is. */
export async function readByKeys(
  tx: Transaction,
  type: ResourceType,
  keys: readonly string[],
): Promise<readonly DirectoryFacts[]> {
  if (keys.length === 0) return [];
  const found = new Map((await readAll(tx, type, keys)).map((facts) => [keyOfFacts(facts), facts]));
  return keys
    .filter((key) => idOfKey(key) !== undefined)
    .map((key) => found.get(key))
    .filter((facts) => facts !== undefined);
}

function readAll(tx: Transaction, type: ResourceType, keys: readonly string[]): Promise<readonly DirectoryFacts[]> {
  switch (type) {
    case 'Practitioner':
      return readPractitioners(tx, keys);
    case 'PractitionerRole':
      return readRoles(tx, sql`a.number = any(${keys}::integer[])`, keys.length);
    case 'Organization':
      return readOrganizations(tx, keys);
  }
}

const subjects = { Practitioner: 'practitioner', PractitionerRole: 'activity', Organization: 'organization' } as const;

/** The changes of the editions tell it for as long as they are kept. */
export async function wasDeleted(tx: Transaction, type: ResourceType, key: string): Promise<boolean> {
  const isDeletion: RawBuilder<boolean> = sql`subject = ${subjects[type]} and key = ${key} and kind = 'deleted'`;
  const { rows } = await sql`select from directory.change where ${isDeletion} limit 1`.execute(tx);
  return rows.length > 0;
}
