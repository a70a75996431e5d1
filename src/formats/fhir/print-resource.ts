/** Rows of the directory as FHIR resources, with the profiles of the Annuaire. Only what is public stands in them. */
import type { DirectoryFacts, OrganizationFacts, PractitionerFacts, RoleFacts } from './directory-facts.ts';
import { coding, head, mailboxTelecoms, officialIdentifier, unlessEmpty } from './print-elements.ts';
import { idOfKey } from './resource-id.ts';
import type {
  Address,
  CodeableConcept,
  ContactPoint,
  DirectoryResource,
  HumanName,
  Identifier,
  Organization,
  Practitioner,
  PractitionerRole,
  Reference,
} from './resources.ts';
import { diplomaLists, extensionUrls, identifierSystems, nomenclatures, profiles, skillLists } from './systems.ts';

export function printResource(facts: DirectoryFacts): DirectoryResource {
  switch (facts.type) {
    case 'Practitioner':
      return printPractitioner(facts);
    case 'PractitionerRole':
      return printRole(facts);
    case 'Organization':
      return printOrganization(facts);
  }
}

/** Eleven digits after an `8`. */
function rppsOf(idnps: string): string | undefined {
  return /^8(\d{11})$/.exec(idnps)?.[1];
}

function printPractitioner(facts: PractitionerFacts): Practitioner {
  const { idnps } = facts;
  const rpps = rppsOf(idnps);
  // The public profile asks for an RPPS: what has none claims the general one.
  const profile = rpps === undefined ? profiles.practitioner : profiles.publicPractitioner;
  return {
    resourceType: 'Practitioner',
    ...head(idnps, facts.updatedAt, [profile, profiles.frenchPractitioner]),
    identifier: [
      officialIdentifier('IDNPS', identifierSystems.idnps, idnps),
      ...(rpps === undefined ? [] : [officialIdentifier('RPPS', identifierSystems.rpps, rpps)]),
    ],
    name: [printName(facts)],
    ...unlessEmpty('telecom', mailboxTelecoms(facts.mailboxes)),
    ...unlessEmpty('qualification', qualifications(facts)),
  };
}

function printName({ civility, title, family, given }: PractitionerFacts): HumanName {
  return {
    use: 'usual',
    ...(family === '' ? {} : { family }),
    ...(given === '' ? {} : { given: [given] }),
    ...(civility === null ? {} : { prefix: [civility] }),
    ...(title === null ? {} : { suffix: [title] }),
  };
}

function qualifications({ diplomas, professions, skills }: PractitionerFacts): { code: CodeableConcept }[] {
  return [
    ...diplomas.map(({ type, diploma }) => {
      const list = diplomaLists.get(type.code);
      const known = list === undefined ? [] : [coding(list, diploma)];
      const text = list === undefined ? (diploma.label ?? diploma.code) : undefined;
      return { coding: [...known, coding(nomenclatures.diplomaType, type)], ...(text === undefined ? {} : { text }) };
    }),
    ...professions.map(({ profession, category }) => ({
      coding: [
        coding(nomenclatures.profession, profession),
        ...(category === null ? [] : [coding(nomenclatures.category, category)]),
      ],
    })),
    ...skills.map(({ type, skill }) => {
      const list = skillLists.get(type.code);
      const known = list === undefined ? [] : [coding(list, skill)];
      const text = list === undefined ? (skill.label ?? skill.code) : undefined;
      return { coding: [coding(nomenclatures.skillType, type), ...known], ...(text === undefined ? {} : { text }) };
    }),
  ].map((code) => ({ code }));
}

function printRole(facts: RoleFacts): PractitionerRole {
  const { idnps, practitionerName, organizationId, organizationName } = facts;
  const codes = [
    { system: nomenclatures.genre, fact: facts.genre },
    { system: nomenclatures.mode, fact: facts.mode },
    { system: nomenclatures.role, fact: facts.role },
    { system: nomenclatures.section, fact: facts.section },
  ].flatMap(({ system, fact }) => (fact === null ? [] : [{ coding: [coding(system, fact)] }]));
  return {
    resourceType: 'PractitionerRole',
    // The public profile asks for the identifier of the situation, which the extractions have not.
    ...head(String(facts.number), facts.updatedAt, [profiles.practitionerRole, profiles.frenchPractitionerRole]),
    practitioner: reference('Practitioner', idnps, practitionerName),
    ...(organizationId === null ? {} : { organization: reference('Organization', organizationId, organizationName) }),
    ...unlessEmpty('code', codes),
    ...unlessEmpty('telecom', mailboxTelecoms(facts.mailboxes)),
  };
}

