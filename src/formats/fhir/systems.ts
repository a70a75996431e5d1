/** The URIs by which the national directory names its identifiers, nomenclatures, profiles and extensions. */

export const identifierSystems = {
  /** National identifier of a person: `8` and RPPS, `0` and ADELI. */
  idnps: 'urn:oid:1.2.250.1.71.4.2.1',
  rpps: 'https://rpps.esante.gouv.fr',
  /** National identifier of a structure: `1` and FINESS, `2` and SIREN, `3` and SIRET. */
  structure: 'urn:oid:1.2.250.1.71.4.2.2',
  finess: 'https://finess.esante.gouv.fr',
  /** SIREN and SIRET. */
  sirene: 'https://sirene.fr',
  /** The technical identifier of a structure at the source. */
  rank: 'https://rppsrang.esante.gouv.fr',
  /** What kind of identifier one is: `IDNPS`, `RPPS`, `IDNST`, `FINEG` … */
  type: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203',
} as const;

const annuaire = 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition';
const frCore = 'https://hl7.fr/ig/fhir/core/StructureDefinition';

export const extensionUrls = {
  mailbox: `${annuaire}/as-ext-mailbox-mss-metadata`,
  emailType: `${frCore}/fr-core-contact-point-email-type`,
  organizationTypes: `${annuaire}/as-ext-organization-types`,
  communeCode: `${frCore}/fr-core-address-insee-code`,
} as const;

export const profiles = {
  /** The public ones ask for identifiers that not every row of the extractions has: RPPS, identifier of the situation. */
  publicPractitioner: `${annuaire}/as-dp-practitioner`,
  practitioner: `${annuaire}/as-practitioner`,
  practitionerRole: `${annuaire}/as-practitionerrole`,
  publicOrganization: `${annuaire}/as-dp-organization`,
  organization: `${annuaire}/as-organization`,
  frenchPractitioner: `${frCore}/fr-core-practitioner`,
  frenchPractitionerRole: `${frCore}/fr-core-practitioner-role`,
  frenchOrganization: `${frCore}/fr-core-organization`,
} as const;

/** Whom the directory's resources come from. */
export const directorySource = 'https://annuaire.esante.gouv.fr';

export const subsettedTag = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
} as const;

/** `TRE_R23-ModeExercice` -> its URI. */
function nomenclature<Name extends string>(list: `TRE_${Name}`) {
  return `https://mos.esante.gouv.fr/NOS/${list}/FHIR/${list.replace('_', '-')}`;
}

export const nomenclatures = {
  profession: nomenclature('TRE_G15-ProfessionSante'),
  category: nomenclature('TRE_R09-CategorieProfessionnelle'),
  genre: nomenclature('TRE_R22-GenreActivite'),
  mode: nomenclature('TRE_R23-ModeExercice'),
  role: nomenclature('TRE_R21-Fonction'),
  section: nomenclature('TRE_G05-SousSectionTableauCNOP'),
  sector: nomenclature('TRE_R02-SecteurActivite'),
  commune: nomenclature('TRE_R13-Commune'),
  skillType: nomenclature('TRE_R04-TypeSavoirFaire'),
  diplomaType: nomenclature('TRE_R14-TypeDiplome'),
  organizationType: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-3307',
} as const;

/** Each type of know-how has its own list. */
export const skillLists: ReadonlyMap<string, string> = new Map([
  ['S', nomenclature('TRE_R38-SpecialiteOrdinale')],
  ['C', nomenclature('TRE_R39-Competence')],
  ['CEX', nomenclature('TRE_R40-CompetenceExclusive')],
  ['CAPA', nomenclature('TRE_R43-CapaciteSavoirFaire')],
  ['PAC', nomenclature('TRE_R44-QualificationPAC')],
  ['FQ', nomenclature('TRE_R45-FonctionQualifiee')],
  ['DEC', nomenclature('TRE_R97-DroitExerciceCompl')],
  ['OP', nomenclature('TRE_G13-OrientationParticuliere')],
]);

/** Those of the types of diploma whose list is certain; the others are told by their type and name alone. */
export const diplomaLists: ReadonlyMap<string, string> = new Map([
  ['DE', nomenclature('TRE_R48-DiplomeEtatFrancais')],
  ['DES', nomenclature('TRE_R49-DiplomeEtudeSpecialisee')],
  ['DEEE', nomenclature('TRE_R53-DiplomePaysEEE')],
]);
