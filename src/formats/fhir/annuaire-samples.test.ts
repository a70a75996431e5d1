import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { faultsOfResource } from '../../../testkit/fhir-structure.ts';
import { searchset, withElements } from './bundle.ts';
import type { OrganizationFacts, PractitionerFacts, RoleFacts } from './directory-facts.ts';
import { outcome } from './outcome.ts';
import { printResource } from './print-resource.ts';

const updatedAt = new Date('2019-08-31T00:00:00.000Z');
const nos = 'https://mos.esante.gouv.fr/NOS';
const types = 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203';

function coded(code: string, label: string | null = null) {
  return { code, label };
}

const person: PractitionerFacts = {
  idnps: '810102727017',
  civility: 'M',
  title: null,
  family: 'CHATELIER',
  given: 'David',
  updatedAt,
  professions: [{ profession: coded('21'), category: coded('C') }],
  skills: [],
  diplomas: [{ type: coded('DE'), diploma: coded('DE01') }],
  mailboxes: [{ address: 'davidchatelier@xxx.mssante.fr', type: 'PER', service: null }],
};

const structure: OrganizationFacts = {
  organizationId: 'F58000880311022013',
  finess: null,
  finessLegal: '580008803',
  siret: null,
  siren: null,
  name: 'PHARMACIE NOLOT',
  sign: null,
  lines: [],
  postcode: null,
  communeCode: null,
  town: null,
  country: null,
  phones: [],
  fax: null,
  email: null,
  sector: coded('SA33'),
  updatedAt,
  mailboxes: [],
};

const role: RoleFacts = {
  number: 5015602,
  idnps: '810102727017',
  practitionerName: 'David CHATELIER',
  organizationId: 'F58000880311022013',
  organizationName: 'PHARMACIE NOLOT',
  genre: coded('GENR01'),
  mode: coded('L'),
  role: coded('FON-AU'),
  section: null,
  updatedAt,
  mailboxes: [],
};

