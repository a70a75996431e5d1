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

const services: Readonly<Record<string, readonly string[]>> = {
  hospital: hospitalServices,
  psychiatry: words(
    'CMP adultes; CMP enfants et adolescents; CATTP; Hôpital de jour; Unité d’admission; Équipe mobile de gérontopsychiatrie',
  ),
  care: words('Secrétariat; Direction; Infirmerie; Cadre de santé; Médecin coordonnateur; Accueil'),
  territory: words('Coordination; Secrétariat; Soins non programmés'),
  house: words('Secrétariat; Coordination; Infirmier Asalée'),
  centre: words('Secrétariat; Accueil'),
  laboratory: words('Secrétariat; Résultats; Microbiologie; Plateau technique'),
  imaging: words('Secrétariat; Scanner; IRM; Mammographie'),
  occupational: words('Secrétariat; Centre médical'),
  consultations: words('Consultations; Secrétariat'),
  secretariat: words('Secrétariat'),
};

/** `code | sector | thousands of inhabitants | "town" for those of towns only | services | names`. */
export const structureKinds: readonly StructureKind[] = `
chu | SA01 | 120 | town | hospital | CHU DE {t}; CHU {t} SITE NORD; CHU {t} HOPITAL SUD; CHU {t} HOTEL-DIEU; CHU {t} HOPITAL MERE-ENFANT
ch | SA01 | 40 | town | hospital | CENTRE HOSPITALIER DE {t}; CH {t}; CENTRE HOSPITALIER INTERCOMMUNAL {t}; HOPITAL {s}
chs | SA01 | 160 | town | psychiatry | CENTRE HOSPITALIER SPECIALISE {t}; EPSM {s}; CHS {p}
clinic | SA04 | 45 | town | hospital | CLINIQUE {s}; POLYCLINIQUE DE {t}; CLINIQUE {p}; HOPITAL PRIVE {s}
rehabilitation | SA30 | 70 | town | care | CENTRE DE SOINS DE SUITE {p}; CLINIQUE SSR {p}; CENTRE DE REEDUCATION {s}
home-hospital | SA51 | 120 | town | care | HAD {t}; HOSPITALISATION A DOMICILE {p}
dialysis | SA34 | 120 | town | care | CENTRE DE DIALYSE {t}; UNITE DE DIALYSE {t}
ehpad | SA17 | 8 | | care | EHPAD {p}; RESIDENCE {p}; EHPAD RESIDENCE {s}; MAISON DE RETRAITE {s}
disability | SA16 | 14 | | care | ESAT {p}; IME {p}; FAM {p}; MAS {p}; SESSAD {p}; ESAT LES ATELIERS DE {t}; SAVS-SAMSAH {t}
home-nursing | SA41 | 22 | | care | SSIAD {t}; SSIAD ADMR DE {t}; SSIAD {p}
territory | SA57 | 60 | | territory | CPTS DU PAYS DE {t}; CPTS {p}; DAC {t}; PLATEFORME TERRITORIALE D'APPUI {t}
health-house | SA52 | 9 | | house | MAISON DE SANTE PLURIPROFESSIONNELLE DE {t}; MSP {p}; MSP {s}; POLE DE SANTE {t}
health-centre | SA05 | 18 | | centre | CENTRE DE SANTE {p}; CENTRE DE SANTE MUNICIPAL {t}; CENTRE DE SANTE INFIRMIER {s}; CENTRE DE SANTE DENTAIRE {t}
laboratory | SA25 | 12 | | laboratory | LABORATOIRE {f}; LBM BIO{t}; LABORATOIRE DE BIOLOGIE MEDICALE {p}; LABORATOIRE {s}
pharmacy | SA33 | 3 | | | PHARMACIE {f}; PHARMACIE DE LA MAIRIE; PHARMACIE DU MARCHE; GRANDE PHARMACIE DE {t}; PHARMACIE {p}; SELARL PHARMACIE {f}; PHARMACIE {s}; PHARMACIE DE LA GARE
imaging | SA09 | 40 | | imaging | CENTRE D'IMAGERIE MEDICALE {t}; SCM RADIOLOGIE {p}; IRM {t}
occupational | SA66 | 60 | | occupational | SERVICE DE PREVENTION ET DE SANTE AU TRAVAIL {t}; SANTE TRAVAIL {p}
mother-child | SA15 | 40 | | consultations | PMI DE {t}; CENTRE DEPARTEMENTAL D'ACTION SOCIALE {t}
group | SA08 | 2 | | secretariat | CABINET MEDICAL {p}; CABINET INFIRMIER {p}; SCM {p}; CABINET DE GROUPE {s}; CABINET PARAMEDICAL DE {t}; CABINET DENTAIRE {p}
company | SA09 | 8 | | | SELARL {f}; SELARL DU DR {f}; SCP {f} ET ASSOCIES; SELAS {p}
equipment | SA42 | 8 | | | OPTIQUE {f}; OPTIQUE DE {t}; AUDITION {f}; CENTRE AUDITIF DE {t}; ORTHOPEDIE {f}`
  .trim()
  .split('\n')
  .map((line) => {
    const [code = '', sector = '', inhabitants = '', place, offered = '', names = ''] = line.split(/ *\| */u);
    const isHospital = place === 'town';
    return {
      code,
      sector,
      inhabitants: Number(inhabitants),
      isHospital,
      names: words(names),
      services: services[offered] ?? [],
    };
  });

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
