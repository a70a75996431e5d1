/** Varied French letters of a given size, complete with dot and end, the same for every side of a bench. */

const openings = ['Chère consœur,', 'Cher confrère,', 'Bonjour,', 'Madame, Monsieur,', 'Cher ami,'];
const subjects = [
  'Compte rendu de consultation',
  'Lettre de liaison',
  'Résultats de biologie',
  'Demande d’avis',
  'Suivi',
];
const phrases = [
  'Je vous adresse ce patient pour un avis concernant une dyspnée d’effort apparue il y a trois semaines.',
  'La tension artérielle est mesurée à 14/8, le pouls est régulier, l’auscultation cardiaque sans particularité.',
  'Le bilan sanguin montre une hémoglobine à 12,4 g/dl, une créatinine stable et une CRP négative.',
  'Le traitement par bisoprolol est poursuivi à la même posologie, avec une surveillance de la kaliémie à un mois.',
  'La plaie est propre, le pansement a été refait ce matin, prochaine visite prévue jeudi.',
  'L’échographie abdominale ne retrouve pas de dilatation des voies biliaires ni de lithiase vésiculaire.',
  'Merci de bien vouloir renouveler l’ordonnance de kinésithérapie respiratoire pour dix séances.',
  'Il n’existe pas d’allergie connue ; le patient signale toutefois une intolérance à la codéine.',
  'La radiographie du genou gauche met en évidence un pincement fémoro-tibial interne modéré.',
  'Nous restons à votre disposition pour toute information complémentaire concernant cette prise en charge.',
];
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

/** A small generator of its own (mulberry32): the same seed gives the same letters on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function frenchMessages(order: {
  readonly messageBytes: number;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly seed: number;
}): (index: number) => Buffer {
  return (index) => {
    const random = randomFrom(order.seed * 1_000_003 + index);
    const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
    const token = Math.floor(random() * 2 ** 48).toString(36);
    const subject = Buffer.from(`${pick(subjects)} ${pick(names)} ${token}`, 'utf8').toString('base64');
    const head = [
      `From: Dr ${pick(names)} <${order.sender}>`,
      `To: <${order.recipients[index % order.recipients.length] ?? ''}>`,
      `Subject: =?utf-8?B?${subject}?=`,
      `Message-ID: <${order.seed}.${index}.${token}@load.example>`,
      'Date: Sun, 22 Nov 2026 10:00:00 +0100',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      pick(openings),
      '',
    ].join('\r\n');
    let body = '';
    while (head.length + body.length < order.messageBytes) {
      const figure = Math.floor(random() * 100_000).toString(36);
      body += `${pick(phrases)} Réf. ${figure}, Dr ${pick(names)}.\r\n`;
    }
    return Buffer.from(`${head}\r\n${body}.\r\n`, 'utf8');
  };
}
