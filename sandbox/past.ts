/**
 * The correspondence that the people of the small world had before it began, as they would have brought it from an earlier
 * mailbox: invented, over three weeks, with what doctors, nurses, laboratories and patients write to each other.
 */
import type { MailboxRole } from '../src/domain/mail/mail.ts';
import type { OutgoingAttachment } from '../src/formats/mime/compose.ts';
import { curvePng, onePagePdf } from '../testkit/papers.ts';

export interface PastMessage {
  /** The operator's domain and the local part of the account that holds it. */
  readonly account: string;
  readonly mailbox: MailboxRole;
  readonly from: readonly [name: string, address: string];
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly daysAgo: number;
  /** Hour of Paris. */
  readonly at: readonly [hours: number, minutes: number];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments?: readonly OutgoingAttachment[];
  readonly isUnread?: true;
  readonly isStarred?: true;
  readonly isAnswered?: true;
  /** Names messages among themselves, for answers. */
  readonly id?: string;
  readonly answers?: string;
}

const claire = 'claire.vasseur@cabinet.mssante.example';
const hugo = 'hugo.legoff@cabinet.mssante.example';
const sophie = 'sophie.lambert@cabinet.mssante.example';
const office = 'secretariat@cabinet.mssante.example';
const rachid = 'rachid.meziane@hopital.mssante.example';
const laboratory = 'laboratoire@hopital.mssante.example';
const cardiology = 'cardiologie@hopital.mssante.example';
const anne = '277076322082910@patient.mssante.example';
const dominique = '279035121518989@patient.mssante.example';

const names = {
  [claire]: 'Dr Claire VASSEUR',
  [hugo]: 'Dr Hugo LE GOFF',
  [sophie]: 'Sophie LAMBERT',
  [office]: 'Secrétariat, Cabinet des Tilleuls',
  [rachid]: 'Pr Rachid MEZIANE',
  [laboratory]: 'Laboratoire de biologie',
  [cardiology]: 'Service de cardiologie',
  [anne]: 'Anne PETIT',
  [dominique]: 'Dominique PAT-TROIS',
} as const;

type Known = keyof typeof names;

const by = (address: Known): readonly [string, string] => [names[address], address];

function pdf(fileName: string, title: string, lines: readonly string[]): OutgoingAttachment {
  return { fileName, contentType: 'application/pdf', content: onePagePdf(title, lines) };
}

const curve = (fileName: string): OutgoingAttachment => ({
  fileName,
  contentType: 'image/png',
  content: curvePng(),
});

const report = `<h2>Compte rendu de consultation</h2>
<p>Chère consœur,</p>
<p>J’ai revu <strong>M. Garnier</strong> à un mois de son angioplastie. Il ne se plaint de rien, la marche est reprise.</p>
<table border="1" cellpadding="6"><thead><tr><th>Mesure</th><th>Avant</th><th>Aujourd’hui</th></tr></thead>
<tbody><tr><td>Tension</td><td>148/92</td><td>128/78</td></tr><tr><td>Fréquence</td><td>84</td><td>66</td></tr>
<tr><td>Fraction d’éjection</td><td>48 %</td><td>55 %</td></tr></tbody></table>
<p>Je propose :</p><ul><li>poursuite du traitement sans changement ;</li><li>kaliémie et créatinine dans un mois ;</li>
<li>épreuve d’effort en mars.</li></ul><p>Bien confraternellement,<br>Rachid Meziane</p>`;

const newsletter = `<div style="background:#f2f7fb;padding:16px"><h1 style="color:#1b4f7a">La lettre du réseau de soins</h1>
<p>Réunion de concertation le <b>jeudi à 20 h</b>, salle des fêtes. Inscription auprès du secrétariat.</p>
<p><img src="https://reseau.example/suivi.png" width="1" height="1" alt=""><img src="https://reseau.example/affiche.jpg" alt="Affiche de la réunion"></p>
<p><a href="https://reseau.example/inscription">S’inscrire à la réunion</a></p></div>`;

