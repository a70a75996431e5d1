/** FHIR R4, CapabilityStatement. Written from the table that searches are read by. */
import type { ResourceType } from './resources.ts';
import { includeValues, reverseIncludeValues, type SearchParameter, searchParameters } from './search-parameters.ts';
import { profiles } from './systems.ts';

export interface ServerFacts {
  /** `https://…/fhir`. */
  readonly base: string;
  readonly version: string;
  /** When this statement was last true anew: the start of the program. */
  readonly date: Date;
  readonly title: string;
  readonly security: string;
}

const supported: Readonly<Record<ResourceType, readonly string[]>> = {
  Practitioner: [profiles.publicPractitioner, profiles.practitioner, profiles.frenchPractitioner],
  PractitionerRole: [profiles.practitionerRole, profiles.frenchPractitionerRole],
  Organization: [profiles.publicOrganization, profiles.organization, profiles.frenchOrganization],
};

const types: readonly ResourceType[] = ['Practitioner', 'PractitionerRole', 'Organization'];

export function capabilityStatement({ base, version, date, title, security }: ServerFacts) {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: date.toISOString(),
    kind: 'instance',
    software: { name: 'Hygie', version },
    implementation: { description: title, url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        security: {
          service: [
            { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'Basic' }] },
          ],
          description: security,
        },
        resource: types.map(resourceOf),
      },
    ],
  } as const;
}

function resourceOf(type: ResourceType) {
  const parameters: readonly SearchParameter[] = searchParameters[type];
  return {
    type,
    supportedProfile: supported[type],
    interaction: [{ code: 'read' }, { code: 'search-type' }],
    versioning: 'versioned',
    readHistory: false,
    updateCreate: false,
    conditionalRead: 'not-match',
    referencePolicy: ['literal'],
    ...(includeValues[type].length === 0 ? {} : { searchInclude: includeValues[type] }),
    ...(reverseIncludeValues[type].length === 0 ? {} : { searchRevInclude: reverseIncludeValues[type] }),
    // A chain is told in the documentation of its first link: R4 has no place for it.
    searchParam: parameters
      .filter(({ name }) => !name.includes('.'))
      .map(({ name, kind, definition, documentation }) => ({
        name,
        ...(definition === undefined ? {} : { definition }),
        type: kind,
        documentation,
      })),
  } as const;
}
