import type { AlarmCode } from './alarms.ts';
import type { AlarmFacts } from './tables.ts';

/** French sentences about the trust space, for the command line, the administrator's page and the ends. */

function day(value: string | number | undefined): string {
  const date = new Date(value ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return 'date inconnue';
  return new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Paris' }).format(
    date,
  );
}

/** Why a white list was refused: codes of `formats/white-list`, of `formats/x509` and of the refresh. */
const refusals: Readonly<Record<string, string>> = {
  'white-list-too-large': 'le fichier dépasse la taille admise',
  'white-list-malformed': 'le fichier n’est pas un document bien formé du profil attendu',
  'white-list-cut-short': 'le fichier est incomplet',
  'white-list-doctype': 'le fichier contient une déclaration de type de document',
  'white-list-wrong-namespace': 'le fichier n’est pas une liste blanche MSSanté',
  'white-list-unsigned': 'la liste n’est pas signée',
  'white-list-several-signatures': 'la liste porte plusieurs signatures',
  'white-list-signature-profile': 'la signature n’a pas la forme attendue',
  'white-list-altered': 'la liste a été modifiée après sa signature',
  'white-list-signature-invalid': 'la signature ne correspond pas au certificat du signataire',
  'signer-unknown-authority': 'le certificat du signataire n’est pas émis par une autorité configurée',
  'signer-bad-signature': 'le certificat du signataire n’est pas signé par l’autorité qu’il nomme',
  'signer-expired': 'le certificat du signataire était expiré à la date de génération',
  'signer-not-yet-valid': 'le certificat du signataire n’était pas encore valide à la date de génération',
  'signer-revoked': 'le certificat du signataire est révoqué',
  'signer-other-name':
    'le signataire ne porte pas un nom configuré ; si l’ANS a changé de signataire, ajoutez son nom à la configuration',
  'white-list-from-future': 'la date de génération est dans le futur',
  'white-list-not-newer': 'la liste n’est pas plus récente que celle en vigueur',
  'white-list-shrunk': 'la liste a perdu une part anormale de ses domaines',
  'white-list-empty': 'la liste ne contient aucun domaine',
  'crl-not-newer': 'la liste de révocation est plus ancienne que celle en vigueur',
  'crl-unknown-authority': 'la liste de révocation n’est signée par aucune autorité configurée',
  'x509-malformed': 'le certificat ou la liste de révocation est mal formé',
  'x509-too-large': 'le certificat ou la liste de révocation est trop grand',
  'x509-unsupported': 'la liste de révocation a une forme non admise',
};

const alarms: Readonly<Record<AlarmCode, (facts: AlarmFacts, subject: string) => string>> = {
  'white-list-refused': (facts) =>
    `Une liste blanche${facts['signer'] ? ` signée par « ${facts['signer']} »` : ''} a été refusée : ${trustTexts.refusal(String(facts['code']))}. La dernière liste valide reste en vigueur.`,
  'white-list-signer-changed': (facts) =>
    `La liste blanche est désormais signée avec une autre clé (« ${facts['name']} », certificat valable jusqu’au ${day(facts['notAfter'])}), sous l’autorité et le nom configurés. Vérifiez auprès de l’ANS que ce changement est voulu, puis confirmez.`,
  'white-list-unreadable-entries': (facts) =>
    `${facts['count']} entrée(s) de la liste blanche sont illisibles et n’autorisent aucun échange.`,
  'white-list-age': (facts) => `La liste blanche en vigueur date du ${day(facts['generatedAt'])}.`,
  'white-list-unconfirmed': (facts) =>
    `La liste blanche n’a pas pu être relue depuis le ${day(facts['confirmedAt'])}. La dernière liste valide reste en vigueur.`,
  'white-list-absent': () =>
    'Aucune liste blanche valide n’a encore été reçue : aucun échange entre opérateurs n’est possible.',
  'crl-refused': (facts, subject) =>
    `Une liste de révocation (${subject}) a été refusée : ${trustTexts.refusal(String(facts['code']))}.`,
  'crl-age': (facts, subject) =>
    `La liste de révocation de « ${subject} » expire le ${day(facts['nextUpdate'])} ; passé cette date, les échanges concernés attendent.`,
  'crl-absent': (_facts, subject) =>
    `Aucune liste de révocation de « ${subject} » n’est disponible : les échanges concernés attendent.`,
};

export const trustTexts = {
  verificationFailed: 'La vérification de la liste blanche n’a pas pu aboutir.',
  noAuthority: 'La configuration ne désigne aucune autorité de certification.',
  notAnAuthority: 'Un des certificats configurés comme autorités n’en est pas une.',
  fileUnreadable: 'Le fichier ne peut pas être lu.',
  /** Why a document was refused, to follow a colon. */
  refusal: (code: string): string =>
    refusals[code] ??
    (code.startsWith('signer-')
      ? `le certificat du signataire n’est pas recevable (${code})`
      : `le document n’est pas recevable (${code})`),
  /** Why a document could not be had. */
  unavailable: (code: string): string => `La source n’a pas donné le document (${code}).`,
  alarm: (code: AlarmCode, facts: AlarmFacts, subject: string): string => alarms[code](facts, subject),
} as const;
