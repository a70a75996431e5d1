/** The URIs by which the national directory names its identifiers, nomenclatures, profiles and extensions. */

export const identifierSystems = {
  /** National identifier of a person: `8` and RPPS, `0` and ADELI. */
  idnps: 'urn:oid:1.2.250.1.71.4.2.1',
  rpps: 'https://rpps.esante.gouv.fr',
  /** National identifier of a structure: `1` and FINESS, `2` and SIREN, `3` and SIRET. */
  structure: 'urn:oid:1.2.250.1.71.4.2.2',
  finess: 'https://finess.esante.gouv.fr',
} as const;

export const extensionUrls = {
  mailbox: 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata',
  emailType: 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type',
} as const;
