/** What comes along with a page: roles of persons or structures, persons and structures of roles. */
import { sql } from 'kysely';
import { fhirSearchLimits } from '../../../base/end-limits.ts';
import type { DirectoryFacts } from '../../../formats/fhir/directory-facts.ts';
import { fhirRefusal } from '../../../formats/fhir/refusals.ts';
import type { SearchRequest } from '../../../formats/fhir/search-request.ts';
import { fhirSearchTexts } from '../../../formats/fhir/search-texts.ts';
import type { Transaction } from '../../../platform/db/db.ts';
import { readByKeys } from './facts.ts';
import { keyOfFacts } from './keys.ts';
import { readRoles } from './roles.ts';

/** Throws `Refusal('fhir-too-many')` rather than leave some out: who misses a place may write to another. */
export async function includedWith(
  tx: Transaction,
  { type, include, includesRoles }: SearchRequest,
  matches: readonly DirectoryFacts[],
): Promise<readonly DirectoryFacts[]> {
  if (matches.length === 0) return [];
  const keys = matches.map(keyOfFacts);
  const brought = includesRoles ? await rolesOf(tx, type, keys) : [];
  const roles = [...matches, ...brought].filter((facts) => facts.type === 'PractitionerRole');
  const included: DirectoryFacts[] = [...brought];
  if (include.includes('practitioner')) {
    const wanted = new Set(roles.map(({ idnps }) => idnps));
    if (type === 'Practitioner') for (const key of keys) wanted.delete(key);
    included.push(...(await readByKeys(tx, 'Practitioner', [...wanted])));
  }
  if (include.includes('organization')) {
    const wanted = new Set(roles.map(({ organizationId }) => organizationId).filter((id) => id !== null));
    if (type === 'Organization') for (const key of keys) wanted.delete(key);
    included.push(...(await readByKeys(tx, 'Organization', [...wanted])));
  }
  if (included.length > fhirSearchLimits.included) throw tooMany();
  return included;
}

async function rolesOf(
  tx: Transaction,
  type: SearchRequest['type'],
  keys: readonly string[],
): Promise<readonly DirectoryFacts[]> {
  const where =
    type === 'Practitioner' ? sql<boolean>`a.idnps = any(${keys})` : sql<boolean>`a.organization_id = any(${keys})`;
  const roles = await readRoles(tx, where, fhirSearchLimits.included + 1);
  if (roles.length > fhirSearchLimits.included) throw tooMany();
  return roles;
}

function tooMany() {
  return fhirRefusal('fhir-too-many', fhirSearchTexts.tooManyIncluded(fhirSearchLimits.included));
}
