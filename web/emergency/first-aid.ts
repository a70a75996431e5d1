/**
 * What to do when one thinks to be attacked: data, so that a better source replaces an entry without a change of code.
 * Each entry names its source; the screen shows it. Numbers and addresses stand as their source prints them.
 */

/** How firm a source is. */
export type Confidence = 'official' | 'read' | 'secondary';

export interface Source {
  readonly title: string;
  readonly confidence: Confidence;
  /** The day when this page was compared with it. */
  readonly checkedOn: string;
}

export const sources = {
  sheet: {
    title: 'Fiche de sécurité informatique pour les infirmiers, « Vous pensez être victime d’une cyberattaque ? »',
    confidence: 'official',
    checkedOn: '2026-11-22',
  },
  memento: {
    title: 'Mémento de sécurité informatique pour les professionnels de santé en exercice libéral',
    confidence: 'official',
    checkedOn: '2026-11-22',
  },
  webinar: {
    title: 'Webinaire de sécurité informatique pour les professionnels libéraux, questions et réponses',
    confidence: 'official',
    checkedOn: '2026-11-22',
  },
  gdpr: { title: 'RGPD, article 33 (notification à la CNIL)', confidence: 'read', checkedOn: '2026-11-22' },
  cert: {
    title: 'CERT Santé, signalement.social-sante.gouv.fr',
    confidence: 'read',
    checkedOn: '2026-11-22',
  },
  urps: {
    title: 'URPS médecins libéraux Nouvelle-Aquitaine, que faire en cas de cyberattaque',
    confidence: 'secondary',
    checkedOn: '2026-11-22',
  },
  insurance: {
    title: 'Code des assurances, article L. 12-10-1, d’après les notes d’assureurs et d’avocats',
    confidence: 'secondary',
    checkedOn: '2026-11-22',
  },
} as const satisfies Readonly<Record<string, Source>>;

export interface Cited {
  readonly source: keyof typeof sources;
  /** Where in it. */
  readonly place?: string;
}

export interface Gesture {
  readonly what: string;
  readonly how?: string;
  readonly cited: readonly Cited[];
  readonly link?: { readonly href: string; readonly text: string };
}

/** In this order. */
export const gestures: readonly Gesture[] = [
  {
    what: 'N’éteignez pas l’ordinateur, ne le redémarrez pas.',
    cited: [
      { source: 'sheet', place: 'geste 1' },
      { source: 'webinar', place: 'question 15' },
    ],
  },
  {
    what: 'Ne touchez plus à ce poste.',
    how: 'Il garde les informations utiles à l’analyse de l’attaque. Prenez un autre appareil pour la suite.',
    cited: [{ source: 'sheet', place: 'geste 2' }],
  },
  {
    what: 'Débranchez son câble réseau, ou coupez son Wi-Fi.',
    how: 'Débranchez aussi le disque de sauvegarde s’il est relié au poste.',
    cited: [
      { source: 'sheet', place: 'geste 3' },
      { source: 'urps', place: 'pour la sauvegarde' },
    ],
  },
  {
    what: 'Appelez votre fournisseur informatique, ou votre responsable de la sécurité.',
    how: 'Notez l’heure et ce que vous avez vu ; photographiez l’écran avec un téléphone.',
    cited: [
      { source: 'sheet', place: 'geste 4' },
      { source: 'urps', place: 'pour les notes' },
    ],
  },
  {
    what: 'Décrivez l’incident sur cybermalveillance.gouv.fr et suivez ses conseils.',
    cited: [{ source: 'sheet', place: 'geste 5' }],
    link: { href: 'https://www.cybermalveillance.gouv.fr', text: 'cybermalveillance.gouv.fr' },
  },
  {
    what: 'Des données de patients ont pu être vues, perdues ou changées : prévenez la CNIL dans les 72 heures.',
    how: 'Même si l’attaque a touché votre fournisseur. Une première notification peut être incomplète.',
    cited: [{ source: 'sheet', place: 'geste 6' }, { source: 'gdpr' }],
    link: {
      href: 'https://www.cnil.fr/fr/notifier-une-violation-de-donnees-personnelles',
      text: 'cnil.fr/fr/notifier-une-violation-de-donnees-personnelles',
    },
  },
];

export const avoided: readonly Gesture[] = [
  { what: 'N’effacez rien, ne lancez pas de nettoyage.', cited: [{ source: 'urps' }] },
  { what: 'Ne payez pas de rançon.', cited: [{ source: 'urps' }] },
  {
    what: 'N’acceptez pas une demande e-CPS que vous n’avez pas faite : refusez-la ou ignorez-la.',
    cited: [{ source: 'memento', place: '2.3.1' }],
  },
];

export interface Contact {
  readonly name: string;
  readonly when: string;
  /** As its source prints it. */
  readonly number?: string;
  readonly cost?: string;
  readonly cited: readonly Cited[];
}

export const contacts: readonly Contact[] = [
  {
    name: 'Service client e-CPS',
    when: 'Une demande e-CPS suspecte, une question sur votre carte.',
    number: '0825 85 2000',
    cost: '0,06 euro par minute et le prix d’un appel local',
    cited: [{ source: 'memento', place: '2.3.1' }],
  },
  {
    name: 'Assurance maladie',
    when: 'Usage frauduleux de votre carte CPS ou e-CPS : portez plainte, puis appelez votre caisse.',
    number: '36 08',
    cost: 'service gratuit et prix d’un appel, du lundi au vendredi de 8 h 30 à 17 h 30',
    cited: [{ source: 'memento', place: '2.3.1' }],
  },
  {
    name: 'Police ou gendarmerie',
    when: 'Portez plainte dans les 72 heures : votre assurance contre les cyberattaques peut l’exiger pour vous indemniser.',
    cited: [{ source: 'insurance' }],
  },
  {
    name: 'CERT Santé',
    when: 'Pour signaler l’incident au secteur de la santé. Ce n’est pas une obligation pour un cabinet libéral.',
    number: '09 72 43 91 25',
    cited: [{ source: 'cert' }],
  },
];

export const continuity: readonly Gesture[] = [
  {
    what: 'Retrouvez les documents clés de vos patients sur dmp.fr, avec votre carte CPS ou e-CPS.',
    how: 'Depuis un autre ordinateur ou un téléphone : un navigateur suffit.',
    cited: [{ source: 'sheet', place: '« Votre logiciel est indisponible ? »' }],
    link: { href: 'https://www.dmp.fr', text: 'dmp.fr' },
  },
];
