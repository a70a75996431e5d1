import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { type StandInOptions, startAnnuaire } from './annuaire.ts';
import { applyPatch, isObject, type JsonObject } from './patch-evaluation.ts';
import { organization, practitioner, practitionerRole, telecomOf } from './resources.ts';

const address = 'prenom.nom@domain.mssante.fr';
const metadata = 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata';
const telecomPath = `Practitioner.telecom.where(value = '${address}')`;
const rpps = 'https://rpps.esante.gouv.fr|10003456789';

async function setUp(t: TestContext, options: StandInOptions = {}) {
  const annuaire = await startAnnuaire(options);
  t.after(() => annuaire.stop());
  const ask = async (target: string, init: RequestInit = {}) => {
    const headers = { 'esante-api-key': annuaire.apiKey, ...init.headers };
    const answer = await fetch(annuaire.url + target, { ...init, headers });
    const body: unknown = await answer.json();
    assert(isObject(body));
    return { status: answer.status, body };
  };
  const patch = (target: string, ...operations: readonly Record<string, object | string | number>[]) =>
    ask(target, { method: 'PATCH', body: JSON.stringify(parameters(...operations)) });
  return { annuaire, ask, patch };
}

/** The parts as the description of the Annuaire writes them. */
function parameters(...operations: readonly Record<string, object | string | number>[]) {
  return {
    resourceType: 'Parameters',
    parameter: operations.map((operation) => ({
      name: 'operation',
      part: Object.entries(operation).map(([name, value]) => {
        if (name === 'type') return { name, valueCode: value };
        if (name === 'path') return { name, valueString: value };
        if (name === 'index') return { name, valueInteger: value };
        return { name, ...(typeof value === 'object' ? value : {}) };
      }),
    })),
  };
}

function idsOf({ entry }: JsonObject, mode = 'match'): readonly string[] {
  return (Array.isArray(entry) ? entry.filter(isObject) : []).flatMap(({ resource, search }) =>
    isObject(resource) && isObject(search) && search['mode'] === mode ? [String(resource['id'])] : [],
  );
}

