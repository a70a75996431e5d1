/** Extractions of some rows, written by hand: each row says only what differs from an ordinary one. */
import { activityHeader, diplomaHeader, mailboxHeader, skillHeader } from './rows.ts';

const headers = { mailboxes: mailboxHeader, activities: activityHeader, skills: skillHeader, diplomas: diplomaHeader };

type Source = keyof typeof headers;

const ordinary: Readonly<Record<Source, Readonly<Record<string, string>>>> = {
  mailboxes: {
    'Type de BAL': 'PER',
    'Adresse BAL': 'marie.durand@cabinet.mssante.example',
    'Type Identifiant PP': '8',
    'Identifiant PP': '19999999901',
    'Identification nationale PP': '819999999901',
    'Type identifiant structure': 'FINESS',
    'Identification Structure': '759999901',
    "Nom d'exercice": 'DURAND',
    "Prénom d'exercice": 'Marie',
    'Code Profession': '10',
    'Libellé Profession': 'Médecin',
    'Raison Sociale structure BAL': 'CABINET DURAND',
    'L6LIGNEACHEMINEMENT structure BAL': '75011 PARIS',
  },
  activities: {
    "Type d'identifiant PP": '8',
    'Identifiant PP': '19999999901',
    'Identification nationale PP': '819999999901',
    "Code civilité d'exercice": 'DR',
    "Libellé civilité d'exercice": 'Docteur',
    "Nom d'exercice": 'DURAND',
    "Prénom d'exercice": 'Marie',
    'Code profession': '10',
    'Libellé profession': 'Médecin',
    'Code savoir-faire': 'SM04',
    'Libellé savoir-faire': 'Cardiologie',
    'Numéro FINESS site': '759999901',
    'Identifiant technique de la structure': 'R19999901',
    'Raison sociale site': 'CABINET DURAND',
    'Code postal (coord. structure)': '75011',
    'Libellé commune (coord. structure)': 'Paris',
  },
  skills: {
    "Type d'identifiant PP": '8',
    'Identification nationale PP': '819999999901',
    'Code profession': '10',
    'Code type savoir-faire': 'S',
    'Code savoir-faire': 'SM04',
    'Libellé savoir-faire': 'Cardiologie',
  },
  diplomas: { "Type d'identifiant PP": '8', 'Identification nationale PP': '819999999901' },
};

/** One line without its end. A column that the header lacks is a mistake of the test. */
export function rowOf(source: Source, cells: Readonly<Record<string, string>> = {}): string {
  const columns = columnsOf(source);
  for (const name of Object.keys(cells)) if (!columns.includes(name)) throw new Error(`no column ${name}`);
  const merged = { ...ordinary[source], ...cells };
  return columns.map((name) => merged[name] ?? '').join('|');
}

export function columnsOf(source: Source): readonly string[] {
  return headers[source].replace(/\|$/u, '').split('|');
}

/** The text of an extraction with these lines. */
export function textOf(source: Source, rows: readonly string[]): string {
  return [headers[source], ...rows].map((line) => `${line}\n`).join('');
}

/** The `index`th invented person: for rows of both sources. */
export function personCells(source: 'mailboxes' | 'activities', index: number): Readonly<Record<string, string>> {
  const rpps = String(19_999_990_000 + index);
  const cells = { 'Identifiant PP': rpps, 'Identification nationale PP': `8${rpps}` };
  return source === 'activities' ? cells : { ...cells, 'Adresse BAL': `personne.${index}@cabinet.mssante.example` };
}
