/**
 * Which parameters each resource can be searched by: one table, read by the search and by the CapabilityStatement, so that what is
 * promised is what is done.
 */
import type { ResourceType } from './resources.ts';

export type ParameterKind = 'token' | 'string' | 'date' | 'reference';

export interface SearchParameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** Its definition, for those that have one. */
  readonly definition?: string;
  /** For integrators: what is particular to it. */
  readonly documentation: string;
  /** What a reference refers to. */
  readonly target?: ResourceType;
}

const fhir = 'http://hl7.org/fhir/SearchParameter';
const mailboxDefinition = 'https://interop.esante.gouv.fr/ig/fhir/annuaire/SearchParameter/as-sp-mailbox-mss';

const common = [
  { name: '_id', kind: 'token', definition: `${fhir}/Resource-id`, documentation: 'Identifiant logique.' },
  {
    name: '_lastUpdated',
    kind: 'date',
    definition: `${fhir}/Resource-lastUpdated`,
    documentation: 'Préfixes eq, gt, ge, lt, le, sa, eb ; une heure sans fuseau est en UTC.',
  },
  {
    name: 'mailbox-mss',
    kind: 'string',
    definition: mailboxDefinition,
    documentation: 'Début d’une adresse MSSanté ; :exact pour l’adresse entière.',
  },
] as const satisfies readonly SearchParameter[];

function active<Type extends ResourceType>(type: Type) {
  return {
    name: 'active',
    kind: 'token',
    definition: `${fhir}/${type}-active`,
    documentation: 'Toutes les ressources en vigueur sont actives.',
  } as const satisfies SearchParameter;
}

export const searchParameters = {
  Practitioner: [
    ...common,
    active('Practitioner'),
    {
      name: 'identifier',
      kind: 'token',
      definition: `${fhir}/Practitioner-identifier`,
      documentation: 'Identifiant national (IDNPS) ou RPPS.',
    },
    {
      name: 'name',
      kind: 'string',
      definition: `${fhir}/Practitioner-name`,
      documentation: 'Début du nom ou du prénom d’exercice ; :exact accepté.',
    },
    {
      name: 'family',
      kind: 'string',
      definition: `${fhir}/individual-family`,
      documentation: 'Début du nom d’exercice ; :exact accepté.',
    },
    {
      name: 'given',
      kind: 'string',
      definition: `${fhir}/individual-given`,
      documentation: 'Début du prénom d’exercice ; :exact accepté.',
    },
  ],
  PractitionerRole: [
    ...common,
    active('PractitionerRole'),
    {
      name: 'practitioner',
      kind: 'reference',
      target: 'Practitioner',
      definition: `${fhir}/PractitionerRole-practitioner`,
      documentation: 'Référence, ou practitioner.identifier.',
    },
    { name: 'practitioner.identifier', kind: 'token', documentation: 'Identifiant national (IDNPS) ou RPPS.' },
    {
      name: 'organization',
      kind: 'reference',
      target: 'Organization',
      definition: `${fhir}/PractitionerRole-organization`,
      documentation: 'Référence, ou organization.identifier.',
    },
    { name: 'organization.identifier', kind: 'token', documentation: 'FINESS, SIREN, SIRET ou identifiant national.' },
    {
      name: 'role',
      kind: 'token',
      definition: `${fhir}/PractitionerRole-role`,
      documentation: 'Genre d’activité, mode d’exercice, fonction ou section du tableau des pharmaciens.',
    },
  ],
  Organization: [
    ...common,
    active('Organization'),
    {
      name: 'identifier',
      kind: 'token',
      definition: `${fhir}/Organization-identifier`,
      documentation: 'FINESS, SIREN, SIRET, identifiant national ou technique.',
    },
    {
      name: 'name',
      kind: 'string',
      definition: `${fhir}/Organization-name`,
      documentation: 'Début de la raison sociale ; :exact accepté.',
    },
  ],
} as const satisfies Record<ResourceType, readonly SearchParameter[]>;

export type ParameterName<Type extends ResourceType> = (typeof searchParameters)[Type][number]['name'];

/** The roles of a person or a structure can be brought along, and the persons and structures of roles. */
export const roleLinks = ['practitioner', 'organization'] as const;
export type RoleLink = (typeof roleLinks)[number];

/** `_include` on roles; elsewhere as `_include:iterate`, for roles that `_revinclude` brought. */
export const includeValues: Readonly<Record<ResourceType, readonly string[]>> = {
  Practitioner: [],
  PractitionerRole: ['*', 'PractitionerRole:practitioner', 'PractitionerRole:organization'],
  Organization: [],
};

export const reverseIncludeValues: Readonly<Record<ResourceType, readonly string[]>> = {
  Practitioner: ['PractitionerRole:practitioner'],
  PractitionerRole: [],
  Organization: ['PractitionerRole:organization'],
};
