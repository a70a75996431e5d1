/** Professions (TRE_G15), specialities and ways of working, with their share among professionals. */

export interface Speciality {
  readonly type: string;
  readonly code: string;
  readonly label: string;
  readonly weight: number;
}

export interface Profession {
  readonly code: string;
  readonly label: string;
  /** Thousands of professionals. */
  readonly weight: number;
  /** Share of those who work for themselves, in hundredths. */
  readonly liberal: number;
  /** Share of those with a mailbox compared with the others. */
  readonly mailbox: number;
  /** Share of women, in hundredths. */
  readonly women: number;
  /** Kinds of structures where employees work, each as often as the others. */
  readonly employers: readonly string[];
  readonly authority: string;
  /** Name of the national operator's domain. */
  readonly domain: string;
  readonly specialities: readonly Speciality[];
}

export const skillTypes: ReadonlyMap<string, string> = new Map([
  ['S', 'Spécialité ordinale'],
  ['C', 'Compétence'],
  ['CEX', 'Compétence exclusive'],
  ['CAPA', 'Capacité de médecine'],
  ['DEC', "Diplôme d'études complémentaires"],
  ['SST', 'Spécialité transversale'],
  ['OP', 'Orientation particulière'],
  ['SCD', 'Spécialité ordinale'],
  ['SI', 'Exercice en pratique avancée'],
]);

const list = (type: string, text: string): readonly Speciality[] =>
  text
    .trim()
    .split(/\s*[;\n]\s*/u)
    .map((entry) => {
      const [code = '', weight = '', ...label] = entry.split(' ');
      return { type, code, label: label.join(' '), weight: Number(weight) };
    });

const medical = list(
  'S',
  `SM54 300 Médecine Générale (SM); SM53 260 Spécialiste en Médecine Générale (SM); SM26 230 Qualifié en Médecine Générale (SM); SM02 55 Anesthésie-réanimation (SM); SM04 50 Cardiologie et maladies vasculaires (SM)
SM73 8 Médecine cardiovasculaire (SM); SM42 95 Psychiatrie (SM); SM43 14 Psychiatrie, opt enfant et adolescent (SM); SM40 55 Pédiatrie (SM); SM44 60 Radio-diagnostic (SM); SM74 10 Radiologie et imagerie médicale (SM)
SM38 40 Ophtalmologie (SM); SM15 28 Dermatologie et Vénéréologie (SM); SM20 36 Gynécologie-obstétrique (SM); SM19 12 Gynécologie médicale (SM); SM24 28 Gastro-entérologie et hépatologie (SM); SM41 22 Pneumologie (SM)
SM32 20 Neurologie (SM); SM48 19 Rhumatologie (SM); SM08 26 Chirurgie orthopédique et Traumatologie (SM); SM14 12 Chirurgie viscérale et digestive (SM); SM12 10 Chirurgie urologique (SM); SM13 6 Chirurgie vasculaire (SM)
SM10 7 Chirurgie plastique reconstruct et esthétique (SM); SM05 14 Chirurgie générale (SM); SM39 18 Oto-rhino-laryngologie (SM); SM34 6 ORL et Chirurgie cervico-faciale (SM); SM16 12 Endocrinologie et métabolisme (SM)
SM62 4 Endocrinologie, diabétologie, nutrition (SM); SM18 20 Gériatrie (SM); SM25 34 Médecine du travail (SM); SM27 18 Médecine interne (SM); SM29 15 Médecine physique et réadaptation (SM); SM30 14 Néphrologie (SM)
SM31 5 Neuro-chirurgie (SM); SM36 9 Oncologie, opt médicale (SM); SM37 7 Oncologie, opt radiothérapie (SM); SM03 22 Biologie médicale (SM); SM01 13 Anatomie et Cytologie pathologiques (SM); SM28 6 Médecine nucléaire (SM)
SM49 16 Santé publique et Médecine sociale (SM); SM59 16 Médecine d'urgence (SM); SM46 5 Médecine intensive-réanimation (SM); SM58 4 Maladies infectieuses et tropicales (SM); SM57 3 Allergologie (SM); SM61 5 Médecine vasculaire (SM)
SM21 4 Hématologie (SM); SM22 4 Hématologie, opt Maladie du sang (SM); SM17 2 Génétique médicale (SM); SM06 3 Chirurgie maxillo-faciale (SM); SM15 1 Dermatologie et Vénéréologie (SM); SM50 3 Stomatologie (SM)
SM60 1 Médecine légale et expertises médicales (SM); SM69 2 Chirurgie pédiatrique option chirurgie viscérale pédiatrique (SM); SM11 3 Chirurgie thoracique et cardio-vasculaire (SM); SM87 1 Pédiatrie option néonatologie (SM)`,
);

