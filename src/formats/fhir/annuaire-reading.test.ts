import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fhirLimits } from '../../base/limits.ts';
import { readSearchset } from './bundle-reading.ts';
import { printMailboxTelecom, readMailboxTelecom } from './mailbox-telecom.ts';
import type { ContactPoint } from './resources.ts';

const nos = 'https://mos.esante.gouv.fr/NOS';
const metadata = 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata';
const emailType = 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type';

function telecom(extension: readonly object[], value = 'jean-marie.dupont@infirmier.mssante.fr') {
  return { system: 'email', value, extension: [{ url: metadata, extension }] };
}

function bundle(...resources: readonly unknown[]) {
  return { resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })) };
}

function practitioner(change: object = {}) {
  return { resourceType: 'Practitioner', id: '1', ...change };
}

/** The mailboxes that a page with this one telecom tells. */
function mailboxesOf(one: unknown) {
  return readSearchset(bundle(practitioner({ telecom: [one] }))).resources[0]?.mailboxes;
}

describe('a mailbox', () => {
  test('has its type however the Annuaire codes it', () => {
    for (const type of [
      { valueCodeableConcept: { coding: [{ system: `${nos}/TRE_R257-TypeBAL/FHIR/TRE-R257-TypeBAL`, code: 'CAB' }] } },
      {
        valueCodeableConcept: {
          coding: [{ system: `${nos}/TRE_R256-TypeMessagerie/FHIR/TRE-R256-TypeMessagerie`, code: 'CAB' }],
        },
      },
      { valueCodeableConcept: { coding: [{ system: 'urn:other', code: 'PER' }, { code: 'CAB' }] } },
      { valueCode: 'CAB' },
    ]) {
      assert.equal(mailboxesOf(telecom([{ url: 'type', ...type }]))?.[0]?.type, 'CAB', JSON.stringify(type));
    }
    assert.equal(mailboxesOf(telecom([{ url: 'type', valueCode: 'XXX' }]))?.[0]?.type, null);
    assert.equal(mailboxesOf(telecom([]))?.[0]?.type, null);
  });

  test('is one by its metadata or by its type of e-mail, and by nothing else', () => {
    const typed = { url: emailType, valueCoding: { code: 'MSSANTE' } };
    const plain = { system: 'email', value: 'a@b.mssante.fr' };
    assert.equal(mailboxesOf({ ...plain, extension: [typed] })?.length, 1);
    assert.deepEqual(mailboxesOf(plain), []);
    assert.deepEqual(mailboxesOf({ ...plain, extension: [{ ...typed, valueCoding: { code: 'APICRYPT' } }] }), []);
    assert.deepEqual(mailboxesOf({ ...telecom([]), system: 'phone' }), []);
    assert.deepEqual(mailboxesOf(telecom([], 'no address')), []);
  });

  test('is on the red list unless it is said not to be', () => {
    for (const [mark, isRed] of [
      [[], false],
      [[{ url: 'listeRouge', valueBoolean: false }], false],
      [[{ url: 'listeRouge', valueBoolean: true }], true],
      [[{ url: 'listeRouge', valueString: 'false' }], true],
      [[{ url: 'listeRouge' }], true],
    ] as const) {
      assert.equal(mailboxesOf(telecom(mark))?.[0]?.isRedListed, isRed, JSON.stringify(mark));
    }
  });

  test('is read again as it was printed', () => {
    const mailbox = {
      ...mailboxesOf(telecom([], "Marie.d'Arc@cabinet.mssante.fr"))?.[0],
      type: 'ORG',
      isRedListed: true,
      rank: 2,
      service: 'Cardiologie',
      description: 'Accueil',
      responsible: 'Mme Durand',
    } as const;
    assert.ok(mailbox.address);
    const printed: ContactPoint = printMailboxTelecom({ ...mailbox, address: mailbox.address });
    assert.deepEqual(readMailboxTelecom(printed), { ...mailbox, written: "marie.d'arc@cabinet.mssante.fr" });
    assert.deepEqual(mailboxesOf(JSON.parse(JSON.stringify(printed))), [readMailboxTelecom(printed)]);
    assert.match(JSON.stringify(printed), /TRE-R257-TypeBAL","code":"ORG"/);
  });
});

describe('a page of a search', () => {
  test('tells resources with their identifiers and references, and the next page', () => {
    const identifier = [{ system: 'https://rpps.esante.gouv.fr', value: '10003456789' }, { value: 'x' }];
    const role = {
      resourceType: 'PractitionerRole',
      id: '2',
      practitioner: { reference: 'https://annuaire.example/fhir/Practitioner/1/_history/3' },
      organization: { reference: 'Organization/481677' },
    };
    const page = readSearchset({
      ...bundle(practitioner({ identifier })),
      entry: [
        { resource: practitioner({ identifier }), search: { mode: 'match' } },
        { resource: role, search: { mode: 'include' } },
        { resource: { resourceType: 'OperationOutcome' }, search: { mode: 'outcome' } },
      ],
      link: [
        { relation: 'self', url: 'a' },
        { relation: 'next', url: 'b' },
      ],
    });
    const empty = { mailboxes: [], practitionerId: null, organizationId: null };
    assert.deepEqual(page, {
      resources: [
        { resourceType: 'Practitioner', id: '1', isMatch: true, ...empty, identifiers: identifier.slice(0, 1) },
        {
          resourceType: 'PractitionerRole',
          id: '2',
          isMatch: false,
          identifiers: [],
          mailboxes: [],
          practitionerId: '1',
          organizationId: '481677',
        },
      ],
      next: 'b',
      odd: 0,
    });
  });

  test('that is none is refused', () => {
    for (const body of [
      undefined,
      null,
      [],
      'Bundle',
      { resourceType: 'OperationOutcome' },
      { resourceType: 'Bundle', type: 'history' },
      { resourceType: 'Bundle', type: 'searchset', entry: {} },
      { resourceType: 'Bundle', type: 'searchset', entry: ['x'] },
      { resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'next' }] },
      { resourceType: 'Bundle', type: 'searchset', link: [{ relation: 'next', url: 3 }] },
    ]) {
      assert.throws(() => readSearchset(body), { name: 'Refusal', code: 'fhir-malformed' }, JSON.stringify(body));
    }
    assert.deepEqual(readSearchset({ resourceType: 'Bundle', type: 'searchset' }), {
      resources: [],
      next: null,
      odd: 0,
    });
  });

  test('sets aside the resources that have another form, and keeps the others', () => {
    const oddities = [
      { id: 3 },
      { telecom: {} },
      { telecom: ['x'] },
      { telecom: [{ ...telecom([]), rank: 0 }] },
      { telecom: [{ ...telecom([]), rank: '1' }] },
      { telecom: [telecom([{ valueBoolean: true }])] },
      { telecom: [telecom([{ url: 'listeRouge', valueBoolean: 'true' }])] },
      { telecom: [telecom([{ url: 'service', valueString: 'a\u0000b' }])] },
      { identifier: [{ value: { a: 1 } }] },
      { organization: 'Organization/1' },
    ];
    const page = readSearchset(bundle(practitioner(), ...oddities.map(practitioner), practitioner()));
    assert.deepEqual([page.resources.length, page.odd], [2, oddities.length]);
  });

  test('has entries, elements and texts up to their bound and not one past it', () => {
    const { bundleEntries, elements, textCharacters } = fhirLimits;
    const entries = (count: number) => bundle(...Array.from({ length: count }, () => practitioner()));
    assert.equal(readSearchset(entries(bundleEntries)).resources.length, bundleEntries);
    assert.throws(() => readSearchset(entries(bundleEntries + 1)), { code: 'fhir-malformed' });
    const telecoms = (count: number) => bundle(practitioner({ telecom: Array.from({ length: count }, () => ({})) }));
    assert.equal(readSearchset(telecoms(elements)).odd, 0);
    assert.equal(readSearchset(telecoms(elements + 1)).odd, 1);
    const texts = (count: number) => bundle(practitioner({ id: 'x'.repeat(count) }));
    assert.equal(readSearchset(texts(textCharacters)).odd, 0);
    assert.equal(readSearchset(texts(textCharacters + 1)).odd, 1);
  });

  test('takes no depth of extensions from a stranger', () => {
    let deep: object = { url: 'x' };
    for (let depth = 0; depth < 10_000; depth += 1) deep = { url: 'x', extension: [deep] };
    assert.equal(readSearchset(bundle(practitioner({ telecom: [{ ...telecom([]), extension: [deep] }] }))).odd, 0);
  });
});
