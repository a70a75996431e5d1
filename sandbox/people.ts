/** The people of the small world: invented, with the official test INS where a patient needs one (docs/trust-space.md, patients). */

import type { ExtraPlace } from '../testkit/directory/extra.ts';

export interface DemoAccount {
  readonly address: string;
  readonly type: 'PER' | 'ORG';
  readonly displayName: string;
}

/** The FINESS by which the stand-in Annuaire knows a house of the demonstration; a practice has none of its own. */
export function finessOf({ finess }: Pick<ExtraPlace, 'finess'>): string {
  return finess ?? '370999999';
}

export interface DemoPerson {
  readonly login: string;
  readonly name: string;
  /** As the practice would say it, French. */
  readonly title: string;
  readonly role: 'holder' | 'associate' | 'assistant' | 'it-administrator' | 'citizen';
  readonly rpps: string | null;
  /** As the national directory has it, for those with an RPPS. */
  readonly listed?: {
    readonly family: string;
    readonly given: string;
    readonly isWoman: boolean;
    readonly professionCode: string;
    readonly specialityCode?: string;
  };
  readonly ins?: string;
  /** Accounts the person holds. */
  readonly holds: readonly DemoAccount[];
  /** Addresses of shared accounts the person reads and writes for. */
  readonly shares: readonly string[];
}

export interface DemoOperator {
  readonly name: 'cabinet' | 'hopital' | 'citoyens';
  readonly kind: 'professional' | 'citizen';
  readonly tenantKind: 'practice' | 'establishment' | 'operator';
  readonly tenantName: string;
  readonly domain: string;
  /** As on the real white list: `OU` is `3` and a SIRET. */
  readonly distinguishedName: string;
  readonly administrator: string;
  /** Where they practise, in the national directory; citizens stand nowhere there. */
  readonly place?: ExtraPlace;
  readonly shared: readonly DemoAccount[];
  readonly people: readonly DemoPerson[];
}

const cabinet = 'cabinet.mssante.example';
const hospital = 'hopital.mssante.example';
const citizens = 'patient.mssante.example';

function citizen(ins: string, login: string, name: string): DemoPerson {
  return {
    login,
    name,
    title: 'Patient',
    role: 'citizen',
    rpps: null,
    ins,
    holds: [{ address: `${ins}@${citizens}`, type: 'PER', displayName: name }],
    shares: [],
  };
}

