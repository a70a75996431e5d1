/** Words of the list of messages, of its mailboxes and of the deleted ones. */
const thin = '\u202f';
const grouped = new Intl.NumberFormat('fr-FR');

/** `12 345`, with the narrow space of French figures. */
export const figures = (count: number): string => grouped.format(count).replaceAll('\u00a0', thin);

const plural = (count: number): string => (count > 1 ? 's' : '');

export const listTexts = {
  list: 'Liste des messages',
  views: {
    inbox: 'Réception',
    sent: 'Envoyés',
    drafts: 'Brouillons',
    archive: 'Archives',
    junk: 'Indésirables',
    trash: 'Corbeille',
    starred: 'Suivis',
    all: 'Tous les messages',
  },
  results: 'Résultats',
  allAccounts: 'Toutes mes boîtes',
  count: (count: number) => `${figures(count)} message${plural(count)}`,
  countConversations: (count: number) => `${figures(count)} conversation${plural(count)}`,
  compose: 'Écrire un message',
  changePlace: 'Changer de dossier ou de boîte',

  unread: 'Non lu',
  draft: 'Brouillon',
  attachment: 'Pièce jointe',
  answered: 'Répondu',
  forwarded: 'Transféré',
  starred: 'Suivi',
  star: 'Suivre',
  unstar: 'Ne plus suivre',
  to: (names: string) => `À : ${names}`,
  noRecipient: 'Sans destinataire',
  noSender: 'Expéditeur inconnu',
  noSubject: 'Sans objet',
  inConversation: (count: number) => `${count} messages`,
  patient: 'Patient',
  professional: 'Professionnel',
  select: (who: string) => `Sélectionner : ${who}`,

  deliveries: {
    queued: 'En attente d’envoi',
    sending: 'Envoi en cours',
    delayed: 'Retardé',
    accepted: 'Accepté',
    delivered: 'Remis',
    read: 'Lu',
    answered: 'Répondu',
    failed: 'Échec',
  },

  selected: (count: number) => `${figures(count)} sélectionné${plural(count)}`,
  selectAll: 'Tout sélectionner',
  unselect: 'Quitter la sélection',
  selection: 'Actions sur la sélection',
  archive: 'Archiver',
  trash: 'Mettre à la corbeille',
  destroy: 'Supprimer',
  move: 'Déplacer',
  moveTo: 'Déplacer vers…',
  moveOneAccount: 'Choisissez des messages d’une seule boîte : un dossier ne reçoit que les siens.',
  markRead: 'Marquer comme lu',
  markUnread: 'Marquer comme non lu',
  junk: 'Indésirable',
  notJunk: 'Ce n’est pas indésirable',
  more: 'Autres actions',

  failedTitle: 'La liste n’a pas pu être chargée',
  partFailed: 'La liste n’a pas pu être mise à jour.',
  empty: {
    inbox: { title: 'Tout est lu, tout est rangé', text: 'Les nouveaux messages arrivent ici sans recharger la page.' },
    sent: { title: 'Rien d’envoyé encore', text: 'Vos messages envoyés se rangent ici, avec ce qu’ils sont devenus.' },
    drafts: { title: 'Aucun brouillon', text: 'Un message commencé se garde ici tout seul.' },
    archive: {
      title: 'Aucune archive',
      text: 'Archivez un message traité : il quitte la réception et se retrouve ici.',
    },
    junk: { title: 'Aucun indésirable', text: 'Les messages signalés se rangent ici.' },
    trash: { title: 'La corbeille est vide', text: 'Un message supprimé par erreur se récupère encore un temps.' },
    starred: { title: 'Aucun message suivi', text: 'L’étoile garde sous la main ce qui attend une suite.' },
    mailbox: { title: 'Ce dossier est vide', text: 'Déplacez-y des messages depuis la réception.' },
    search: {
      title: 'Aucun message ne correspond',
      text: 'Essayez un mot de moins, ou le début d’un nom. Un message très récent se cherche après quelques secondes.',
    },
    noAccount: {
      title: 'Aucune boîte',
      text: 'Demandez à la personne qui administre Hygie de vous donner accès à une boîte.',
    },
    missing: {
      title: 'Ce dossier n’existe pas ici',
      text: 'Il a peut-être été supprimé, ou il appartient à une autre boîte.',
    },
  },
  clearSearch: 'Effacer la recherche',

  nothingOpen: 'Aucun message ouvert',
  nothingOpenHelp:
    'Choisissez un message dans la liste. Au clavier : ↑ et ↓ pour parcourir, Entrée pour ouvrir, « ? » pour les raccourcis.',

  emptyTrash: 'Vider la corbeille',
  emptyTrashTitle: 'Vider la corbeille ?',
  emptyTrashText: (count: number) =>
    `${count === 1 ? 'Un message sera supprimé.' : `${figures(count)} messages seront supprimés.`} Ils restent récupérables quelque temps dans les éléments supprimés.`,
  emptied: 'La corbeille est vide',
  emptying: (done: number, total: number) => `${figures(done)} sur ${figures(total)} supprimés…`,
  deletedLink: 'Éléments supprimés',
  deletedOf: (account: string) => `Supprimés de ${account}`,

  mailboxes: 'Dossiers',
  accounts: 'Boîtes',
  ownMailboxes: (account: string) => `Dossiers de ${account}`,
  unreadCount: (count: number) => `${figures(count)} non lu${plural(count)}`,
  newMailbox: 'Nouveau dossier',
  newSubMailbox: 'Nouveau sous-dossier',
  renameMailbox: 'Renommer',
  deleteMailbox: 'Supprimer le dossier',
  mailboxDeeds: (name: string) => `Actions sur le dossier ${name}`,
  mailboxName: 'Nom du dossier',
  mailboxParent: 'Dans',
  noParent: 'À la racine',
  create: 'Créer',
  rename: 'Renommer',
  created: (name: string) => `Dossier « ${name} » créé`,
  renamed: (name: string) => `Dossier renommé « ${name} »`,
  deletedMailbox: (name: string) => `Dossier « ${name} » supprimé`,
  deleteMailboxTitle: (name: string) => `Supprimer « ${name} » ?`,
  deleteMailboxText: (count: number) =>
    count === 0
      ? 'Ce dossier est vide.'
      : `Ses ${figures(count)} messages qui ne sont dans aucun autre dossier seront supprimés. Ils restent récupérables quelque temps dans les éléments supprimés.`,
  nameTaken: 'Un dossier de ce nom existe déjà ici. Choisissez-en un autre.',
  nameNeeded: 'Donnez un nom au dossier.',
  hasChildren: 'Ce dossier en contient d’autres. Supprimez-les d’abord, ou déplacez-les.',

  deletedTitle: 'Éléments supprimés',
  deletedLead: 'Ce qui a été supprimé se récupère pendant un temps, puis disparaît pour toujours.',
  deletedSearch: 'Chercher parmi les supprimés',
  deletedSearchHint: 'Mots de l’objet ou expéditeur',
  deletedEmpty: { title: 'Rien à récupérer', text: 'Aucun message n’a été supprimé récemment dans cette boîte.' },
  deletedNone: {
    title: 'Aucun message supprimé ne correspond',
    text: 'Essayez un mot de moins, ou le début d’un nom.',
  },
  deletedOn: (when: string) => `Supprimé ${when}`,
  purgedOn: (when: string) => `effacé pour toujours ${when}`,
  restore: 'Récupérer',
  restoreSelected: (count: number) => (count === 0 ? 'Récupérer' : `Récupérer (${figures(count)})`),
  moreDeleted: 'Voir les suivants',
  backToTrash: 'Revenir à la corbeille',
} as const;
