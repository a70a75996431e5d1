/** Odd rows, as the source holds them or might: what an import counts, lists and goes past. */
import type { ExtractionFile } from './extraction-file.ts';
import { activityHeader, mailboxHeader } from './rows.ts';

export interface DamagedRow {
  readonly file: 'mailboxes' | 'activities';
  /** Counted from 1, the header included. */
  readonly line: number;
  readonly kind:
    | 'too-few-columns'
    | 'too-many-columns'
    | 'bad-utf8'
    | 'empty'
    | 'no-address'
    | 'bad-address'
    | 'unknown-type'
    | 'no-identifier'
    | 'duplicate-address';
}

type Kind = DamagedRow['kind'];

const columns = (header: string): number => header.split('|').length;

function row(count: number, cells: Readonly<Record<number, string>>): string {
  return `${Array.from({ length: count }, (_, index) => cells[index] ?? '').join('|')}\n`;
}

function mailboxRows(): (readonly [Kind, Buffer])[] {
  const count = columns(mailboxHeader);
  const address = 'ligne.abimee@pro.mssante.example';
  const twice = row(count, { 0: 'ORG', 1: 'deux.fois@pro.mssante.example', 7: 'Accueil' });
  return [
    ['too-few-columns', Buffer.from(row(count - 3, { 0: 'PER', 1: address }))],
    ['too-many-columns', Buffer.from(row(count + 1, { 0: 'PER', 1: address }))],
    [
      'bad-utf8',
      Buffer.from(row(count, { 0: 'ORG', 1: 'octets.abimes@pro.mssante.example', 7: 'Pédiatrie' }), 'latin1'),
    ],
    ['empty', Buffer.from('\n')],
    ['no-address', Buffer.from(row(count, { 0: 'ORG', 7: 'Accueil' }))],
    ['bad-address', Buffer.from(row(count, { 0: 'ORG', 1: 'pas une adresse' }))],
    ['unknown-type', Buffer.from(row(count, { 0: 'XYZ', 1: 'type.inconnu@pro.mssante.example' }))],
    [
      'no-identifier',
      Buffer.from(row(count, { 0: 'PER', 1: 'sans.numero@pro.mssante.example', 9: 'SANS', 10: 'NUMERO' })),
    ],
    ['duplicate-address', Buffer.from(twice + twice)],
  ];
}

function activityRows(): (readonly [Kind, Buffer])[] {
  const count = columns(activityHeader);
  const person = { 0: '8', 1: '89999999990', 2: '889999999990', 7: 'ABÎMÉE', 8: 'LIGNE', 9: '10', 10: 'Médecin' };
  return [
    ['too-few-columns', Buffer.from(row(count - 6, person))],
    ['too-many-columns', Buffer.from(row(count + 2, person))],
    ['bad-utf8', Buffer.from(row(count, person), 'latin1')],
    ['empty', Buffer.from('\n')],
    ['no-identifier', Buffer.from(row(count, { ...person, 1: '', 2: '' }))],
  ];
}

async function append(
  file: ExtractionFile,
  name: DamagedRow['file'],
  damaged: readonly (readonly [Kind, Buffer])[],
): Promise<DamagedRow[]> {
  const listed: DamagedRow[] = [];
  for (const [kind, bytes] of damaged) {
    await file.addBytes(bytes);
    listed.push({ file: name, line: file.lines, kind });
  }
  return listed;
}

/** Adds them at the end, and says where they are. */
export async function damageOf(files: {
  readonly mailboxes: ExtractionFile;
  readonly activities: ExtractionFile;
}): Promise<DamagedRow[]> {
  const mailboxes = await append(files.mailboxes, 'mailboxes', mailboxRows());
  return [...mailboxes, ...(await append(files.activities, 'activities', activityRows()))];
}
