/** What a caller reads when the blob store fails. */
export const blobTexts = {
  full: 'L’espace de stockage est plein : l’opération sera possible dès qu’il aura été agrandi.',
  unreachable: 'L’espace de stockage ne répond pas : réessayez dans quelques instants.',
} as const;
