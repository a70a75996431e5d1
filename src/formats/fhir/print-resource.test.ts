import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { faultsOfResource } from '../../../testkit/fhir-structure.ts';
import { searchset, withElements } from './bundle.ts';
import type { OrganizationFacts, PractitionerFacts, RoleFacts } from './directory-facts.ts';
import { readMailboxTelecom } from './mailbox-telecom.ts';
import { outcome } from './outcome.ts';
import { printResource } from './print-resource.ts';
import { idOfKey, keyOfId } from './resource-id.ts';

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
    const { telecom, ...printed } = printResource({ type: 'Practitioner', ...person });
    assert.deepEqual(printed, {
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
    // The extension of the mailbox, as AsExamplePractitionerBalMssPer and AsMailboxMSSProfile have it.
    assert.deepEqual(telecom, [
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

describe('a resource', () => {
  test('claims the public profile only when it has what that asks for', () => {
    const profileOf = (facts: Parameters<typeof printResource>[0]) =>
      printResource(facts).meta?.profile?.[0]?.split('/').at(-1);
    assert.equal(profileOf({ type: 'Practitioner', ...person }), 'as-dp-practitioner');
    assert.equal(profileOf({ type: 'Practitioner', ...person, idnps: '0751234567' }), 'as-practitioner');
    assert.equal(profileOf({ type: 'Organization', ...structure, finessLegal: null }), 'as-organization');
  });

  test('has the identifiers of a structure by what is known of it', () => {
    const valuesOf = (facts: Partial<OrganizationFacts>): readonly (string | undefined)[] | undefined =>
      printResource({ type: 'Organization', ...structure, finessLegal: null, ...facts }).identifier?.map(
        ({ value }) => value,
      );
    const id = structure.organizationId;
    assert.deepEqual(valuesOf({ finess: '750000002', finessLegal: '750000001', siren: '1' }), [
      '1750000002',
      '750000002',
      id,
    ]);
    assert.deepEqual(valuesOf({ siret: '12345678900011', siren: '123456789' }), [
      '312345678900011',
      '12345678900011',
      id,
    ]);
    assert.deepEqual(valuesOf({ siren: '123456789' }), ['2123456789', '123456789', id]);
    assert.deepEqual(valuesOf({ organizationId: 'finess-750000002', finess: '750000002' }), [
      '1750000002',
      '750000002',
    ]);
  });

  test('tells a skill or a diploma of an unknown list by its type and its name', () => {
    const printed = printResource({
      type: 'Practitioner',
      ...person,
      professions: [],
      skills: [
        { type: coded('S', 'Spécialité'), skill: coded('SM04', 'Cardiologie') },
        { type: coded('ZZ'), skill: coded('Z1', 'Inconnue') },
      ],
      diplomas: [{ type: coded('DAU'), diploma: coded('D9') }],
    });
    assert.equal(printed.resourceType, 'Practitioner');
    assert.deepEqual(
      printed.qualification?.map(({ code }) => [code.text, code.coding?.map((one) => one.code)]),
      [
        ['D9', ['DAU']],
        [undefined, ['S', 'SM04']],
        ['Inconnue', ['ZZ']],
      ],
    );
  });

  test('is FHIR in form, whatever stands in its row; a reader finds its mailboxes as they were', () => {
    const text = fc.string({ minLength: 1 }).filter((one) => one.trim() !== '');
    const optional = fc.option(text, { nil: null });
    const code = fc.constantFrom('S', 'C', 'SM04', 'DE', 'X9');
    const one = fc.record({ code, label: optional });
    const mailbox = fc.record({
      address: fc.constantFrom('a.b@x.mssante.fr', 'c@y.mssante.fr'),
      type: fc.constantFrom('PER', 'ORG', 'APP', 'CAB'),
      service: optional,
    });
    const facts = fc.record({
      type: fc.constant('Practitioner' as const),
      idnps: fc.constantFrom('810102727017', '0751234567', '3750000001/0042'),
      civility: optional,
      title: optional,
      family: text,
      given: fc.string().map((given) => given.trim()),
      updatedAt: fc.date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('2999-01-01') }),
      professions: fc.array(fc.record({ profession: one, category: fc.option(one, { nil: null }) })),
      skills: fc.array(fc.record({ type: one, skill: one })),
      diplomas: fc.array(fc.record({ type: one, diploma: one })),
      mailboxes: fc.array(mailbox),
    });
    fc.assert(
      fc.property(facts, (row) => {
        const printed = printResource(row);
        assert.deepEqual(faultsOfResource(JSON.parse(JSON.stringify(printed))), []);
        const read = (printed.telecom ?? []).map(readMailboxTelecom);
        assert.deepEqual(
          read.map((found) => [found?.address, found?.type, found?.service, found?.isRedListed]),
          row.mailboxes.map(({ address, type, service }) => [address, type, service, false]),
        );
      }),
    );
  });
});

describe('a logical id', () => {
  test('leads back to its key, whatever the key', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }), (key) => {
        const id = idOfKey(key);
        if (id === undefined) return;
        assert.match(id, /^[A-Za-z0-9.-]{1,64}$/);
        assert.equal(keyOfId(id), key);
      }),
    );
    assert.equal(idOfKey('3750000001/0042'), '3750000001.2f0042');
  });

  test('has 64 characters at most, and one form alone', () => {
    assert.equal(idOfKey('x'.repeat(64)), 'x'.repeat(64));
    assert.equal(idOfKey('x'.repeat(65)), undefined);
    for (const id of ['', 'x'.repeat(65), 'a/b', 'a.2F', 'a.61', 'a.', 'a.zz', 'é', '.ff', '.']) {
      assert.equal(keyOfId(id), undefined, id);
    }
  });
});
