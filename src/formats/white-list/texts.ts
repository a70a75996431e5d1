/** French sentences of refused white lists. */
export const whiteListTexts = {
  tooLarge: 'La liste blanche dépasse la taille admise.',
  malformed: 'La liste blanche n’est pas un document XML bien formé du profil attendu.',
  cutShort: 'La liste blanche est incomplète : le document s’arrête avant sa fin.',
  doctype: 'La liste blanche contient une déclaration de type de document (DTD), ce qui n’est pas admis.',
  wrongNamespace: 'Le document n’est pas une liste blanche MSSanté.',
  unsigned: 'La liste blanche n’est pas signée.',
  severalSignatures: 'La liste blanche porte plusieurs signatures : une seule est admise.',
  signatureProfile: 'La signature de la liste blanche n’a pas la forme attendue.',
  altered: 'La liste blanche a été modifiée après sa signature.',
  signatureInvalid: 'La signature de la liste blanche ne correspond pas à son certificat.',
} as const;
