/** Kinds of organisations: how many there are for people around, how they are called, in which sector (TRE_R02) they stand. */

const words = (text: string): readonly string[] => text.trim().split(/\s*[;\n]\s*/u);

export interface StructureKind {
  readonly code: string;
  readonly sector: string;
  /** Thousands of inhabitants for one; those of `hospital` stand in towns only. */
  readonly inhabitants: number;
  readonly isHospital: boolean;
  /** `{t}` town, `{p}` proper name from `properNames`, `{f}` a family name, `{s}` a saint. */
  readonly names: readonly string[];
  readonly services: readonly string[];
}

const hospitalServices = words(`
Cardiologie; Pneumologie; Neurologie; Urgences; SAMU-SMUR; Réanimation; Anesthésie; Chirurgie viscérale et digestive; Chirurgie orthopédique; Chirurgie vasculaire; Urologie; Gynécologie-obstétrique
Maternité; Pédiatrie; Néonatologie; Gériatrie; Court séjour gériatrique; Oncologie; Hématologie; Radiothérapie; Imagerie médicale; Laboratoire; Pharmacie à usage intérieur; Néphrologie-dialyse
Rhumatologie; Dermatologie; Ophtalmologie; ORL; Endocrinologie-diabétologie; Gastro-entérologie; Médecine interne; Maladies infectieuses; Médecine polyvalente; Addictologie; Soins palliatifs
Psychiatrie de liaison; Centre de planification; Secrétariat médical; Bureau des entrées; Hospitalisation à domicile; Consultations externes; Département d'information médicale; Unité neuro-vasculaire`);

const careServices = words('Secrétariat; Direction; Infirmerie; Cadre de santé; Médecin coordonnateur; Accueil');

const kind = (
  code: string,
  sector: string,
  inhabitants: number,
  names: string,
  services: readonly string[] = [],
  isHospital = false,
): StructureKind => ({ code, sector, inhabitants, isHospital, names: words(names), services });

export const structureKinds: readonly StructureKind[] = [
  kind(
    'chu',
    'SA01',
    120,
    'CHU DE {t}; CHU {t} SITE NORD; CHU {t} HOPITAL SUD; CHU {t} HOTEL-DIEU; CHU {t} HOPITAL MERE-ENFANT',
    hospitalServices,
    true,
  ),
  kind(
    'ch',
    'SA01',
    40,
    'CENTRE HOSPITALIER DE {t}; CH {t}; CENTRE HOSPITALIER INTERCOMMUNAL {t}; HOPITAL {s}',
    hospitalServices,
    true,
  ),
  kind(
    'chs',
    'SA01',
    160,
    'CENTRE HOSPITALIER SPECIALISE {t}; EPSM {s}; CHS {p}',
    words(
      'CMP adultes; CMP enfants et adolescents; CATTP; Hôpital de jour; Unité d’admission; Équipe mobile de gérontopsychiatrie',
    ),
    true,
  ),
  kind(
    'clinic',
    'SA04',
    45,
    'CLINIQUE {s}; POLYCLINIQUE DE {t}; CLINIQUE {p}; HOPITAL PRIVE {s}',
    hospitalServices,
    true,
  ),
  kind(
    'rehabilitation',
    'SA30',
    70,
    'CENTRE DE SOINS DE SUITE {p}; CLINIQUE SSR {p}; CENTRE DE REEDUCATION {s}',
    careServices,
    true,
  ),
  kind('home-hospital', 'SA51', 120, 'HAD {t}; HOSPITALISATION A DOMICILE {p}', careServices, true),
  kind('dialysis', 'SA34', 120, 'CENTRE DE DIALYSE {t}; AUB SANTE {t}', careServices, true),
  kind('ehpad', 'SA17', 8, 'EHPAD {p}; RESIDENCE {p}; EHPAD RESIDENCE {s}; MAISON DE RETRAITE {s}', careServices),
  kind(
    'disability',
    'SA16',
    14,
    'ESAT {p}; IME {p}; FAM {p}; MAS {p}; SESSAD {p}; ESAT LES ATELIERS DE {t}; SAVS-SAMSAH {t}',
    careServices,
  ),
  kind('home-nursing', 'SA41', 22, 'SSIAD {t}; SSIAD ADMR DE {t}; SSIAD {p}', careServices),
  kind(
    'territory',
    'SA57',
    60,
    "CPTS DU PAYS DE {t}; CPTS {p}; DAC {t}; PLATEFORME TERRITORIALE D'APPUI {t}",
    words('Coordination; Secrétariat; Soins non programmés'),
  ),
  kind(
    'health-house',
    'SA52',
    9,
    'MAISON DE SANTE PLURIPROFESSIONNELLE DE {t}; MSP {p}; MSP {s}; POLE DE SANTE {t}',
    words('Secrétariat; Coordination; Infirmier Asalée'),
  ),
  kind(
    'health-centre',
    'SA05',
    18,
    'CENTRE DE SANTE {p}; CENTRE DE SANTE MUNICIPAL {t}; CENTRE DE SANTE INFIRMIER {s}; CENTRE DE SANTE DENTAIRE {t}',
    words('Secrétariat; Accueil'),
  ),
  kind(
    'laboratory',
    'SA25',
    12,
    'LABORATOIRE {f}; LBM BIO{t}; LABORATOIRE DE BIOLOGIE MEDICALE {p}; LABORATOIRE {s}',
    words('Secrétariat; Résultats; Microbiologie; Plateau technique'),
  ),
  kind(
    'pharmacy',
    'SA33',
    3,
    'PHARMACIE {f}; PHARMACIE DE LA MAIRIE; PHARMACIE DU MARCHE; GRANDE PHARMACIE DE {t}; PHARMACIE {p}; SELARL PHARMACIE {f}; PHARMACIE {s}; PHARMACIE DE LA GARE',
  ),
  kind(
    'imaging',
    'SA09',
    40,
    "CENTRE D'IMAGERIE MEDICALE {t}; SCM RADIOLOGIE {p}; IRM {t}",
    words('Secrétariat; Scanner; IRM; Mammographie'),
  ),
  kind(
    'occupational',
    'SA66',
    60,
    'SERVICE DE PREVENTION ET DE SANTE AU TRAVAIL {t}; SANTE TRAVAIL {p}',
    words('Secrétariat; Centre médical'),
  ),
  kind(
    'mother-child',
    'SA15',
    40,
    "PMI DE {t}; CENTRE DEPARTEMENTAL D'ACTION SOCIALE {t}",
    words('Consultations; Secrétariat'),
  ),
  kind(
    'group',
    'SA08',
    2,
    'CABINET MEDICAL {p}; CABINET INFIRMIER {p}; SCM {p}; CABINET DE GROUPE {s}; CABINET PARAMEDICAL DE {t}; CABINET DENTAIRE {p}',
    words('Secrétariat'),
  ),
  kind('company', 'SA09', 8, 'SELARL {f}; SELARL DU DR {f}; SCP {f} ET ASSOCIES; SELAS {p}'),
  kind('equipment', 'SA42', 8, 'OPTIQUE {f}; OPTIQUE DE {t}; AUDITION {f}; CENTRE AUDITIF DE {t}; ORTHOPEDIE {f}'),
];

