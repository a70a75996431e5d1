/**
 * What transfer says to people, in French. Replies travel in a failure report up to the doctor who wrote: they say what
 * happened and what to do, and never name a patient.
 */

export const replyTexts = {
  'certificate-missing':
    "Certificat client requis : seul un opérateur de l'espace de confiance MSSanté peut déposer des messages ici.",
  'certificate-untrusted':
    "Le certificat client n'est pas issu de l'autorité de l'espace de confiance, ou n'est plus valable.",
  'certificate-revoked': 'Le certificat client est révoqué.',
  'certificate-status-unknown':
    "La révocation du certificat client ne peut pas être vérifiée pour l'instant. Le message sera accepté plus tard.",
  'operator-unknown': "Le certificat client n'est inscrit à aucun domaine de la liste blanche MSSanté.",
  'sender-domain-foreign':
    "Le certificat client n'est pas inscrit sur la liste blanche pour le domaine expéditeur {domain}.",
  'sender-not-owned': "Cette adresse d'expéditeur n'est ni la vôtre ni celle d'un compte qui vous est délégué.",
  'header-sender-foreign': "L'auteur inscrit dans le message (From, Sender) n'est pas celui qui l'envoie.",
  'recipient-unknown': "Aucune boîte aux lettres MSSanté n'existe à cette adresse.",
  'recipient-malformed': "Cette adresse n'en est pas une : vérifiez-la, lettre par lettre.",
  'recipient-elsewhere': "Cette adresse n'est pas hébergée ici.",
  'recipient-outside-trust-space':
    "Le domaine {domain} n'appartient pas à l'espace de confiance MSSanté : un message de santé ne peut pas y être envoyé. Demandez à votre correspondant son adresse MSSanté ; à un patient, écrivez dans Mon espace santé.",
  'trust-space-unknown':
    "La liste des opérateurs de l'espace de confiance n'est pas encore arrivée : le message pourra partir dans quelques minutes.",
  'mailbox-closed': 'La boîte aux lettres du destinataire est fermée.',
  'mailbox-full': 'La boîte aux lettres du destinataire est pleine.',
  'own-mailbox-full':
    "Votre boîte aux lettres est pleine : la copie du message n'y tiendrait pas, et il n'a pas été envoyé. Videz la corbeille, puis renvoyez-le.",
  'null-sender-not-report': 'Un message sans expéditeur doit être un rapport (avis de remise ou de lecture).',
  'message-loop': 'Le message tourne en boucle entre serveurs.',
  'message-malformed': "Le message n'est pas conforme : {rule}.",
  'credentials-refused': 'Identifiant ou mot de passe refusé.',
  'too-many-recipients': 'Trop de destinataires pour un seul message : envoyez-le en plusieurs fois.',
  'too-many-attempts': "Trop d'essais. Réessayez dans quelques minutes.",
} as const;

export type ReplyTextKey = keyof typeof replyTexts;

export const queueTexts = {
  notPermitted: 'Vous n’avez pas le droit de voir ou de changer les envois de ce compte.',
} as const;

/** Replies as a server of ours would give them, for clients that show them (RFC 8621 §7). */
export const sendingTexts = {
  taken: '250 2.1.5 Destinataire accepté',
  delivered: 'Message remis',
  failed: 'Message non remis',
} as const;

export const deliveryTexts = {
  notPermitted: 'Vous n’avez pas le droit de lire cette boîte aux lettres.',
  tooManyEmails: 'Trop de messages à la fois.',
  expired: 'Les essais ont duré deux jours.',
  weTryAgain: 'Vous n’avez rien à faire : les essais continuent.',
  peerIsLate: 'L’opérateur du destinataire a le message et ne l’a pas encore remis.',
  peerTriesAgain:
    'Vous n’avez rien à faire : il essaie encore. Si c’est urgent, prévenez votre correspondant autrement.',
} as const;

export const vacationTexts = {
  notPermitted: 'Vous n’avez pas le droit de changer la réponse automatique de cette boîte aux lettres.',
  accountDestroyed: 'Cette boîte aux lettres a été détruite.',
  tooLong: 'L’objet ou le texte de la réponse automatique est trop long.',
  endsBeforeItBegins: 'La fin de l’absence doit être après son début.',
  subject: (asked: string) => (asked === '' ? 'Réponse automatique' : `Réponse automatique : ${asked}`),
  text: [
    'Bonjour,',
    'Je suis absent(e) et lirai votre message à mon retour. Si la situation ne peut pas attendre, merci de joindre le cabinet par téléphone ; en cas d’urgence vitale, appelez le 15.',
    'Ce message est envoyé automatiquement.',
    '',
  ].join('\n\n'),
} as const;

const receiptNote = 'Cela ne dit pas que son contenu a été lu ou compris.';

export const receiptTexts = {
  subject: {
    displayed: (asked: string) => `Lu : ${asked}`,
    deleted: (asked: string) => `Supprimé : ${asked}`,
    dispatched: (asked: string) => `Transmis : ${asked}`,
    processed: (asked: string) => `Traité : ${asked}`,
  },
  text: {
    displayed: (at: string) => `Votre message reçu le ${at} a été affiché. ${receiptNote}\n`,
    deleted: (at: string) => `Votre message reçu le ${at} a été supprimé. Il a pu être lu avant, ou non.\n`,
    dispatched: (at: string) => `Votre message reçu le ${at} a été transmis à quelqu’un d’autre. ${receiptNote}\n`,
    processed: (at: string) => `Votre message reçu le ${at} a été traité par un programme. ${receiptNote}\n`,
  },
} as const;

export const unwantedTexts = {
  notPermitted: 'Vous pouvez lire cette boîte aux lettres, pas en signaler les messages.',
  emailUnknown: 'Ce message n’existe pas, ou plus.',
  noteTooLong: 'Votre remarque est trop longue.',
  administratorUnreachable:
    'L’administrateur de votre messagerie ne peut pas recevoir le signalement. Rien n’a été changé : prévenez-le par un autre moyen.',
  subject: {
    unwanted: 'Signalement : message indésirable',
    phishing: 'Signalement : hameçonnage',
    misdirected: 'Signalement : message reçu par erreur',
  },
  opening: {
    unwanted: (account: string, at: string) =>
      `La boîte ${account} signale un message indésirable, reçu le ${at}. Il est joint tel qu’il est arrivé.`,
    phishing: (account: string, at: string) =>
      `La boîte ${account} signale une tentative d’hameçonnage, reçue le ${at}. Le message est joint tel qu’il est arrivé : n’en suivez pas les liens.`,
    misdirected: (account: string, at: string) =>
      `La boîte ${account} a reçu le ${at} un message qui ne lui est pas destiné. Il est joint tel qu’il est arrivé.`,
  },
  note: (note: string) => `Remarque de la personne qui signale :\n${note}`,
  noNote: 'Sans remarque.',
  closing: {
    unwanted:
      'Le message est rangé dans les indésirables de cette boîte. Si l’opérateur de l’expéditeur doit être prévenu, son contact figure dans l’annuaire des opérateurs.',
    phishing:
      'Le message est rangé dans les indésirables de cette boîte. Vérifiez si d’autres boîtes l’ont reçu, et prévenez l’opérateur de l’expéditeur : son compte est peut-être détourné.',
    misdirected:
      'Le message est resté dans cette boîte et l’expéditeur n’a pas été prévenu : c’est à vous d’en juger. Des données de santé reçues par erreur peuvent être une violation de données à documenter.',
  },
  fileName: 'message-signale.eml',
} as const;
