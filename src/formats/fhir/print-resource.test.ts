import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { faultsOfResource } from '../../../testkit/fhir-structure.ts';
import type { OrganizationFacts, PractitionerFacts } from './directory-facts.ts';
import { readMailboxTelecom } from './mailbox-telecom.ts';
import { printResource } from './print-resource.ts';
import { idOfKey, keyOfId } from './resource-id.ts';

const updatedAt = new Date('2019-08-31T00:00:00.000Z');

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