export const demoOperators: readonly DemoOperator[] = [
  {
    name: 'cabinet',
    kind: 'professional',
    tenantKind: 'practice',
    tenantName: 'Cabinet médical des Tilleuls',
    domain: cabinet,
    distinguishedName:
      'CN=mss.cabinet.mssante.example,OU=311111111100017,O=Cabinet des Tilleuls,ST=Indre-et-Loire (37),C=FR',
    administrator: `administration@${cabinet}`,
    place: {
      name: 'Cabinet médical des Tilleuls',
      street: { number: '12', type: ['R', 'Rue'], name: 'des Tilleuls' },
      postcode: '37000',
      communeCode: '37261',
      town: 'Tours',
      sector: 'SA07',
    },
    shared: [
      { address: `administration@${cabinet}`, type: 'ORG', displayName: 'Administration de la messagerie' },
      { address: `secretariat@${cabinet}`, type: 'ORG', displayName: 'Secrétariat, Cabinet des Tilleuls' },
    ],
    people: [
      {
        login: 'claire.vasseur',
        name: 'Dr Claire Vasseur',
        title: 'Médecin généraliste',
        role: 'holder',
        rpps: '89970000011',
        listed: { family: 'Vasseur', given: 'Claire', isWoman: true, professionCode: '10', specialityCode: 'SM54' },
        holds: [{ address: `claire.vasseur@${cabinet}`, type: 'PER', displayName: 'Dr Claire VASSEUR' }],
        shares: [`secretariat@${cabinet}`, `administration@${cabinet}`],
      },
      {
        login: 'hugo.legoff',
        name: 'Dr Hugo Le Goff',
        title: 'Médecin généraliste',
        role: 'associate',
        rpps: '89970000029',
        listed: { family: 'Le Goff', given: 'Hugo', isWoman: false, professionCode: '10', specialityCode: 'SM54' },
        holds: [{ address: `hugo.legoff@${cabinet}`, type: 'PER', displayName: 'Dr Hugo LE GOFF' }],
        shares: [`secretariat@${cabinet}`],
      },
      {
        login: 'sophie.lambert',
        name: 'Sophie Lambert',
        title: 'Infirmière',
        role: 'associate',
        rpps: '89970000037',
        listed: { family: 'Lambert', given: 'Sophie', isWoman: true, professionCode: '60' },
        holds: [{ address: `sophie.lambert@${cabinet}`, type: 'PER', displayName: 'Sophie LAMBERT' }],
        shares: [],
      },
      {
        login: 'marie.leroy',
        name: 'Marie Leroy',
        title: 'Secrétaire médicale',
        role: 'assistant',
        rpps: null,
        holds: [],
        shares: [`secretariat@${cabinet}`],
      },
    ],
  },
  {
    name: 'hopital',
    kind: 'professional',
    tenantKind: 'establishment',
    tenantName: 'CHU de la Touraine',
    domain: hospital,
    distinguishedName: 'CN=mss.hopital.mssante.example,OU=1370000002,O=CHU de la Touraine,ST=Indre-et-Loire (37),C=FR',
    administrator: `administration@${hospital}`,
    place: {
      name: 'CHU de la Touraine',
      finess: '370000002',
      street: { number: '2', type: ['BD', 'Boulevard'], name: 'Tonnellé' },
      postcode: '37000',
      communeCode: '37261',
      town: 'Tours',
      sector: 'SA01',
    },
    shared: [
      { address: `administration@${hospital}`, type: 'ORG', displayName: 'Administration de la messagerie' },
      { address: `cardiologie@${hospital}`, type: 'ORG', displayName: 'Service de cardiologie' },
      { address: `laboratoire@${hospital}`, type: 'ORG', displayName: 'Laboratoire de biologie' },
    ],
    people: [
      {
        login: 'rachid.meziane',
        name: 'Pr Rachid Meziane',
        title: 'Cardiologue',
        role: 'holder',
        rpps: '89970000045',
        listed: { family: 'Meziane', given: 'Rachid', isWoman: false, professionCode: '10', specialityCode: 'SM04' },
        holds: [{ address: `rachid.meziane@${hospital}`, type: 'PER', displayName: 'Pr Rachid MEZIANE' }],
        shares: [`cardiologie@${hospital}`, `administration@${hospital}`],
      },
      {
        login: 'helene.aubry',
        name: 'Dr Hélène Aubry',
        title: 'Biologiste médicale',
        role: 'associate',
        rpps: '89970000052',
        listed: { family: 'Aubry', given: 'Hélène', isWoman: true, professionCode: '10', specialityCode: 'SM03' },
        holds: [{ address: `helene.aubry@${hospital}`, type: 'PER', displayName: 'Dr Hélène AUBRY' }],
        shares: [`laboratoire@${hospital}`],
      },
    ],
  },
  {
    name: 'citoyens',
    kind: 'citizen',
    tenantKind: 'operator',
    tenantName: 'Messagerie citoyenne (bac à sable)',
    domain: citizens,
    distinguishedName: 'CN=mss.patient.mssante.example,OU=318000000000012,O=Messagerie citoyenne,ST=Paris (75),C=FR',
    administrator: `administration@${citizens}`,
    shared: [{ address: `administration@${citizens}`, type: 'ORG', displayName: 'Administration de la messagerie' }],
    people: [
      citizen('279035121518989', 'dominique.pat-trois', 'Dominique PAT-TROIS'),
      citizen('277076322082910', 'anne.petit', 'Anne PETIT'),
      citizen('146026322000196', 'paul.garnier', 'Paul GARNIER'),
      citizen('274075176079430', 'martine.roche', 'Martine ROCHE'),
    ],
  },
];

/** Exchanges that are there at the first start, sent for real from one operator to the other. */
export interface DemoMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

export const demoMessages: readonly DemoMessage[] = [
  {
    from: `rachid.meziane@${hospital}`,
    to: [`claire.vasseur@${cabinet}`],
    subject: 'Lettre de liaison',
    text: [
      'Chère consœur,',
      'M. Garnier sort ce jour du service après une angioplastie. Le traitement de sortie est joint au dossier.',
      'Merci de contrôler la tension et la kaliémie dans un mois.',
      'Bien confraternellement,',
      'Pr Rachid Meziane',
    ].join('\n\n'),
  },
  {
    from: `laboratoire@${hospital}`,
    to: [`claire.vasseur@${cabinet}`, `secretariat@${cabinet}`],
    subject: 'Compte rendu d’examens biologiques',
    text: 'Bonjour,\n\nLe compte rendu de Mme Petit est validé : potassium à 6,1 mmol/l, à contrôler sans attendre.\n\nLe laboratoire',
  },
  {
    from: `sophie.lambert@${cabinet}`,
    to: [`claire.vasseur@${cabinet}`],
    subject: 'Pansement',
    text: 'Bonjour Claire,\n\nPlaie propre ce matin, pansement refait. Je repasse jeudi.\n\nSophie',
  },
  {
    from: `claire.vasseur@${cabinet}`,
    to: [`277076322082910@${citizens}`],
    subject: 'Votre ordonnance',
    text: 'Bonjour Madame,\n\nVotre ordonnance est prête. Vous pouvez me répondre ici si vous avez une question.\n\nDr Vasseur',
  },
  {
    from: `claire.vasseur@${cabinet}`,
    to: [`rachid.meziane@${hospital}`, `cardiologie@${hospital}`],
    subject: 'Demande d’avis',
    text: 'Cher confrère,\n\nJe souhaite votre avis pour une dyspnée d’effort apparue il y a trois semaines.\n\nBien confraternellement,\n\nClaire Vasseur',
  },
];
