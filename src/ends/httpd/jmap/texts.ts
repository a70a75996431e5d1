/** What JMAP answers in words: for whoever reads the log of a client. */
export const jmapTexts = {
  notJson: 'Le corps de la requête n’est pas du JSON en UTF-8.',
  notRequest: (pointer: string) => `La requête n’a pas la forme attendue (RFC 8620, 3.3) : voir ${pointer}.`,
  unknownCapability: (name: string) => `Le serveur n’offre pas la capacité « ${name} ».`,
  limit: (name: string) => `La requête dépasse la limite « ${name} » annoncée dans la session.`,
  bothForms: (name: string) => `L’argument « ${name} » est donné deux fois, en clair et par référence.`,
  badReference: 'La référence à un résultat est mal formée.',
  noSuchResult: 'Aucun résultat précédent ne porte cet identifiant et ce nom.',
  nothingThere: 'Le chemin de la référence ne mène à rien dans ce résultat.',
  badArguments: (names: string) => `Arguments inconnus, manquants ou mal formés : ${names}.`,
  tooManyReferenced: 'La référence mène à trop d’éléments.',
  bug: (incident: string) => `Erreur interne, incident ${incident}.`,
} as const;

/** Why a message does not leave, beside what the domain says of senders, recipients and contents. */
export const jmapSendingTexts = {
  malformedRecipients: 'Ces adresses n’en sont pas : vérifiez-les, lettre par lettre.',
  heldTooLong: 'Un envoi se programme 90 jours à l’avance au plus.',
  tooManyHeld: 'Trop d’envois sont déjà programmés dans cette boîte aux lettres.',
  cannotUnsend: 'Le message est parti : son envoi ne peut plus être annulé.',
  pendingStays: 'Cet envoi est programmé : annulez-le d’abord.',
  emailHeld: 'L’envoi de ce message est programmé : annulez-le avant de le supprimer.',
} as const;

/** Why no receipt is sent. */
export const jmapReceiptTexts = {
  'not-asked': 'L’auteur du message n’a pas demandé d’accusé de lecture, ou l’a demandé pour plusieurs adresses.',
  report: 'Ce message est lui-même un avis : il n’en appelle pas d’autre.',
  patient: 'Aucun accusé de lecture n’est envoyé à un patient.',
  untrusted: 'L’accusé demandé irait hors de l’espace de confiance MSSanté.',
  'consent-needed': 'L’accusé irait à une autre adresse que celle de l’auteur : il faut votre accord.',
} as const;

/** Why a browser is not subscribed. */
export const jmapPushTexts = {
  off: 'Cet opérateur n’envoie pas de notifications aux navigateurs.',
  hostNotAllowed: 'Cet opérateur n’appelle pas le service de notification de ce navigateur.',
  wrongCode: 'Ce n’est pas le code qui a été envoyé à ce navigateur.',
} as const;

export const jmapQuotaName = 'Espace de la boîte aux lettres';

/** What the routes beside the API answer. */
export const jmapRouteTexts = {
  accountUnknown: 'Cette boîte aux lettres n’existe pas.',
  accountClosed: 'Cette boîte aux lettres est fermée.',
  readOnly: 'Vous pouvez lire cette boîte aux lettres, pas y écrire.',
  overQuota: 'La boîte aux lettres est pleine.',
  tooManyUploads: 'Trop de fichiers attendent d’être joints à un message. Réessayez dans une heure.',
  uploadCut: 'Le fichier n’est pas arrivé entier.',
  blobUnknown: 'Ce fichier n’existe pas.',
  badRange: 'Cette partie du fichier n’existe pas.',
  badEventSource:
    'Les paramètres attendus sont « types », « closeafter » (« state » ou « no ») et « ping » (en secondes).',
  tooManyEventSources: 'Trop de connexions attendent les nouveautés. Fermez-en une.',
} as const;
