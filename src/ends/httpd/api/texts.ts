/** Every French sentence of the API: what each operation does, and what is wrong with a request. */
export const apiTexts = {
  accounts: 'Les boîtes aux lettres sur lesquelles la personne a des droits.',

  directory: 'Les éditions de l’annuaire national en vigueur, et leur âge.',
  correspondents: 'Cherche des correspondants dans l’annuaire national.',
  accountCorrespondents:
    'Cherche des correspondants dans l’annuaire national, selon les habitudes de la boîte et avec ce qu’elle garde.',
  card: 'Tout ce que l’on sait d’un correspondant.',
  refresh: 'Demande à l’Annuaire Santé ce qu’il dit de plus de ce correspondant.',

  checkRecipients: 'Ce qu’il faut savoir de chaque destinataire avant d’envoyer.',
  favourites: 'Les favoris de la boîte.',
  addFavourite: 'Ajoute un favori, ou change son nom.',
  removeFavourite: 'Retire un favori.',
  preferAddress: 'Retient l’adresse à proposer d’abord pour ce correspondant.',
  forgetPreference: 'Oublie ce choix : la dernière adresse écrite est de nouveau proposée.',
  groups: 'Les groupes de la boîte.',
  createGroup: 'Crée un groupe.',
  changeGroup: 'Change le nom d’un groupe, ou remplace ses membres.',
  removeGroup: 'Retire un groupe ; il peut être repris.',
  restoreGroup: 'Reprend un groupe retiré.',
  addressBook: 'Le carnet d’adresses de la structure, sans ses notes.',
  openBookEntry: 'Ouvre une fiche du carnet avec sa note ; l’ouverture est tracée.',
  createBookEntry: 'Ajoute une fiche au carnet de la structure.',
  changeBookEntry: 'Change une fiche ; ce qui n’est pas donné reste.',
  removeBookEntry: 'Retire une fiche ; elle peut être reprise.',
  restoreBookEntry: 'Reprend une fiche retirée.',

  listing: 'Comment la boîte est publiée dans l’annuaire national, et où en est la publication.',
  changeListing: 'Demande ou change la publication : liste rouge, service, description…',
  withdrawListing: 'Retire la boîte de l’annuaire national.',
  retryListing: 'Essaie tout de suite une publication qui attend ou a été refusée.',

  deliveries: 'Ce qu’est devenu un message envoyé, destinataire par destinataire.',
  reportUnwanted: 'Signale un message reçu à l’administrateur de la messagerie.',
  deliverySummaries: 'Où en sont plusieurs messages envoyés, sans noms ni adresses, pour les listes.',

  accountUnknown: 'Aucune boîte à cet identifiant.',
  correspondentUnknown: 'Aucun correspondant à cet identifiant.',
  noListing: 'Cette boîte n’a pas de publication.',
  badAddress: 'Une adresse est mal formée.',
  holderMissing:
    'Indiquez à qui rattacher l’adresse dans l’annuaire (holder) : la personne, son activité ou la structure.',
} as const;

export const settingsTexts = {
  show: 'Les réglages de la personne dans l’application web.',
  change: 'Change des réglages ; ce qui n’est pas donné reste.',
} as const;

export const practiceTexts = {
  show: 'Ce qui vaut pour toute la structure.',
  change: 'Change ce qui vaut pour toute la structure ; pour ses titulaires et ses administrateurs informatiques.',
} as const;

export const templatesTexts = {
  list: 'Les modèles de message de la boîte.',
  create: 'Crée un modèle.',
  change: 'Change un modèle ; ce qui n’est pas donné reste.',
  remove: 'Supprime un modèle.',
} as const;

export const devicesTexts = {
  list: 'Mes appareils qui gardent une copie chiffrée pour travailler hors ligne.',
  declare: 'Déclare un appareil exclusivement professionnel : il pourra garder une copie chiffrée.',
  contact: 'Donne à un appareil déclaré ce qui ouvre sa copie, et note qu’il a donné de ses nouvelles.',
  remove: 'Retire un appareil : sa copie sera effacée à sa prochaine connexion.',
  standing: 'Dit, sans session, si un appareil est toujours déclaré.',
  unknown: 'Cet appareil n’est pas, ou plus, déclaré.',
  passwordRefused: 'Mot de passe incorrect. Vérifiez la touche Majuscule, puis réessayez.',
} as const;

export const deletedTexts = {
  list: 'Les messages supprimés qui peuvent encore être récupérés, le plus récemment supprimé d’abord ; leur ouverture est tracée.',
  search: 'Cherche parmi eux, par les mots de l’objet et de l’expéditeur.',
  undelete: 'Récupère des messages supprimés, là où ils étaient.',
  badPlace: 'Cette suite de liste n’existe pas : reprenez celle de la page précédente.',
} as const;

const signalSpam =
  'Si le message ne contient aucune donnée de santé, vous pouvez aussi le signaler sur signal-spam.fr : ouvrez-y un compte, affichez la source du message (« Afficher la source »), copiez-la en entier dans le formulaire et envoyez. N’y envoyez jamais un message qui parle d’un patient.';

/** What a person who has reported a message is told, and may do besides. */
export const unwantedAnswers = {
  again: 'Vous aviez déjà signalé ce message : l’administrateur l’a reçu.',
  unwanted: {
    text: 'Merci. Le message est rangé dans les indésirables et l’administrateur de votre messagerie l’a reçu.',
    steps: ['Inutile de répondre à l’expéditeur.', signalSpam],
  },
  phishing: {
    text: 'Merci. Le message est rangé dans les indésirables et l’administrateur de votre messagerie l’a reçu.',
    steps: [
      'N’ouvrez ni ses liens ni ses pièces jointes, et ne répondez pas.',
      'Si vous avez saisi un mot de passe ou ouvert une pièce jointe, changez ce mot de passe et appelez votre support sans attendre.',
      signalSpam,
    ],
  },
  misdirected: {
    text: 'Merci. L’administrateur de votre messagerie a reçu le message ; l’expéditeur n’en est pas averti par nous.',
    steps: [
      'Ne le transférez pas et n’en gardez pas de copie hors de la messagerie.',
      'Si un patient pourrait pâtir de ce que son destinataire ne l’a pas reçu, prévenez l’expéditeur par téléphone.',
    ],
  },
} as const;