describe('the stand-in Annuaire', () => {
  test('asks for its key', async (t) => {
    const { ask } = await setUp(t);
    assert.equal((await ask('/Practitioner', { headers: { 'esante-api-key': 'wrong' } })).status, 401);
    assert.equal((await ask('/metadata')).body['resourceType'], 'CapabilityStatement');
  });

  test('answers searches, with what they include, the elements asked for and pages', async (t) => {
    const mailbox = { address, type: 'PER' };
    const { ask } = await setUp(t, {
      resources: [
        practitioner('1', '810003456789', [mailbox]),
        practitioner('2', '810009999999', [], 'LEFÈVRE'),
        organization('10', '310000001'),
        practitionerRole('20', { practitioner: '1', organization: '10' }),
      ],
    });
    for (const [query, ids] of [
      [`/Practitioner?identifier=${rpps}`, ['1']],
      ['/Practitioner?identifier=urn:oid:1.2.250.1.71.4.2.1|810003456789', ['1']],
      ['/Practitioner?family=lefevre', ['2']],
      ['/Practitioner?mailbox-mss=prenom', ['1']],
      ['/Practitioner?mailbox-mss:contains=domain', ['1']],
      [`/Practitioner?mailbox-mss:exact=${address}`, ['1']],
      ['/Practitioner?mailbox-mss-type=x|PER', ['1']],
      ['/Practitioner?_lastUpdated=ge2026-11-20&_id=1,2', ['1', '2']],
      ['/Practitioner?_lastUpdated=gt2026-11-21', []],
      ['/Organization?identifier=http://finess.sante.gouv.fr|310000001', ['10']],
      ['/Organization?name=pharmacie', ['10']],
      [
        `/PractitionerRole?practitioner.identifier=${rpps}&organization.identifier=https://finess.esante.gouv.fr|310000001`,
        ['20'],
      ],
      ['/?_type=Practitioner,Organization', ['1', '2', '10']],
    ] as const) {
      const { status, body } = await ask(query);
      assert.deepEqual([status, idsOf(body)], [200, ids], query);
    }
    assert.deepEqual(
      idsOf((await ask('/Practitioner?_id=1&_revinclude=PractitionerRole:practitioner')).body, 'include'),
      ['20'],
    );
    assert.deepEqual(idsOf((await ask('/PractitionerRole?_include=PractitionerRole:organization')).body, 'include'), [
      '10',
    ]);
    const posted = { method: 'POST', body: new URLSearchParams({ family: 'dupont' }) };
    assert.deepEqual(idsOf((await ask('/Practitioner/_search', posted)).body), ['1']);
    const { body } = await ask('/Practitioner?_id=2&_elements=identifier');
    assert.match(JSON.stringify(body), /SUBSETTED/);
    assert.doesNotMatch(JSON.stringify(body), /LEFÈVRE/);
    assert.equal((await ask('/Practitioner?unknown=1')).status, 400);
    const first = (await ask('/Practitioner?_count=1')).body;
    assert.deepEqual([idsOf(first), first['total']], [['1'], 2]);
    assert.match(JSON.stringify(first['link']), /_page_token=1/);
    assert.deepEqual(idsOf((await ask('/Practitioner?_count=1&_page_token=1')).body), ['2']);
  });

  test('makes the PATCHes of its description, each as it is written there', async (t) => {
    const { annuaire, patch } = await setUp(t, { resources: [practitioner('1', '810003456789')] });
    const target = `/Practitioner?identifier=${rpps}`;
    const value = (type: string) => ({ valueContactPoint: telecomOf({ address, type, rank: 2, coding: 'R256' }) });
    const flag = `${telecomPath}.extension('${metadata}').extension('listeRouge').value`;
    const held = () => JSON.stringify(annuaire.resources.get('Practitioner/1')?.['telecom']);
    const steps: readonly (readonly [Record<string, object | string | number>, RegExp])[] = [
      [{ type: 'insert', path: 'Practitioner.telecom', index: 0, value: value('PER') }, /"rank":2/],
      [{ type: 'replace', path: flag, value: { valueBoolean: true } }, /"listeRouge","valueBoolean":true/],
      [{ type: 'replace', path: `${telecomPath}.rank`, value: { valueInteger: 1 } }, /"rank":1/],
      [{ type: 'replace', path: telecomPath, value: value('CAB') }, /"code":"CAB"/],
    ];
    for (const [operation, expected] of steps) {
      assert.equal((await patch(target, operation)).status, 200);
      assert.match(held(), expected);
    }
    assert.equal((await patch('/Practitioner/1', { type: 'delete', path: telecomPath })).status, 200);
    assert.equal(held(), '[]');
  });

  test('refuses as its description says: nobody 404, several 412, what it does not understand 400 or 422', async (t) => {
    const { annuaire, patch } = await setUp(t, {
      resources: [
        practitioner('1', '810003456789'),
        practitioner('2', '810003456789'),
        practitioner('3', '810000000003'),
      ],
    });
    const remove = { type: 'delete', path: telecomPath };
    const insert = (type: string) => ({
      type: 'insert',
      path: 'Practitioner.telecom',
      index: 0,
      value: { valueContactPoint: telecomOf({ address, type }) },
    });
    const one = '/Practitioner?identifier=810000000003';
    const before = JSON.stringify([...annuaire.resources]);
    for (const [target, operations, status] of [
      ['/Practitioner?identifier=810000000000', [insert('PER')], 404],
      ['/Practitioner/9', [insert('PER')], 404],
      [`/Practitioner?identifier=${rpps}`, [insert('PER')], 412],
      ['/Practitioner', [insert('PER')], 400],
      [one, [remove], 400],
      [one, [], 400],
      [one, [{ ...insert('PER'), index: 1 }], 400],
      [one, [{ type: 'delete', path: 'Practitioner.name' }], 400],
      [one, [{ type: 'delete', path: 'Organization.telecom[0]' }], 400],
      [one, [{ type: 'move', path: 'Practitioner.telecom[0]' }], 400],
      [one, [insert('ORG')], 422],
      // The second operation fails: the first is not done either.
      [one, [insert('PER'), { ...remove, path: "Practitioner.telecom.where(value = 'x')" }], 400],
    ] as const) {
      const answer = await patch(target, ...operations);
      assert.deepEqual([answer.status, answer.body['resourceType']], [status, 'OperationOutcome'], target);
    }
    assert.equal(JSON.stringify([...annuaire.resources]), before);
  });

  test('reads escaped quotes in paths', () => {
    const resource = { resourceType: 'Practitioner', telecom: [telecomOf({ address: "d'arc\\x@a.fr", type: 'PER' })] };
    const path = "Practitioner.telecom.where(value = 'd\\'arc\\\\x@a.fr')";
    assert.deepEqual(applyPatch(resource, parameters({ type: 'delete', path }))['telecom'], []);
  });

  test('serves files beside its interface', async (t) => {
    const { annuaire } = await setUp(t);
    const url = annuaire.serveFile('extraction.zip', () => Readable.from([Buffer.from('PK')]));
    assert.equal(await (await fetch(url)).text(), 'PK');
  });
});