/** By its name alone, what has a key too long for an id: FHIR R4, references, lets a reference have no more than a display. */
function reference(type: 'Practitioner' | 'Organization', key: string, display: string | null): Reference {
  const id = idOfKey(key);
  return {
    ...(id === undefined ? {} : { reference: `${type}/${id}` }),
    ...(display === null ? {} : { display }),
  };
}

/** FINESS before SIRET before SIREN: the number that the national identifier is made from. */
function organizationIdentifiers(facts: OrganizationFacts): Identifier[] {
  const { organizationId, finess, finessLegal, siret, siren } = facts;
  const ownFiness = finess ?? (siret === null ? finessLegal : null);
  const national =
    ownFiness !== null ? `1${ownFiness}` : siret !== null ? `3${siret}` : siren !== null ? `2${siren}` : undefined;
  const isMadeUp = /^(?:finess|siret|siren)-/.test(organizationId);
  return [
    ...(national === undefined ? [] : [officialIdentifier('IDNST', identifierSystems.structure, national)]),
    ...(ownFiness === null
      ? []
      : [officialIdentifier(finess === null ? 'FINEJ' : 'FINEG', identifierSystems.finess, ownFiness)]),
    ...(siret === null ? [] : [officialIdentifier('SIRET', identifierSystems.sirene, siret)]),
    // A site's SIREN is that of its legal entity, which it would be found by in its stead.
    ...(siren === null || siret !== null || finess !== null
      ? []
      : [officialIdentifier('SIREN', identifierSystems.sirene, siren)]),
    ...(isMadeUp ? [] : [officialIdentifier('RPPSRG', identifierSystems.rank, organizationId)]),
  ];
}

function printOrganization(facts: OrganizationFacts): Organization {
  const identifiers = organizationIdentifiers(facts);
  const hasNational = identifiers.some(({ system }) => system === identifierSystems.structure);
  const isSite = facts.finess !== null || facts.siret !== null;
  return {
    resourceType: 'Organization',
    ...head(facts.organizationId, facts.updatedAt, [
      hasNational ? profiles.publicOrganization : profiles.organization,
      profiles.frenchOrganization,
    ]),
    ...unlessEmpty('identifier', identifiers),
    type: [
      organizationType('organizationType', {
        system: nomenclatures.organizationType,
        code: isSite ? 'GEOGRAPHICAL-ENTITY' : 'LEGAL-ENTITY',
      }),
      ...(facts.sector === null
        ? []
        : [organizationType('secteurActiviteRASS', coding(nomenclatures.sector, facts.sector))]),
    ],
    name: facts.name,
    ...unlessEmpty('alias', facts.sign === null ? [] : [facts.sign]),
    ...unlessEmpty('telecom', [...plainTelecoms(facts), ...mailboxTelecoms(facts.mailboxes)]),
    ...unlessEmpty('address', printAddress(facts)),
  };
}

function organizationType(kind: string, code: NonNullable<CodeableConcept['coding']>[number]): CodeableConcept {
  return { extension: [{ url: extensionUrls.organizationTypes, valueCode: kind }], coding: [code] };
}

function plainTelecoms({ phones, fax, email }: OrganizationFacts): ContactPoint[] {
  return [
    ...phones.map((value, at): ContactPoint => ({ system: 'phone', value, ...(at === 0 ? { rank: 1 } : {}) })),
    ...(fax === null ? [] : [{ system: 'fax', value: fax } as const]),
    ...(email === null ? [] : [{ system: 'email', value: email } as const]),
  ];
}

function printAddress({ lines, postcode, communeCode, town, country }: OrganizationFacts): Address[] {
  const address: Address = {
    ...(communeCode === null
      ? {}
      : {
          extension: [
            { url: extensionUrls.communeCode, valueCoding: { system: nomenclatures.commune, code: communeCode } },
          ],
        }),
    ...unlessEmpty('line', lines),
    ...(town === null ? {} : { city: town }),
    ...(postcode === null ? {} : { postalCode: postcode }),
    ...(country === null ? {} : { country }),
  };
  return Object.keys(address).length === 0 ? [] : [address];
}
