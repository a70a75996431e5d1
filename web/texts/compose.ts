/** Words of writing and sending. */
import { bytesText as bytes } from '../ui/bytes.ts';
import { clock, dayNumbers } from '../ui/dates.ts';

const weekday = new Intl.DateTimeFormat('fr-FR', { weekday: 'long', day: 'numeric', month: 'long' });

const instant = (at: Date): string => `${dayNumbers(at)} à ${clock(at)}`;
const several = (count: number, one: string, more: string): string => (count === 1 ? one : more);

export const composeTexts = {
  // Titles
  newMessage: 'Nouveau message',
  reply: 'Réponse',
  passOn: 'Transfert',
  draft: 'Brouillon',
  close: 'Fermer, le brouillon est gardé',

  // Fields
  from: 'De',
  to: 'À',
  cc: 'Cc',
  bcc: 'Cci',
  copies: 'Cc et Cci',
  subject: 'Objet',
  date: 'Date',
  body: 'Message',
  field: (name: string, value: string) => `${name} : ${value}`,
  recipientsOf: (field: string) => `Destinataires, champ ${field}`,
  recipientHint: 'Nom, spécialité, ville ou adresse',
  removeRecipient: (name: string) => `Retirer ${name}`,
  added: (names: string) => `Ajouté : ${names}`,
  removed: (name: string) => `Retiré : ${name}`,
  suggestions: (count: number) =>
    count === 0 ? 'Aucune proposition' : `${count} ${several(count, 'proposition', 'propositions')}`,
  suggestionList: 'Correspondants proposés',
  searching: 'Recherche…',
  searchFailed: 'L’annuaire ne répond pas. Une adresse tapée en entier est acceptée.',
  nobody: 'Personne de ce nom dans l’annuaire. Une adresse tapée en entier est acceptée.',
  sources: { favourite: 'Favori', group: 'Groupe', book: 'Carnet', written: 'Déjà écrit', directory: 'Annuaire' },
  homonymBadge: 'Homonyme',
  members: (names: readonly string[]) =>
    `${names.length} ${several(names.length, 'membre', 'membres')} : ${names.join(', ')}`,
  patient: 'Patient',
  notAddresses: (rest: readonly string[]) => `Ce n’est pas une adresse : ${rest.join(', ')}`,

  // What is known of a recipient
  invalidAddress: 'Cette adresse est incomplète ou mal écrite. Corrigez-la pour envoyer.',
  outside: 'Cette adresse n’est pas dans l’espace de confiance MSSanté : Hygie n’y envoie rien.',
  left: 'N’est plus dans l’annuaire national : cette adresse n’est peut-être plus lue.',
  homonyms: (count: number, family: string, town: string | undefined) =>
    `${count} ${several(count, 'autre', 'autres')} ${family}${town === undefined ? '' : ` à ${town}`} : vérifiez.`,
  samePerson: 'Cette personne est déjà destinataire, à une autre adresse.',
  neverWritten: 'Vous ne lui avez encore jamais écrit.',
  preferredAddress: (address: string) => `Votre adresse habituelle pour cette personne : ${address}`,
  namesakes: 'Les autres du même nom',
  replaceBy: 'Choisir',
  replaceByName: (name: string, detail: string) => `Remplacer par ${name}, ${detail}`,
  replacePreferred: 'Écrire à cette adresse',
  edit: 'Corriger',
  remove: 'Retirer',
  checked: 'Dans l’annuaire national',

  // Outside the trust space
  outsideTitle: 'Hors de l’espace de confiance',
  outsideNotice: (addresses: readonly string[]) =>
    addresses.length === 1
      ? `${addresses[0] ?? ''} n’est pas dans l’espace de confiance MSSanté. Hygie n’y envoie rien.`
      : `${addresses.length} adresses ne sont pas dans l’espace de confiance MSSanté. Hygie n’y envoie rien.`,
  outsideWhy:
    'Une messagerie ordinaire ne protège pas les données de santé : rien ne garantit qui lit, ni où le message est copié. Le plus sûr : demandez à votre correspondant son adresse MSSanté, ou cherchez-le dans l’annuaire.',
  outsideWay:
    'À défaut, préparez une archive chiffrée : elle contient le texte et les pièces jointes. Vous la remettez par le moyen de votre choix, et donnez le mot de passe par un autre (téléphone ou SMS, jamais dans le même message). Hygie n’envoie rien lui-même.',
  outsideAction: 'Que faire ?',
  makeArchive: 'Préparer l’archive chiffrée',
  archiveTitle: 'Archive chiffrée',
  archiveMaking: (done: number, total: number) => `Chiffrement sur cet appareil : ${done} sur ${total}`,
  archiveReady: 'L’archive est enregistrée dans vos téléchargements. Voici son mot de passe, montré une seule fois :',
  archivePassword: 'Mot de passe de l’archive',
  archiveCopy: 'Copier le mot de passe',
  archiveCopied: 'Mot de passe copié',
  archiveTell:
    'Donnez-le de vive voix ou par SMS. Il n’est gardé nulle part : perdu, il faut refaire l’archive. Elle s’ouvre avec 7-Zip sous Windows, Keka ou The Unarchiver sous macOS (chiffrement AES-256, que l’explorateur de Windows n’ouvre pas toujours).',
  archiveFailed: 'L’archive n’a pas pu être faite : une pièce jointe ne se lit pas. Réessayez.',
  archiveName: 'message-chiffre.zip',
  archiveText: 'message.txt',
  archiveHtml: 'message.html',
  archiveDone: 'J’ai noté le mot de passe',

  // Text
  toolbar: 'Mise en forme',
  bold: 'Gras',
  italic: 'Italique',
  underline: 'Souligné',
  bulletList: 'Liste à puces',
  orderedList: 'Liste numérotée',
  quote: 'Citation',
  link: 'Lien',
  linkTitle: 'Lien',
  linkAddress: 'Adresse du lien',
  linkBad: 'Une adresse commence par https://, mailto: ou tel:',
  linkSet: 'Mettre le lien',
  linkRemove: 'Retirer le lien',
  undoTyping: 'Annuler la frappe',
  redoTyping: 'Rétablir',
  plain: 'Texte simple',
  plainOn: 'Écrire en texte simple',
  plainOff: 'Écrire avec mise en forme',
  plainTitle: 'Passer en texte simple ?',
  plainLoss: 'La mise en forme (gras, listes, liens) devient du texte. Les mots restent.',
  plainConfirm: 'Passer en texte simple',
  editorFailed: 'La mise en forme ne s’est pas chargée. Vous pouvez écrire en texte simple.',

  // Quoting
  somebody: 'votre correspondant',
  wrote: (at: Date, name: string) => `Le ${instant(at)}, ${name} a écrit :`,
  passedOn: '---------- Message transmis ----------',
  instant,
  day: dayNumbers,

  // Saving
  saved: (at: number) => `Enregistré à ${clock(new Date(at))}`,
  saving: 'Enregistrement…',
  dirty: 'Modifié',
  unreachable: 'Non enregistré : hors ligne, nous réessayons',
  unreachableKept: 'Ce que vous écrivez est gardé sur cet appareil en attendant.',
  saveRefused: (why: string) => `Non enregistré : ${why}`,
  twice: 'Ce brouillon est ouvert dans un autre onglet. Écrivez dans un seul, sinon deux versions resteront.',
  wasGone: 'Ce brouillon a aussi été changé ou supprimé ailleurs. Votre version est gardée à part.',
  unsavedTitle: 'Un message n’avait pas pu être enregistré',
  unsaved: (subject: string, at: Date) =>
    `${subject === '' ? 'Sans objet' : `« ${subject} »`}, écrit le ${instant(at)}. Rien n’en est perdu.`,
  resume: 'Reprendre le message non enregistré',
  forget: 'L’abandonner',
  forgotten: 'Message abandonné',
  discard: 'Jeter le brouillon',
  discarded: 'Brouillon jeté',
  discardFailed: 'Le brouillon n’a pas pu être jeté. Réessayez.',

  // Files
  attach: 'Joindre',
  attachLabel: 'Joindre des fichiers',
  attachments: 'Pièces jointes',
  attachmentTotal: (count: number, used: number, room: number) =>
    `${count} ${several(count, 'pièce', 'pièces')}, ${bytes(used)} sur ${bytes(room)}`,
  attachmentRoom: (room: number, isForPatient: boolean) =>
    isForPatient ? `Jusqu’à ${bytes(room)} en tout vers un patient` : `Jusqu’à ${bytes(room)} en tout`,
  drop: 'Déposez pour joindre',
  uploading: (name: string) => `Envoi de ${name}`,
  uploadFailed: 'Interrompu',
  uploadRetry: (name: string) => `Reprendre l’envoi de ${name}`,
  uploadCancel: (name: string) => `Arrêter l’envoi de ${name}`,
  removeFile: (name: string) => `Retirer ${name}`,
  fileRemoved: (name: string) => `${name} retiré`,
  unnamedFile: 'piece-jointe',
  fileFaults: {
    empty: (name: string) => `${name} est vide.`,
    'file-too-large': (name: string, room: number) =>
      `${name} est trop lourd : ${bytes(room)} au plus. Réduisez-le ou déposez-le ailleurs.`,
    'total-too-large': (name: string, room: number) => `Avec ${name}, les pièces dépasseraient ${bytes(room)}.`,
  },
  totalTooLarge: (room: number, isForPatient: boolean) =>
    isForPatient
      ? `Vers un patient, les pièces ne peuvent dépasser ${bytes(room)} en tout : retirez-en.`
      : `Les pièces dépassent ${bytes(room)} en tout : retirez-en.`,
  program: 'Programme : beaucoup de destinataires le refuseront. Un PDF passe partout.',
  copyFailed:
    'Les pièces jointes n’ont pas pu suivre dans l’autre boîte : l’expéditeur reste celui d’avant. Réessayez.',
  bytes,

  // Options
  options: 'Options d’envoi',
  urgent: 'Priorité haute',
  urgentOff: 'Priorité normale',
  receipt: 'Demander un accusé de lecture',
  receiptOff: 'Ne pas demander d’accusé de lecture',
  isUrgent: 'Priorité haute',
  hasReceipt: 'Accusé de lecture demandé',
  withdraw: (option: string) => `Retirer : ${option}`,
  schedule: 'Programmer l’envoi',
  scheduleTitle: 'Programmer l’envoi',
  scheduleLead: 'Le message part à l’heure dite, ordinateur éteint ou non. Vous pouvez l’annuler jusque-là.',
  scheduleAt: 'Date et heure',
  scheduleSend: 'Programmer',
  scheduleOff: 'Cette boîte ne permet pas de programmer un envoi.',
  moments: { tonight: 'Ce soir', tomorrow: 'Demain matin', monday: 'Lundi matin' },
  moment: (name: string, at: Date) => `${name}, ${clock(at)}`,
  momentFaults: {
    past: 'Choisissez une heure à venir.',
    'too-late': 'C’est trop loin : choisissez une date plus proche.',
  },

  // Templates
  templates: 'Modèles',
  noTemplates: 'Aucun modèle pour cette boîte',
  saveTemplate: 'Enregistrer comme modèle…',
  templateName: 'Nom du modèle',
  templateSaved: (name: string) => `Modèle « ${name} » enregistré`,
  templateHelp: '{{patient}}, {{correspondant}}, {{date}}, {{moi}} et {{cabinet}} seront remplis à chaque usage.',
  templateExists: 'Un modèle porte déjà ce nom.',
  fillTitle: 'Compléter le modèle',
  fill: 'Insérer',

  // Sending
  send: 'Envoyer',
  sending: 'Envoi…',
  sendTip: 'Ctrl Entrée',
  noRecipient: 'Ajoutez au moins un destinataire.',
  unfinishedRecipient: (typed: string) =>
    `« ${typed} » n’est pas une adresse : choisissez le destinataire dans la liste, ou effacez ces mots.`,
  noSender: 'Vous ne pouvez plus écrire depuis cette boîte : choisissez un autre expéditeur.',
  fixRecipients: 'Corrigez ou retirez les destinataires signalés en rouge.',
  waitUploads: 'Des pièces jointes sont encore en route. Le message pourra partir quand elles seront arrivées.',
  failedUploads: 'Une pièce jointe n’est pas arrivée : reprenez-la ou retirez-la.',
  checking: 'Vérification des destinataires…',
  sendUnreachable:
    'Le serveur ne répond pas : on ne sait pas encore si le message est parti. Réessayez : il ne partira pas deux fois.',
  sendRefused: 'Le message n’est pas parti.',
  refusedFor: (count: number) =>
    `${several(count, 'Un destinataire est refusé', `${count} destinataires sont refusés`)}.`,
  sent: 'Message envoyé',
  formerLeft:
    'La version d’avant était déjà partie. Celle-ci, que vous avez changée depuis, n’est pas envoyée : envoyez-la s’il le faut.',
  sentIn: (seconds: number) => `Message envoyé dans ${seconds} s`,
  sentAlready: 'Ce message était déjà parti',
  scheduled: (at: Date) => `Envoi programmé ${weekday.format(at)} à ${clock(at)}`,
  takenBack: 'Envoi annulé',
  queued: 'Hors ligne : le message partira au retour du réseau',
  tooLate: 'Trop tard : le message est déjà parti.',
  takeBackFailed: 'L’envoi n’a pas pu être annulé : le serveur ne répond pas.',
  refusals: {
    forbiddenToSend: 'Vous n’avez pas le droit d’envoyer depuis cette boîte.',
    forbiddenFrom: 'Vous n’avez pas le droit d’écrire sous cette adresse.',
    forbiddenMailFrom: 'Vous n’avez pas le droit d’écrire sous cette adresse.',
    noRecipients: 'Ajoutez au moins un destinataire.',
    invalidRecipients: 'Des destinataires sont refusés.',
    tooManyRecipients: 'Il y a trop de destinataires pour un seul message.',
    tooLarge: 'Le message est trop lourd.',
    invalidEmail: 'Le message n’a pas la forme attendue.',
    blobNotFound: 'Une pièce jointe n’est plus là. Joignez-la de nouveau.',
  },

  // Before sending
  confirmTitle: 'Avant d’envoyer',
  confirmSend: 'Envoyer quand même',
  confirmBack: 'Revenir au message',
  noSubject: 'Le message n’a pas d’objet.',
  noAttachment: 'Vous parlez d’une pièce jointe, mais il n’y en a pas.',
  patientWithOthers: (count: number) =>
    `${several(count, 'Un patient recevra', `${count} patients recevront`)} ce message avec d’autres destinataires, et verra leurs adresses. L’adresse d’un patient contient son numéro de santé.`,
  severalPatients: 'Plusieurs patients recevraient le même message et verraient les adresses des autres.',
  uncheckedRecipients: 'Les destinataires n’ont pas pu être vérifiés.',

  // Loading
  loadFailedTitle: 'Ce message ne s’ouvre pas',
  goneTitle: 'Ce brouillon n’est plus là',
  gone: 'Il a été envoyé, jeté, ou changé dans un autre onglet.',
  originalGone: 'Le message d’origine n’est plus là : il n’est pas cité.',
  noAccountTitle: 'Aucune boîte pour écrire',
  noAccount:
    'Vous pouvez lire des boîtes, mais n’écrire depuis aucune. La personne qui administre Hygie peut vous en donner le droit.',
  drafts: 'Voir les brouillons',

  // Scheduled messages
  scheduledTitle: 'Envois programmés',
  scheduledLead: 'Ces messages attendent leur heure. Ils partent même si vous êtes déconnecté.',
  scheduledNone: 'Rien n’attend son heure',
  scheduledHelp: 'Pour programmer un envoi : écrire, puis « Programmer l’envoi » dans les options.',
  scheduledAt: (at: Date) => `${weekday.format(at)} à ${clock(at)}`,
  scheduledCancel: 'Annuler et rouvrir',
  noSubjectShort: '(sans objet)',
} as const;