/** What a physician knows besides the speciality. */
export const furtherSkills: readonly Speciality[] = [
  ...list(
    'C',
    'C34 6 Angéiologie (C); C33 4 Allergologie (C); C41 3 Médecine du travail (C); C05 5 Médecine appliquée aux sports (C); C40 1 Médecine légale (C)',
  ),
  ...list(
    'CAPA',
    'CAPA06 12 Gérontologie (CAPA); CAPA02 9 Aide médicale urgente (CAPA); CAPA05 5 Evaluation et traitement de la douleur (CAPA); CAPA10 6 Médecine et biologie du sport (CAPA); CAPA01 4 Addictologie clinique (CAPA)',
  ),
  ...list(
    'DEC',
    "DEC12 4 Médecine de la douleur et médecine palliative (DEC); DEC01 3 Addictologie (DEC); DEC20 3 Nutrition (DEC); DEC14 4 Médecine d'urgence (DEC)",
  ),
  ...list('SST', 'SST09 3 Douleur (SST); SST24 2 Sommeil (SST); SST16 2 Médecine hospitalière polyvalente (SST)'),
  ...list('OP', '80 4 Homéopathie (OP); 81 4 Acupuncture (OP)'),
];

const care = ['chu', 'ch', 'clinic', 'rehabilitation', 'ehpad'];
const none: readonly Speciality[] = [];

type Row = Omit<Profession, 'specialities'> & { readonly specialities?: readonly Speciality[] };

