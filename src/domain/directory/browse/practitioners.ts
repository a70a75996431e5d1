/** Persons with their professions, know-how, diplomas and mailboxes. */
import { sql } from 'kysely';
import type { MailboxFacts, PractitionerFacts } from '../../../formats/fhir/directory-facts.ts';
import type { Transaction } from '../../../platform/db/db.ts';
import { groupBy } from './grouped.ts';
import { type LabelList, type Labels, readLabels } from './labels.ts';
import { isShown, standsOnPractitioner } from './mailbox-places.ts';

type PersonRow = {
  idnps: string;
  civility: string | null;
  title: string | null;
  family: string;
  given: string;
  updated_at: Date;
};
type ProfessionRow = { idnps: string; profession_code: string; category_code: string | null };
type SkillRow = { idnps: string; skill_type: string; skill_code: string };
type DiplomaRow = { idnps: string; diploma_type: string; diploma_code: string };

export async function readPractitioners(
  tx: Transaction,
  keys: readonly string[],
): Promise<readonly ({ type: 'Practitioner' } & PractitionerFacts)[]> {
  const { rows: persons } = await sql<PersonRow>`
    select idnps, civility, title, family, given, updated_at from directory.practitioner where idnps = any(${keys})`.execute(
    tx,
  );
  const professions = await readProfessions(tx, keys);
  const skills = await readSkills(tx, keys);
  const { rows: diplomas } = await sql<DiplomaRow>`
    select distinct idnps, diploma_type, diploma_code from directory.diploma
     where idnps = any(${keys}) and diploma_code <> '' order by diploma_type, diploma_code`.execute(tx);
  const { rows: mailboxes } = await sql<MailboxFacts & { idnps: string }>`
    select m.idnps, m.address, m.type, m.service from directory.mailbox m
     where m.idnps = any(${keys}) and ${standsOnPractitioner} and ${isShown} order by m.address`.execute(tx);
  const labels = await readLabels(tx, codesOf(professions, skills, diplomas));
  const professionsOf = groupBy(professions, ({ idnps }) => idnps);
  const skillsOf = groupBy(skills, ({ idnps }) => idnps);
  const diplomasOf = groupBy(diplomas, ({ idnps }) => idnps);
  const mailboxesOf = groupBy(mailboxes, ({ idnps }) => idnps);
  return persons.map(({ updated_at, ...person }) => ({
    type: 'Practitioner',
    ...person,
    updatedAt: updated_at,
    professions: (professionsOf.get(person.idnps) ?? []).map((row) => professionFacts(row, labels)),
    skills: (skillsOf.get(person.idnps) ?? []).map(({ skill_type, skill_code }) => ({
      type: labels.coded('skill-type', skill_type),
      skill: labels.coded('skill', skill_code),
    })),
    diplomas: (diplomasOf.get(person.idnps) ?? []).map(({ diploma_type, diploma_code }) => ({
      type: labels.coded('diploma-type', diploma_type),
      diploma: labels.coded('diploma', diploma_code),
    })),
    mailboxes: mailboxesOf.get(person.idnps) ?? [],
  }));
}

/** As the situations say; as the mailboxes do, for who has no situation. */
async function readProfessions(tx: Transaction, keys: readonly string[]): Promise<readonly ProfessionRow[]> {
  const { rows } = await sql<ProfessionRow>`
    select distinct idnps, profession_code, category_code from directory.activity
     where idnps = any(${keys}) and profession_code is not null
    union
    select distinct m.idnps, m.profession_code, m.category_code from directory.mailbox m
     where m.idnps = any(${keys}) and m.profession_code is not null
       and not exists (select from directory.activity a where a.idnps = m.idnps) and ${isShown}
    order by idnps, profession_code, category_code`.execute(tx);
  return rows;
}

async function readSkills(tx: Transaction, keys: readonly string[]): Promise<readonly SkillRow[]> {
  const { rows } = await sql<SkillRow>`
    select idnps, skill_type, skill_code from directory.skill where idnps = any(${keys}) and skill_code <> ''
    union
    select idnps, skill_type, skill_code from directory.activity
     where idnps = any(${keys}) and skill_type is not null and skill_code is not null
    order by idnps, skill_type, skill_code`.execute(tx);
  return rows;
}

function professionFacts({ profession_code, category_code }: ProfessionRow, labels: Labels) {
  return {
    profession: labels.coded('profession', profession_code),
    category: labels.codedOrNull('category', category_code),
  };
}

function* codesOf(
  professions: readonly ProfessionRow[],
  skills: readonly SkillRow[],
  diplomas: readonly DiplomaRow[],
): Iterable<readonly [LabelList, string | null]> {
  for (const { profession_code, category_code } of professions) {
    yield ['profession', profession_code];
    yield ['category', category_code];
  }
  for (const { skill_type, skill_code } of skills) {
    yield ['skill-type', skill_type];
    yield ['skill', skill_code];
  }
  for (const { diploma_type, diploma_code } of diplomas) {
    yield ['diploma-type', diploma_type];
    yield ['diploma', diploma_code];
  }
}