/** The samples that the Annuaire publishes, but for what the extractions do not tell. */
describe('the samples of the Annuaire come out of rows as they are', () => {
  test('a person (PP16DP-Practitioner)', () => {
    assert.deepEqual(printResource({ type: 'Practitioner', ...person, mailboxes: [] }), {
      resourceType: 'Practitioner',
      id: '810102727017',
      meta: {
        lastUpdated: '2019-08-31T00:00:00.000Z',
        source: 'https://annuaire.esante.gouv.fr',
        profile: [
          'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-dp-practitioner',
          'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner',
        ],
      },
      language: 'fr',
      active: true,
      identifier: [
        {
          use: 'official',
          type: { coding: [{ system: types, code: 'IDNPS' }] },
          system: 'urn:oid:1.2.250.1.71.4.2.1',
          value: '810102727017',
        },
        {
          use: 'official',
          type: { coding: [{ system: types, code: 'RPPS' }] },
          system: 'https://rpps.esante.gouv.fr',
          value: '10102727017',
        },
      ],
      name: [{ use: 'usual', family: 'CHATELIER', given: ['David'], prefix: ['M'] }],
      qualification: [
        {
          code: {
            coding: [
              { system: `${nos}/TRE_R48-DiplomeEtatFrancais/FHIR/TRE-R48-DiplomeEtatFrancais`, code: 'DE01' },
              { system: `${nos}/TRE_R14-TypeDiplome/FHIR/TRE-R14-TypeDiplome`, code: 'DE' },
            ],
          },
        },
        {
          code: {
            coding: [
              { system: `${nos}/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante`, code: '21' },
              { system: `${nos}/TRE_R09-CategorieProfessionnelle/FHIR/TRE-R09-CategorieProfessionnelle`, code: 'C' },
            ],
          },
        },
      ],
    });
  });

  test('a mailbox (AsExamplePractitionerBalMssPer, AsMailboxMSSProfile)', () => {
    assert.deepEqual(printResource({ type: 'Practitioner', ...person }).telecom, [
      {
        extension: [
          {
            url: 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type',
            valueCoding: { system: `${nos}/TRE_R256-TypeMessagerie/FHIR/TRE-R256-TypeMessagerie`, code: 'MSSANTE' },
          },
          {
            url: 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata',
            extension: [
              {
                url: 'type',
                valueCodeableConcept: {
                  coding: [{ system: `${nos}/TRE_R257-TypeBAL/FHIR/TRE-R257-TypeBAL`, code: 'PER' }],
                },
              },
              { url: 'listeRouge', valueBoolean: false },
            ],
          },
        ],
        system: 'email',
        value: 'davidchatelier@xxx.mssante.fr',
      },
    ]);
  });

  test('a structure (PP16DP-Organization)', () => {
    const organizationTypes =
      'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-organization-types';
    assert.deepEqual(printResource({ type: 'Organization', ...structure }), {
      resourceType: 'Organization',
      id: 'F58000880311022013',
      meta: {
        lastUpdated: '2019-08-31T00:00:00.000Z',
        source: 'https://annuaire.esante.gouv.fr',
        profile: [
          'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-dp-organization',
          'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-organization',
        ],
      },
      language: 'fr',
      active: true,
      identifier: [
        { system: 'urn:oid:1.2.250.1.71.4.2.2', code: 'IDNST', value: '1580008803' },
        { system: 'https://finess.esante.gouv.fr', code: 'FINEJ', value: '580008803' },
        { system: 'https://rppsrang.esante.gouv.fr', code: 'RPPSRG', value: 'F58000880311022013' },
      ].map(({ system, code, value }) => ({
        use: 'official',
        type: { coding: [{ system: types, code }] },
        system,
        value,
      })),
      type: [
        {
          extension: [{ url: organizationTypes, valueCode: 'organizationType' }],
          coding: [{ system: 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-3307', code: 'LEGAL-ENTITY' }],
        },
        {
          extension: [{ url: organizationTypes, valueCode: 'secteurActiviteRASS' }],
          coding: [{ system: `${nos}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite`, code: 'SA33' }],
        },
      ],
      name: 'PHARMACIE NOLOT',
    });
  });

  test('a situation (PP16DP-PractitionerRole)', () => {
    const printed = printResource({ type: 'PractitionerRole', ...role });
    assert.deepEqual(printed, {
      resourceType: 'PractitionerRole',
      id: '5015602',
      meta: {
        lastUpdated: '2019-08-31T00:00:00.000Z',
        source: 'https://annuaire.esante.gouv.fr',
        profile: [
          'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-practitionerrole',
          'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner-role',
        ],
      },
      language: 'fr',
      active: true,
      practitioner: { reference: 'Practitioner/810102727017', display: 'David CHATELIER' },
      organization: { reference: 'Organization/F58000880311022013', display: 'PHARMACIE NOLOT' },
      code: [
        { coding: [{ system: `${nos}/TRE_R22-GenreActivite/FHIR/TRE-R22-GenreActivite`, code: 'GENR01' }] },
        { coding: [{ system: `${nos}/TRE_R23-ModeExercice/FHIR/TRE-R23-ModeExercice`, code: 'L' }] },
        { coding: [{ system: `${nos}/TRE_R21-Fonction/FHIR/TRE-R21-Fonction`, code: 'FON-AU' }] },
      ],
    });
  });

  test('the page of personal mailboxes, whole and reduced (AsExampleBundleBalMssPer)', () => {
    const dupont = printResource({ type: 'Practitioner', ...person });
    const base = 'https://mss.example/fhir';
    const links = [{ relation: 'self', url: `${base}/Practitioner` }];
    const whole = searchset({ base, total: 1, links, matches: [dupont], included: [] });
    assert.deepEqual(whole, {
      resourceType: 'Bundle',
      type: 'searchset',
      total: 1,
      link: links,
      entry: [{ fullUrl: `${base}/Practitioner/810102727017`, resource: dupont, search: { mode: 'match' } }],
    });
    assert.deepEqual(faultsOfResource(whole), []);
    const reduced = withElements(dupont, ['identifier', 'telecom']);
    assert.deepEqual(Object.keys(reduced), ['resourceType', 'id', 'meta', 'identifier', 'telecom']);
    assert.deepEqual(reduced.meta?.tag, [
      { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' },
    ]);
    assert.deepEqual(reduced.identifier, dupont.identifier);
    assert.deepEqual(
      faultsOfResource(
        searchset({ base, links, matches: [], included: [], outcome: outcome('warning', 'value', 'x') }),
      ),
      [],
    );
  });
});