export const pastMessages: readonly PastMessage[] = [
  {
    account: claire,
    mailbox: 'inbox',
    from: by(rachid),
    to: [claire],
    daysAgo: 1,
    at: [18, 12],
    subject: 'M. Garnier, consultation à un mois',
    text: 'Chère consœur,\n\nJ’ai revu M. Garnier à un mois de son angioplastie. Il ne se plaint de rien.\n\nRachid Meziane',
    html: report,
    attachments: [
      pdf('consultation-garnier.pdf', 'Consultation de cardiologie', [
        'Patient : M. Paul GARNIER, né le 14/02/1951',
        'Motif : contrôle à un mois d’une angioplastie de l’IVA.',
        'Tension 128/78, fréquence 66, fraction d’éjection 55 %.',
        'Conclusion : évolution favorable, traitement inchangé.',
      ]),
      curve('ecg.png'),
    ],
    isStarred: true,
  },
  {
    account: claire,
    mailbox: 'inbox',
    from: by(anne),
    to: [claire],
    daysAgo: 1,
    at: [9, 31],
    subject: 'Re : Votre ordonnance',
    text: 'Bonjour Docteur,\n\nJ’ai bien reçu l’ordonnance, merci. Dois-je refaire la prise de sang avant de vous revoir ?\n\nAnne Petit',
    isUnread: true,
  },
  {
    account: claire,
    mailbox: 'inbox',
    from: by(sophie),
    to: [claire],
    daysAgo: 2,
    at: [8, 5],
    subject: 'Mme Roche : tension du matin',
    text: 'Bonjour Claire,\n\n162/94 ce matin, 158/90 après repos. Elle a oublié son traitement hier soir.\n\nSophie',
    id: 'tension',
    isAnswered: true,
  },
  {
    account: claire,
    mailbox: 'sent',
    from: by(claire),
    to: [sophie],
    daysAgo: 2,
    at: [8, 40],
    subject: 'Re : Mme Roche : tension du matin',
    text: 'Merci Sophie.\n\nPeux-tu reprendre la tension demain et jeudi ? Je passe vendredi si elle reste au-dessus de 150.\n\nClaire',
    id: 'tension-reponse',
    answers: 'tension',
  },
  {
    account: claire,
    mailbox: 'inbox',
    from: by(sophie),
    to: [claire],
    daysAgo: 1,
    at: [8, 2],
    subject: 'Re : Mme Roche : tension du matin',
    text: 'C’est noté. 146/86 ce matin, elle a bien pris son traitement.\n\nSophie',
    answers: 'tension-reponse',
  },
  {
    account: claire,
    mailbox: 'inbox',
    from: by(hugo),
    to: [claire],
    daysAgo: 3,
    at: [19, 20],
    subject: 'Garde de samedi',
    text: 'Claire,\n\nPeux-tu prendre ma garde de samedi ? Je te rends celle du 12.\n\nHugo',
  },
  {
    account: claire,
    mailbox: 'inbox',
    from: by(laboratory),
    to: [claire],
    daysAgo: 4,
    at: [11, 48],
    subject: 'Compte rendu d’examens biologiques',
    text: 'Docteur,\n\nVeuillez trouver le compte rendu de M. Pat-Trois. Hémoglobine glyquée à 7,1 %.\n\nLe laboratoire',
    attachments: [
      pdf('bilan.pdf', 'Compte rendu d’examens biologiques', [
        'Patient : Dominique PAT-TROIS',
        'Hémoglobine glyquée : 7,1 % (cible : moins de 7 %)',
        'Créatinine : 78 µmol/l',
        'Cholestérol LDL : 0,92 g/l',
      ]),
    ],
  },
  {
    account: claire,
    mailbox: 'inbox',
    from: by(dominique),
    to: [claire],
    daysAgo: 5,
    at: [14, 3],
    subject: 'Photo demandée',
    text: 'Bonjour Docteur,\n\nVoici la photo comme demandé. Cela ne me fait plus mal.\n\nDominique',
    attachments: [curve('photo.png')],
  },
  {
    account: claire,
    mailbox: 'inbox',
    from: ['Réseau de soins de Touraine', 'reseau@hopital.mssante.example'],
    to: [claire],
    daysAgo: 6,
    at: [17, 0],
    subject: 'La lettre du réseau : réunion de jeudi',
    text: 'Réunion de concertation le jeudi à 20 h. Inscription auprès du secrétariat.',
    html: newsletter,
  },
  {
    account: claire,
    mailbox: 'inbox',
    from: by(cardiology),
    to: [claire, hugo],
    daysAgo: 8,
    at: [10, 15],
    subject: 'Consultations avancées : nouveaux créneaux',
    text: 'Chers confrères,\n\nDeux créneaux par semaine sont réservés à vos demandes d’avis urgentes, le mardi et le vendredi matin.\n\nLe service de cardiologie',
  },
  {
    account: claire,
    mailbox: 'sent',
    from: by(claire),
    to: [cardiology],
    daysAgo: 8,
    at: [12, 2],
    subject: 'Re : Consultations avancées : nouveaux créneaux',
    text: 'Merci, c’est une aide précieuse. Je vous adresse Mme Roche pour mardi.\n\nClaire Vasseur',
  },
  {
    account: claire,
    mailbox: 'archive',
    from: by(laboratory),
    to: [claire],
    daysAgo: 12,
    at: [16, 40],
    subject: 'Compte rendu d’examens biologiques',
    text: 'Docteur,\n\nLe compte rendu de Mme Petit est validé, sans particularité.\n\nLe laboratoire',
  },
  {
    account: claire,
    mailbox: 'archive',
    from: by(rachid),
    to: [claire],
    daysAgo: 19,
    at: [9, 5],
    subject: 'M. Garnier : entrée dans le service',
    text: 'Chère consœur,\n\nM. Garnier est entré cette nuit pour une douleur thoracique. Je vous tiens au courant.\n\nRachid Meziane',
  },
  {
    account: claire,
    mailbox: 'drafts',
    from: by(claire),
    to: [rachid],
    daysAgo: 0,
    at: [7, 50],
    subject: 'Mme Roche : avis',
    text: 'Cher confrère,\n\nJe souhaite votre avis pour Mme Roche, 71 ans, dont la tension',
  },
  {
    account: office,
    mailbox: 'inbox',
    from: by(anne),
    to: [office],
    daysAgo: 2,
    at: [10, 22],
    subject: 'Changement de rendez-vous',
    text: 'Bonjour,\n\nPourrais-je déplacer mon rendez-vous de jeudi à vendredi matin ?\n\nAnne Petit',
    isUnread: true,
  },
  {
    account: office,
    mailbox: 'inbox',
    from: ['EHPAD Les Tilleuls', 'soins@hopital.mssante.example'],
    to: [office],
    daysAgo: 3,
    at: [15, 10],
    subject: 'Renouvellement M. Roche',
    text: 'Bonjour,\n\nMerci de renouveler le traitement de M. Roche avant lundi.\n\nL’équipe de soins',
  },
  {
    account: sophie,
    mailbox: 'inbox',
    from: by(claire),
    to: [sophie],
    daysAgo: 2,
    at: [8, 40],
    subject: 'Re : Mme Roche : tension du matin',
    text: 'Merci Sophie.\n\nPeux-tu reprendre la tension demain et jeudi ? Je passe vendredi si elle reste au-dessus de 150.\n\nClaire',
    answers: 'tension',
  },
  {
    account: rachid,
    mailbox: 'inbox',
    from: by(hugo),
    to: [rachid],
    daysAgo: 2,
    at: [13, 30],
    subject: 'Avis pour une fibrillation récente',
    text: 'Cher confrère,\n\nPatiente de 68 ans, fibrillation découverte ce matin, bien tolérée. L’anticoagulation est commencée.\n\nHugo Le Goff',
    attachments: [curve('ecg.png')],
    isUnread: true,
  },
];