export const properNames: readonly string[] = words(`
LES TILLEULS; LES GLYCINES; LES AJONCS D'OR; LES HORTENSIAS; LE PARC; LA ROSERAIE; LES MIMOSAS; LES OLIVIERS; LES CEDRES; LE VAL D'OR; BELLEVUE; BEAU SEJOUR; BEAUREGARD; LES JARDINS; LES QUATRE SAISONS
LE CLOS FLEURI; LA CHENAIE; LES BRUYERES; L'OREE DU BOIS; L'ETOILE DU MATIN; LES ALIZES; LES REMPARTS; LA FONTAINE; LE MOULIN; LES PEUPLIERS; LA SOURCE; LES TERRASSES; KER ANNA; KER AVEL; TY GLAS
L'ESPERANCE; LA PROVIDENCE; NOTRE-DAME; JEANNE D'ARC; LOUIS PASTEUR; CLAUDE BERNARD; MARIE CURIE; AMBROISE PARE; RENE LAENNEC; ALBERT SCHWEITZER; SIMONE VEIL; ROSA PARKS; JEAN MOULIN; VICTOR HUGO
LES DEUX RIVES; DES HALLES; DU PORT; DE LA POSTE; DU CHATEAU; DU LAC; DES ARENES; DES CORDELIERS; DES CAPUCINS; DU CENTRE; DE L'EUROPE; DU STADE; DE L'HORLOGE; DES LILAS; DES ACACIAS; DU PRESBYTERE
L'AUBEPINE; LES COQUELICOTS; LES EGLANTIERS; LA CAPUCINE; LE BOIS JOLI; LE GRAND CHENE; MON REPOS; LE FIL D'ARIANE; LES PAPILLONS BLANCS; LE SOLEIL LEVANT; L'ARC-EN-CIEL; HORIZON BLEU; LES GOELANDS`);

export const streetTypes: readonly (readonly [code: string, label: string])[] = [
  ['R', 'Rue'],
  ['R', 'Rue'],
  ['R', 'Rue'],
  ['R', 'Rue'],
  ['R', 'Rue'],
  ['AV', 'Avenue'],
  ['AV', 'Avenue'],
  ['BD', 'Boulevard'],
  ['PL', 'Place'],
  ['RTE', 'Route'],
  ['CHE', 'Chemin'],
  ['ALL', 'Allée'],
  ['QU', 'Quai'],
  ['IMP', 'Impasse'],
];

export const streetNames: readonly string[] = words(`
DE LA REPUBLIQUE; VICTOR HUGO; JEAN JAURES; DU GENERAL DE GAULLE; PASTEUR; DE LA GARE; DES ECOLES; DU 8 MAI 1945; DU 11 NOVEMBRE; LEON GAMBETTA; DE LA LIBERATION; JULES FERRY; EMILE ZOLA; JEAN MOULIN
DE L'EGLISE; DU MARCHE; DES LILAS; DES ACACIAS; DE BRETAGNE; DE PARIS; DE VERDUN; DU MARECHAL LECLERC; ARISTIDE BRIAND; ANATOLE FRANCE; DE L'HOPITAL; DU CHATEAU; DE LA FONTAINE; DU MOULIN; DES TILLEULS
DE LA MAIRIE; PIERRE ET MARIE CURIE; CLAUDE MONET; DES CORDELIERS; SAINT-MARTIN; SAINT-MICHEL; DE STRASBOURG; DES FRERES LUMIERE; DU PORT; DE LA PAIX; DES ROSIERS; GEORGES CLEMENCEAU; D'ALSACE; HENRI DUNANT
DU DOCTEUR ROUX; DU DOCTEUR CALMETTE; AMBROISE PARE; LAENNEC; DE L'YSER; DES CAPUCINS; DU PONT NEUF; DE LA PLAGE; DU STADE; DE LA CROIX ROUGE; DES MARTYRS DE LA RESISTANCE; LOUIS ARAGON; SIMONE VEIL`);
