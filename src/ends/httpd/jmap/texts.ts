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
