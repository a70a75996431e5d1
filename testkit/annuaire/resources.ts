/** Resources of the stand-in Annuaire, written as its examples are. */
import type { JsonObject } from './patch-evaluation.ts';

export interface StandInMailbox {
  readonly address: string;
  readonly type: string;
  readonly isRedListed?: boolean;
  readonly rank?: number;
  readonly service?: string;
  /** How the type is coded: the Annuaire's descriptions disagree. */
  readonly coding?: 'R256' | 'R257' | 'valueCode';
}

const nos = 'https://mos.esante.gouv.fr/NOS';
const typeSystems = {
  R256: `${nos}/TRE_R256-TypeMessagerie/FHIR/TRE-R256-TypeMessagerie`,
  R257: `${nos}/TRE_R257-TypeBAL/FHIR/TRE-R257-TypeBAL`,
} as const;

export function telecomOf({
  address,
  type,
  isRedListed = false,
  rank,
  service,
  coding = 'R257',
}: StandInMailbox): JsonObject {
  const typed: JsonObject =
    coding === 'valueCode'
      ? { url: 'type', valueCode: type }
      : { url: 'type', valueCodeableConcept: { coding: [{ system: typeSystems[coding], code: type }] } };
  return {
    system: 'email',
    value: address,
    ...(rank === undefined ? {} : { rank }),
    extension: [
      {
        url: 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata',
        extension: [
          typed,
          { url: 'listeRouge', valueBoolean: isRedListed },
          ...(service === undefined ? [] : [{ url: 'service', valueString: service }]),
        ],
      },
    ],
  };
}

function resourceOf(type: string, id: string, mailboxes: readonly StandInMailbox[], rest: JsonObject): JsonObject {
  return {
    resourceType: type,
    id,
    meta: { lastUpdated: '2026-11-20T08:00:00.000+01:00' },
    active: true,
    ...rest,
    ...(mailboxes.length === 0 ? {} : { telecom: mailboxes.map(telecomOf) }),
  };
}

/** `idnps` is `8` and the RPPS. */
export function practitioner(
  id: string,
  idnps: string,
  mailboxes: readonly StandInMailbox[] = [],
  family = 'DUPONT',
): JsonObject {
  return resourceOf('Practitioner', id, mailboxes, {
    identifier: [
      { system: 'urn:oid:1.2.250.1.71.4.2.1', use: 'official', value: idnps },
      { system: 'https://rpps.esante.gouv.fr', use: 'official', value: idnps.slice(1) },
    ],
    name: [{ use: 'usual', family, given: ['Marie'] }],
  });
}

export function practitionerRole(
  id: string,
  of: { readonly practitioner: string; readonly organization: string },
  mailboxes: readonly StandInMailbox[] = [],
): JsonObject {
  return resourceOf('PractitionerRole', id, mailboxes, {
    practitioner: { reference: `Practitioner/${of.practitioner}` },
    organization: { reference: `Organization/${of.organization}` },
  });
}

export function organization(
  id: string,
  finess: string,
  mailboxes: readonly StandInMailbox[] = [],
  name = 'PHARMACIE DES LILAS',
): JsonObject {
  return resourceOf('Organization', id, mailboxes, {
    identifier: [
      { system: 'urn:oid:1.2.250.1.71.4.2.2', use: 'official', value: `1${finess}` },
      { system: 'https://finess.esante.gouv.fr', use: 'official', value: finess },
    ],
    name,
  });
}