const professionRows: readonly Row[] = [
  {
    code: '10',
    label: 'Médecin',
    weight: 330,
    liberal: 52,
    mailbox: 40,
    women: 51,
    employers: [
      'chu',
      'chu',
      'ch',
      'ch',
      'chs',
      'clinic',
      'rehabilitation',
      'health-centre',
      'ehpad',
      'occupational',
      'mother-child',
      'territory',
      'health-house',
    ],
    authority: 'CNOM/CNOM/CNOM',
    domain: 'medecin',
    specialities: medical,
  },
  {
    code: '21',
    label: 'Pharmacien',
    weight: 78,
    liberal: 40,
    mailbox: 40,
    women: 68,
    employers: ['pharmacy', 'pharmacy', 'pharmacy', 'chu', 'ch', 'laboratory', 'clinic'],
    authority: 'CNOP/CNOP/CNOP',
    domain: 'pharmacien',
  },
  {
    code: '40',
    label: 'Chirurgien-Dentiste',
    weight: 50,
    liberal: 84,
    mailbox: 14,
    women: 50,
    employers: ['health-centre', 'chu', 'company'],
    authority: 'ONCD/ONCD/ONCD',
    domain: 'chirurgien-dentiste',
    specialities: list(
      'SCD',
      'SCD01 25 Orthopédie dento-faciale (SCD); SCD02 5 Chirurgie orale (SCD); SCD03 4 Médecine bucco-dentaire (SCD)',
    ),
  },
  {
    code: '50',
    label: 'Sage-Femme',
    weight: 25,
    liberal: 36,
    mailbox: 26,
    women: 97,
    employers: ['chu', 'ch', 'clinic', 'mother-child'],
    authority: 'CNOSF/CNOSF/CNOSF',
    domain: 'sage-femme',
  },
  {
    code: '60',
    label: 'Infirmier',
    weight: 640,
    liberal: 22,
    mailbox: 11,
    women: 86,
    employers: [
      ...care,
      ...care,
      'chs',
      'home-hospital',
      'home-nursing',
      'dialysis',
      'disability',
      'health-centre',
      'occupational',
    ],
    authority: 'ONI/ONI/ONI',
    domain: 'infirmier',
    specialities: list(
      'SI',
      'SI01 3 Exercice infirmier en pratique avancée pathologies chroniques stabilisées (SI); SI02 1 Exercice infirmier en pratique avancée oncologie et hémato-oncologie (SI); SI04 1 Exercice infirmier en pratique avancée santé mentale (SI)',
    ),
  },
  {
    code: '70',
    label: 'Masseur-Kinésithérapeute',
    weight: 112,
    liberal: 85,
    mailbox: 22,
    women: 53,
    employers: ['rehabilitation', 'chu', 'ch', 'clinic'],
    authority: 'CNOMK/CNOMK/CNOMK',
    domain: 'masseur-kinesitherapeute',
  },
  {
    code: '80',
    label: 'Pédicure-Podologue',
    weight: 15,
    liberal: 97,
    mailbox: 24,
    women: 68,
    employers: ['ehpad', 'ch'],
    authority: 'ONPP/ONPP/ONPP',
    domain: 'pedicure-podologue',
  },
  {
    code: '91',
    label: 'Orthophoniste',
    weight: 30,
    liberal: 82,
    mailbox: 18,
    women: 97,
    employers: ['rehabilitation', 'disability', 'chu'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '92',
    label: 'Orthoptiste',
    weight: 7,
    liberal: 68,
    mailbox: 14,
    women: 88,
    employers: ['clinic', 'chu', 'company'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '94',
    label: 'Ergothérapeute',
    weight: 18,
    liberal: 20,
    mailbox: 7,
    women: 87,
    employers: ['rehabilitation', 'disability', 'ehpad', 'chu'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '95',
    label: 'Diététicien',
    weight: 18,
    liberal: 45,
    mailbox: 8,
    women: 95,
    employers: ['ch', 'chu', 'rehabilitation'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '96',
    label: 'Psychomotricien',
    weight: 18,
    liberal: 30,
    mailbox: 6,
    women: 88,
    employers: ['disability', 'chs', 'ehpad'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '98',
    label: 'Manipulateur ERM',
    weight: 42,
    liberal: 0,
    mailbox: 2,
    women: 70,
    employers: ['chu', 'ch', 'clinic', 'imaging'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '26',
    label: 'Audioprothésiste',
    weight: 6,
    liberal: 15,
    mailbox: 9,
    women: 55,
    employers: ['equipment'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '28',
    label: 'Opticien-Lunetier',
    weight: 46,
    liberal: 12,
    mailbox: 3,
    women: 60,
    employers: ['equipment'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '93',
    label: 'Psychologue',
    weight: 90,
    liberal: 40,
    mailbox: 6,
    women: 85,
    employers: ['chs', 'chu', 'ch', 'disability', 'ehpad'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '71',
    label: 'Ostéopathe',
    weight: 40,
    liberal: 98,
    mailbox: 2,
    women: 48,
    employers: ['health-house'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '35',
    label: 'Aide-soignant',
    weight: 300,
    liberal: 0,
    mailbox: 1,
    women: 90,
    employers: [...care, 'home-nursing', 'ehpad'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '37',
    label: 'Auxiliaire de puériculture',
    weight: 30,
    liberal: 0,
    mailbox: 0.3,
    women: 99,
    employers: ['chu', 'ch', 'mother-child'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '39',
    label: 'Préparateur en pharmacie (officine)',
    weight: 45,
    liberal: 0,
    mailbox: 0.5,
    women: 88,
    employers: ['pharmacy'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '86',
    label: 'Technicien de laboratoire médical',
    weight: 30,
    liberal: 0,
    mailbox: 0.5,
    women: 80,
    employers: ['laboratory', 'chu', 'ch'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
  {
    code: '41',
    label: 'Assistant de service social',
    weight: 12,
    liberal: 0,
    mailbox: 18,
    women: 92,
    employers: ['ch', 'chu', 'territory', 'disability'],
    authority: 'ARS/ARS/ARS',
    domain: 'pro',
  },
];

export const professions: readonly Profession[] = professionRows.map((row) => ({
  ...row,
  specialities: row.specialities ?? none,
}));

export const pharmacistSections: ReadonlyMap<string, string> = new Map([
  ['A', "Pharmacien titulaire d'officine"],
  ['D', 'Pharmacien adjoint, remplaçant ou gérant'],
  ['G', 'Pharmacien biologiste'],
  ['H', "Pharmacien d'établissement de santé"],
]);

export const sectorLabels: ReadonlyMap<string, string> = new Map(
  `SA01 Etablissement public de santé; SA04 Etablissement privé non PSPH; SA05 Centre de santé; SA07 Cabinet individuel; SA08 Cabinet de groupe; SA09 Exercice en société; SA15 PMI et Planification familiale
SA16 Etablissement pour personnes handicapées; SA17 Etablissement pour personnes âgées; SA25 Laboratoire de biologie médicale; SA30 Autre établissement sanitaire; SA33 Pharmacie d'officine; SA34 Centre de dialyse
SA41 Autre établissement du domaine social ou médico-social; SA42 Appareillage médical; SA51 Structure de coopération avec autorisation de soins; SA52 Maison de santé ou Pôle de santé
SA57 Structure de coopération avec mission de coordination de soins; SA66 Services de Prévention et de Santé au Travail (SPST)`
    .split(/\s*[;\n]\s*/u)
    .map((entry) => [entry.slice(0, 4), entry.slice(5)] as const),
);

/** Role (TRE_R21) of those who work for themselves, for others, and in the place of another. */
export const roles = {
  holder: ['FON-01', 'Titulaire de cabinet'],
  employee: ['FON-04', 'Salarié'],
  substitute: ['FON-05', 'Remplaçant'],
} as const;
export const activityKinds = {
  care: ['GENR01', 'Activité de soin et de pharmacie'],
  substitute: ['GENR02', 'Activité de soins ou de pharmacien en tant que remplaçant'],
} as const;

/** Regional and commercial operators, invented; the national ones are named after the profession. */
export const operatorDomains: readonly string[] =
  'bretagne,paysdelaloire,normandie,hautsdefrance,grandest,ile-de-france,centre,bourgogne,aura,nouvelle-aquitaine,occitanie,paca,corse,reunion,antilles,guyane,messagerie-plus,medilettre,courrier-sante,cabinet-connect,pli-sante,liaison-soins,docteurs-lies,lettre-sure,apimed,biolettre'.split(
    ',',
  );
