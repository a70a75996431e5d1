/** French sentences of refused certificates, names and revocation lists. */
export const x509Texts = {
  malformed: 'Le certificat ou la liste de révocation est mal formé.',
  tooLarge: 'Le certificat ou la liste de révocation dépasse la taille admise.',
  unsupported: 'Le certificat ou la liste de révocation emploie une forme non admise.',
  nameMalformed: 'Le nom distinctif (DN) est mal formé.',
  nameTooLong: 'Le nom distinctif (DN) dépasse la longueur admise.',
} as const;
