/**
 * The mail of one busy account, the same for every side: letters in conversations over five years, some with a file, some
 * unread, in several mailboxes. The same number gives the same letter on every machine; the higher, the later.
 */

export type Place = 'inbox' | 'archive' | 'sent' | 'folder';

export interface PlannedEmail {
  readonly number: number;
  readonly place: Place;
  readonly isSeen: boolean;
  readonly receivedAt: Date;
  /** CRLF ended; `Subject` ends with the number. */
  readonly bytes: Buffer;
}

const names = [
  'Vasseur',
  'Meziane',
  'Lambert',
  'Garnier',
  'Roche',
  'Petit',
  'Le Goff',
  'Fontaine',
  'Marchand',
  'Aubry',
];
const subjects = [
  'Compte rendu de consultation',
  'Lettre de liaison',
  'Résultats de biologie',
  'Demande d’avis',
  'Suivi de Mme',
];
const phrases = [
  'Je vous adresse ce patient pour un avis concernant une dyspnée d’effort apparue il y a trois semaines.',
  'La tension artérielle est mesurée à 14/8, le pouls est régulier, l’auscultation cardiaque sans particularité.',
  'Le bilan sanguin montre une hémoglobine à 12,4 g/dl, une créatinine stable et une CRP négative.',
  'Le traitement par bisoprolol est poursuivi à la même posologie, avec une surveillance de la kaliémie à un mois.',
  'La plaie est propre, le pansement a été refait ce matin, prochaine visite prévue jeudi.',
  'L’échographie abdominale ne retrouve pas de dilatation des voies biliaires ni de lithiase vésiculaire.',
  'Merci de bien vouloir renouveler l’ordonnance de kinésithérapie respiratoire pour dix séances.',
  'La radiographie du genou gauche met en évidence un pincement fémoro-tibial interne modéré.',
];

/** In one letter of two hundred: what a search looks for. */
export const rareWord = 'lithiase';

/** mulberry32 over the number of the letter and what is asked of it. */
function randomOf(number: number, salt: number): () => number {
  let state = (number * 2_654_435_761 + salt * 40_503) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A letter answers one of the forty before it, or begins a conversation: most have one letter, some a dozen. */
function answered(number: number): number | undefined {
  const random = randomOf(number, 1);
  if (number === 0 || random() < 0.55) return undefined;
  return Math.max(0, number - 1 - Math.floor(random() * 40));
}

function messageId(number: number): string {
  return `<lettre.${number}@load.example>`;
}

const fiveYearsMs = 5 * 365 * 86_400_000;
const lastAt = Date.UTC(2026, 10, 22, 10);
/** Sent by the account itself, put away, in a folder: the shares below 0.3; the rest is in the inbox. */
const shares = { sent: 0.1, archive: 0.25, folder: 0.3 } as const;

export function planEmail(number: number, total: number, address: string): PlannedEmail {
  const random = randomOf(number, 2);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const share = random();
  const place =
    share < shares.sent ? 'sent' : share < shares.archive ? 'archive' : share < shares.folder ? 'folder' : 'inbox';
  const receivedAt = new Date(lastAt - Math.floor(((total - number) * fiveYearsMs) / total / 1_000) * 1_000);
  const peer = `Dr ${pick(names)} <medecin${Math.floor(random() * 300)}@hopital.mssante.example>`;
  const own = `Dr Anne Martin <${address}>`;
  const parent = answered(number);
  const subject = Buffer.from(`${pick(subjects)} ${pick(names)} ${number}`, 'utf8').toString('base64');
  const sentences = Array.from({ length: 6 + Math.floor(random() * 14) }, () => `${pick(phrases)}\r\n`);
  const text = sentences.filter((sentence) => number % 200 === 0 || !sentence.includes(rareWord)).join('');
  const hasFile = random() < 0.15;
  const fields = [
    'Received: from mx.hopital.example by mx.cabinet.example with ESMTPS; Sun, 22 Nov 2026 10:00:00 +0100',
    `From: ${place === 'sent' ? own : peer}`,
    `To: ${place === 'sent' ? peer : own}`,
    `Subject: =?utf-8?B?${subject}?=`,
    `Message-ID: ${messageId(number)}`,
    ...(parent === undefined ? [] : [`In-Reply-To: ${messageId(parent)}`, `References: ${messageId(parent)}`]),
    `Date: ${receivedAt.toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
  ];
  const body = hasFile ? withFile(text, random) : plain(text);
  const bytes = Buffer.from(`${fields.join('\r\n')}\r\n${body}`, 'utf8');
  return { number, place, isSeen: place === 'sent' || random() < 0.97, receivedAt, bytes };
}

function plain(text: string): string {
  return `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}`;
}

function withFile(text: string, random: () => number): string {
  const file = Buffer.alloc(1_500 + Math.floor(random() * 6_000), `%PDF-1.7 ${random()}`).toString('base64');
  const lines = file.match(/.{1,76}/g) ?? [];
  return [
    'Content-Type: multipart/mixed; boundary="limite"',
    '',
    '--limite',
    plain(text),
    '--limite',
    'Content-Type: application/pdf; name="compte-rendu.pdf"',
    'Content-Disposition: attachment; filename="compte-rendu.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    ...lines,
    '--limite--',
    '',
  ].join('\r\n');
}
