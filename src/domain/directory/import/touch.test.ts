import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ImportWorld, openImportWorld } from '../../../../testkit/directory/import-world.ts';
import { personCells, rowOf, textOf } from '../../../../testkit/directory/small-extraction.ts';
import type { ResourceType } from '../../../formats/fhir/resources.ts';
import { createBrowse } from '../browse.ts';
import { importFiles } from './import.ts';

const browse = createBrowse();
const organization = 'R19999901';
const person = '819999990000';
const other = '819999990001';

interface World extends ImportWorld {
  /** Imports, an hour later than before unless told. */
  next(texts: Readonly<Record<string, string>>, hours?: number): Promise<Date>;
  /** Of the person, the situation of the person, the organization, the other person. */
  instants(): Promise<readonly (Date | undefined)[]>;
}

async function openWorld(t: TestContext): Promise<World> {
  let now = new Date('2026-11-01T06:00:00Z');
  const world = await openImportWorld(t, { now: () => now, monotonicMs: () => 0 });
  const { db } = world.database;
  let count = 0;
  const parts = { ...world.parts, maxRemovedShare: 1 };
  const instantOf = async (type: ResourceType, id: string): Promise<Date | undefined> => {
    const found = await browse.find(db, type, id);
    return found.kind === 'found' ? found.facts.updatedAt : undefined;
  };
  return {
    ...world,
    async next(texts, hours = 1) {
      now = new Date(now.getTime() + hours * 3_600_000);
      count += 1;
      const files = Object.entries(texts).map(([name, text]) => world.write(`${name}-${count}.txt`, text));
      const outcomes = await importFiles(parts, files, {});
      assert.ok(outcomes.every(({ kind }) => kind === 'imported'));
      return now;
    },
    async instants() {
      const [role] = await world.list(`select number from directory.activity where idnps = '${person}'`);
      return [
        await instantOf('Practitioner', person),
        await instantOf('PractitionerRole', String(role)),
        await instantOf('Organization', organization),
        await instantOf('Practitioner', other),
      ];
    },
  };
}

const rows = {
  activity: (index: number, cells = {}) => rowOf('activities', { ...personCells('activities', index), ...cells }),
  mailbox: (index: number, cells = {}) => rowOf('mailboxes', { ...personCells('mailboxes', index), ...cells }),
  shared: rowOf('mailboxes', {
    'Type de BAL': 'ORG',
    'Identifiant PP': '',
    'Identification nationale PP': '',
    'Adresse BAL': 'accueil@hopital.mssante.example',
  }),
  skill: rowOf('skills', { 'Identification nationale PP': person }),
};
const activities = textOf('activities', [rows.activity(0), rows.activity(1)]);
const all = textOf('mailboxes', [rows.mailbox(0), rows.mailbox(1), rows.shared]);

test('a mailbox that comes, changes or goes is news of its person and situation, or of its organization, and of nobody else', async (t) => {
  const world = await openWorld(t);
  const first = await world.next({ activities });
  assert.deepEqual(await world.instants(), [first, first, first, first]);
  const came = await world.next({ mailboxes: textOf('mailboxes', [rows.mailbox(0)]) });
  assert.deepEqual(await world.instants(), [came, came, first, first]);
  const joined = await world.next({ mailboxes: all });
  assert.deepEqual(await world.instants(), [came, came, joined, joined]);
  const changed = await world.next({
    mailboxes: textOf('mailboxes', [
      rows.mailbox(0, { 'Service de rattachement': 'Urgences' }),
      rows.mailbox(1),
      rows.shared,
    ]),
  });
  assert.deepEqual(await world.instants(), [changed, changed, joined, joined]);
  const went = await world.next({ mailboxes: textOf('mailboxes', [rows.mailbox(1)]) });
  assert.deepEqual(await world.instants(), [went, went, went, joined]);
});

test('know-how that comes or goes is news of its person', async (t) => {
  const world = await openWorld(t);
  const first = await world.next({ activities });
  const came = await world.next({ skills: textOf('skills', [rows.skill]) });
  assert.deepEqual(await world.instants(), [came, first, first, first]);
  const otherSkill = rowOf('skills', { 'Identification nationale PP': other });
  const went = await world.next({ skills: textOf('skills', [otherSkill]) });
  assert.deepEqual(await world.instants(), [went, first, first, went]);
});

test('a situation that ends is news of its person; a new name is news of the situations that show it', async (t) => {
  const world = await openWorld(t);
  const elsewhere = { 'Identifiant technique de la structure': 'R20000002', 'Numéro FINESS site': '' };
  const first = await world.next({
    activities: textOf('activities', [rows.activity(0), rows.activity(0, elsewhere), rows.activity(1)]),
  });
  const ended = await world.next({ activities });
  assert.deepEqual(await world.instants(), [ended, first, first, first]);
  const married = { "Nom d'exercice": 'MARTIN' };
  const renamed = await world.next({ activities: textOf('activities', [rows.activity(0, married), rows.activity(1)]) });
  assert.deepEqual(await world.instants(), [renamed, renamed, first, first]);
});

test('instants only go forward, also when the clock goes back between two editions', async (t) => {
  const world = await openWorld(t);
  const first = await world.next({ activities });
  const second = await world.next({ mailboxes: all }, -48);
  assert.ok(second < first);
  const instants = await world.instants();
  assert.ok(instants.every((instant) => instant !== undefined && instant > first));
  const third = await world.next({ mailboxes: textOf('mailboxes', [rows.mailbox(1), rows.shared]) }, 0);
  const [person, , organization] = await world.instants();
  assert.ok(person !== undefined && organization !== undefined && person > organization && person > third);
});
