/** Rows of the official extractions, column by column. */

import {
  activityKinds,
  pharmacistSections,
  roles,
  type Speciality,
  sectorLabels,
  skillTypes,
} from './data/professions.ts';
import { departmentNames } from './data/towns.ts';
import type { Person, Practice } from './people.ts';
import type { Structure } from './places.ts';
import { capitals, plain } from './writing.ts';

/** 31 columns. */
export const mailboxHeader =
  "Type de BAL|Adresse BAL|Type Identifiant PP|Identifiant PP|Identification nationale PP|Type identifiant structure|Identification Structure|Service de rattachement|Civilité d'exercice|Nom d'exercice|Prénom d'exercice|Catégorie profession|Libellé de catégorie profession|Code Profession|Libellé Profession|Code savoir-faire|Libellé savoir-faire|Dématérialisation|Raison Sociale structure BAL|Enseigne commerciale structure BAL|L2COMPLEMENTLOCALISATION structure BAL|L3COMPLEMENTDISTRIBUTION structure BAL|L4NUMEROVOIE structure BAL|L4COMPLEMENTNUMEROVOIE structure BAL|NL4TYPEVOIE structure BAL|L4LIBELLEVOIE structure BAL|L5LIEUDITMENTION structure BAL|L6LIGNEACHEMINEMENT structure BAL|Code postal structure BAL|Département structure BAL|Pays structure BAL";

const person = "Type d'identifiant PP|Identifiant PP|Identification nationale PP|";

/** 56 columns, and one `|` more at the end of each line, as of the two below. */
export const activityHeader = `${person}Code civilité d'exercice|Libellé civilité d'exercice|Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire|Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|Numéro FINESS site|Numéro FINESS établissement juridique|Identifiant technique de la structure|Raison sociale site|Enseigne commerciale site|Complément destinataire (coord. structure)|Complément point géographique (coord. structure)|Numéro Voie (coord. structure)|Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|Mention distribution (coord. structure)|Bureau cedex (coord. structure)|Code postal (coord. structure)|Code commune (coord. structure)|Libellé commune (coord. structure)|Code pays (coord. structure)|Libellé pays (coord. structure)|Téléphone (coord. structure)|Téléphone 2 (coord. structure)|Télécopie (coord. structure)|Adresse e-mail (coord. structure)|Code Département (structure)|Libellé Département (structure)|Ancien identifiant de la structure|Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle|Libellé rôle|Code genre activité|Libellé genre activité|`;

/** 13 columns. */
export const skillHeader = `${person}Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire|`;

/** 13 columns. */
export const diplomaHeader = `${person}Nom d'exercice|Prénom d'exercice|Code type diplôme obtenu|Libellé type diplôme obtenu|Code diplôme obtenu|Libellé diplôme obtenu|Code type autorisation|Libellé type autorisation|Code discipline autorisation|Libellé discipline autorisation|`;

const categories = { C: 'Civil', E: 'Etudiant', M: 'Militaire' } as const;
const modes = { L: 'Libéral', S: 'Salarié', B: 'Bénévole', '': '' } as const;
const titles = { DR: 'Docteur', PR: 'Professeur', '': '' } as const;

function identity({ rpps }: Person): string {
  return `8|${rpps}|8${rpps}`;
}

function professionOf({ profession, category }: Person): string {
  return `${profession.code}|${profession.label}|${category}|${categories[category]}`;
}

function skillOf(skill: Speciality | null): string {
  return skill === null ? '|||' : `${skill.type}|${skillTypes.get(skill.type) ?? ''}|${skill.code}|${skill.label}`;
}

function departmentName(code: string): string {
  return plain(departmentNames.get(code) ?? '');
}

/** Columns 20 to 46: the structure; the source seldom says the department. */
function activityStructure(structure: Structure | null): string {
  if (structure === null) return '|'.repeat(26);
  const { town, streetType } = structure;
  const saysDepartment = structure.id.charCodeAt(structure.id.length - 1) % 4 === 0;
  return [
    structure.siret,
    structure.siren,
    structure.finess,
    structure.finessLegal,
    structure.id,
    structure.name,
    structure.sign,
    structure.recipient,
    structure.point,
    structure.number,
    structure.repetition,
    structure.number === '' ? '' : streetType[0],
    structure.number === '' ? '' : streetType[1],
    structure.street,
    structure.mention,
    `${structure.postcode} ${structure.post}`,
    structure.postcode,
    town.commune,
    town.name,
    '99000',
    'France',
    structure.phone,
    '',
    structure.fax,
    structure.email,
    saysDepartment ? `${town.department}|${departmentName(town.department)}` : '|',
  ].join('|');
}

