/** Which official extraction a text is, told by its header line alone: names of files are never trusted for it. */

export type ExtractionKind = 'mailboxes' | 'activities' | 'skills' | 'diplomas';

const mailboxes =
  "Type de BAL|Adresse BAL|Type Identifiant PP|Identifiant PP|Identification nationale PP|Type identifiant structure|Identification Structure|Service de rattachement|Civilité d'exercice|Nom d'exercice|Prénom d'exercice|Catégorie profession|Libellé de catégorie profession|Code Profession|Libellé Profession|Code savoir-faire|Libellé savoir-faire|Dématérialisation|Raison Sociale structure BAL|Enseigne commerciale structure BAL|L2COMPLEMENTLOCALISATION structure BAL|L3COMPLEMENTDISTRIBUTION structure BAL|L4NUMEROVOIE structure BAL|L4COMPLEMENTNUMEROVOIE structure BAL|NL4TYPEVOIE structure BAL|L4LIBELLEVOIE structure BAL|L5LIEUDITMENTION structure BAL|L6LIGNEACHEMINEMENT structure BAL|Code postal structure BAL|Département structure BAL|Pays structure BAL";
const activities =
  "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|Libellé civilité d'exercice|Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire|Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|Numéro FINESS site|Numéro FINESS établissement juridique|Identifiant technique de la structure|Raison sociale site|Enseigne commerciale site|Complément destinataire (coord. structure)|Complément point géographique (coord. structure)|Numéro Voie (coord. structure)|Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|Mention distribution (coord. structure)|Bureau cedex (coord. structure)|Code postal (coord. structure)|Code commune (coord. structure)|Libellé commune (coord. structure)|Code pays (coord. structure)|Libellé pays (coord. structure)|Téléphone (coord. structure)|Téléphone 2 (coord. structure)|Télécopie (coord. structure)|Adresse e-mail (coord. structure)|Code Département (structure)|Libellé Département (structure)|Ancien identifiant de la structure|Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle|Libellé rôle|Code genre activité|Libellé genre activité";
const skills =
  "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire";

/**
 * The published facts give no header for the diplomas. This is a reconstruction: the five columns of the person that open every
 * other text of PS_LibreAcces, then any that name a diploma; the codes are found by the beginning of their column's name.
 */
const diplomasStart = skills.split('|').slice(0, 5);

const exact: readonly { readonly kind: ExtractionKind; readonly columns: readonly string[] }[] = [
  { kind: 'mailboxes', columns: mailboxes.split('|') },
  { kind: 'activities', columns: activities.split('|') },
  { kind: 'skills', columns: skills.split('|') },
];

export type HeaderReading =
  | { readonly known: true; readonly kind: ExtractionKind; readonly columns: readonly string[] }
  /** The first column that differs from the extraction that looks most alike, counted from 1; texts as written. */
  | { readonly known: false; readonly column: number; readonly expected: string; readonly found: string };

/** Reads a header line: a byte order mark, a carriage return and one `|` at the end are allowed. */
export function readHeader(line: string): HeaderReading {
  let text = line.startsWith('\ufeff') ? line.slice(1) : line;
  if (text.endsWith('\r')) text = text.slice(0, -1);
  if (text.endsWith('|')) text = text.slice(0, -1);
  const columns = text.split('|');
  let differing = -1;
  let nearest: readonly string[] = [];
  for (const known of exact) {
    const at = firstDifference(known.columns, columns);
    if (at === undefined) return { known: true, kind: known.kind, columns };
    if (at > differing) {
      differing = at;
      nearest = known.columns;
    }
  }
  const startsAsDiplomas = diplomasStart.every((name, index) => columns[index] === name);
  if (startsAsDiplomas && columns.slice(5).some((name) => name.toLowerCase().includes('diplôme'))) {
    return { known: true, kind: 'diplomas', columns };
  }
  return {
    known: false,
    column: differing + 1,
    expected: nearest[differing] ?? '',
    found: columns[differing] ?? '',
  };
}

function firstDifference(expected: readonly string[], found: readonly string[]): number | undefined {
  const length = Math.max(expected.length, found.length);
  for (let index = 0; index < length; index += 1) {
    if (expected[index] !== found[index]) return index;
  }
  return undefined;
}
