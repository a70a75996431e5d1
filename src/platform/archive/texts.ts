export const archiveTexts = {
  unreadable: 'L’archive ZIP est illisible ou incomplète.',
  tooMany: (limit: number) => `L’archive ZIP contient plus de ${limit} fichiers.`,
  tooLarge: 'L’archive ZIP contient un fichier dont la taille, une fois décompressé, dépasse ce qui est admis.',
} as const;
