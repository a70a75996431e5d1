/** What the small world exchanges in this test: fifty words and names that stand nowhere else. */
import { randomUUID } from 'node:crypto';
import { composeMessageBytes } from '../../../src/formats/mime/compose.ts';

const bodyWords: readonly string[] = [
  'bradycardie',
  'angioplastie',
  'kaliémie',
  'paroxétine',
  'ostéoporose',
  'cholécystite',
  'hémodialyse',
  'schizophrénie',
  'toxicomanie',
  'chimiothérapie',
  'sérologie',
  'grossesse',
  'avortement',
  'dépression',
  'épilepsie',
  'insuline',
  'méthadone',
  'mammographie',
  'prostatectomie',
  'thrombopénie',
  'leucémie',
  'lymphome',
  'métastase',
  'hépatite',
  'tuberculose',
  'fibromyalgie',
  'anorexie',
  'alcoolisme',
  'psychiatrie',
  'stérilité',
  'glioblastome',
];
export const subjectWords: readonly string[] = ['Pancréatite', 'Sclérodermie', 'Mucoviscidose', 'Drépanocytose'];
const fileWords: readonly string[] = ['échographie', 'scintigraphie', 'biopsie-cutanée'];
/** Of patients and of who is not in the directory: the names of listed professionals are public. */
export const names: readonly string[] = [
  'GARNIER',
  'PAT-TROIS',
  'Dominique',
  'Martine',
  'Hélène Aubry',
  'LEFEBVRE-QUINTIN',
  'Montgolfière', // a name of the fathers that only the text gives
];
export const folderName = 'Dossier de Mme Quatrefages';
export const label = 'vasculaire-urgent';
export const strangers: readonly string[] = ['jean.porthmadog', 'yvonne.kermadec'];
/** Everything but the INS, which the small world gives. */
export const words: readonly string[] = [
  ...bodyWords,
  ...subjectWords,
  ...fileWords,
  ...names,
  'Quatrefages',
  label,
  ...strangers,
];

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** Octets of an attachment, text in clear before it is encoded. */
  readonly attachmentBytes?: number;
}

export const sentence = `${bodyWords.join(', ')} : à revoir avec ${names.join(' et ')}, vasculaire-urgent.\n`;

export function printLetter(letter: Letter): Promise<Buffer> {
  const { attachmentBytes = 0 } = letter;
  const attachments = fileWords.map((word) => ({
    fileName: `${word} ${names[0]}.txt`,
    contentType: 'text/plain',
    content: Buffer.from(sentence.repeat(Math.ceil(attachmentBytes / sentence.length))),
  }));
  return composeMessageBytes(
    {
      from: { name: 'Dr Claire Vasseur', address: letter.from },
      to: letter.to.map((address) => ({ name: names[7] ?? '', address })),
      subject: `${letter.subject}, ${letter.to.join(' ')}`,
      date: new Date(),
      messageId: `${randomUUID()}@cabinet.mssante.example`,
      text: sentence,
      ...(attachmentBytes > 0 ? { attachments } : {}),
    },
    () => randomUUID(),
  );
}