function roleOf({ category }: Person, { mode, isSubstitute }: Practice): string {
  if (category === 'E') return '|';
  if (isSubstitute) return roles.substitute.join('|');
  return (mode === 'L' ? roles.holder : roles.employee).join('|');
}

function sectionOf(person: Person, { structure }: Practice): string {
  if (person.profession.code !== '21' || person.category === 'E') return '|';
  const code =
    structure?.sector === 'SA25' ? 'G' : structure?.sector === 'SA33' ? (person.index % 2 === 0 ? 'A' : 'D') : 'H';
  return `${code}|${pharmacistSections.get(code) ?? ''}`;
}

export function activityRow(person: Person, practice: Practice): string {
  const { structure } = practice;
  const sector = structure?.sector ?? '';
  const kind = practice.isSubstitute ? activityKinds.substitute : activityKinds.care;
  return [
    identity(person),
    `${person.title}|${titles[person.title]}`,
    person.isWoman ? 'MME|Madame' : 'M|Monsieur',
    person.family,
    person.given,
    professionOf(person),
    skillOf(person.speciality),
    `${practice.mode}|${modes[practice.mode]}`,
    activityStructure(structure),
    structure?.finess === undefined || structure.finess === '' ? '' : `1${structure.finess}`,
    person.profession.authority,
    `${sector}|${sectorLabels.get(sector) ?? ''}`,
    sectionOf(person, practice),
    roleOf(person, practice),
    kind.join('|'),
    '\n',
  ].join('|');
}

export function skillRow(person: Person, skill: Speciality): string {
  return `${identity(person)}|${person.family}|${person.given}|${professionOf(person)}|${skillOf(skill)}|\n`;
}

/** The diploma of the profession; one in a hundred has an authorisation in its place. */
export function diplomaRow(person: Person): string {
  const start = `${identity(person)}|${person.family}|${person.given}`;
  const { code, label } = person.profession;
  if (person.index % 100 === 7) return `${start}|||||AUT|Autorisation d'exercice|D${code}|${label}|\n`;
  return `${start}|DE|Diplôme d'Etat français|DE${code.padStart(2, '0')}|Diplôme d'Etat : ${label}|||||\n`;
}

/** Columns 6 to 8 and 19 to 31. */
function mailboxStructure(structure: Structure | null): { identifier: string; address: string } {
  if (structure === null) return { identifier: '|', address: '|'.repeat(12) };
  const { town } = structure;
  const identifier =
    structure.finess !== '' ? `FINESS|${structure.finess}` : structure.siret !== '' ? `SIRET|${structure.siret}` : '|';
  const address = [
    structure.name,
    structure.sign,
    structure.recipient,
    structure.point,
    structure.number,
    structure.repetition,
    structure.number === '' ? '' : capitals(structure.streetType[1]),
    structure.street,
    structure.mention,
    `${structure.postcode} ${structure.post}`,
    structure.postcode,
    departmentName(town.department),
    'FRANCE',
  ].join('|');
  return { identifier, address };
}

export function personalMailboxRow(
  person: Person,
  mailbox: { address: string; structure: Structure | null; isPaperless: boolean },
): string {
  const { identifier, address } = mailboxStructure(mailbox.structure);
  const { profession, category, speciality } = person;
  const skill = speciality === null ? '|' : `${speciality.code}|${speciality.label}`;
  return [
    `PER|${mailbox.address}`,
    identity(person),
    identifier,
    '',
    person.title,
    person.family,
    person.given,
    `${category}|${categories[category]}|${profession.code}|${profession.label}`,
    skill,
    mailbox.isPaperless ? 'O' : 'N',
    `${address}\n`,
  ].join('|');
}

export function sharedMailboxRow(mailbox: { address: string; structure: Structure; service: string }): string {
  const { identifier, address } = mailboxStructure(mailbox.structure);
  return `ORG|${mailbox.address}||||${identifier}|${mailbox.service}||||||||||N|${address}\n`;
}
