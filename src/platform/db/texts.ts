/** The sentences of this module that a person may read. */
export const databaseTexts = {
  unavailable: 'La base de données ne répond pas pour le moment.',
  busy: 'La base de données est saturée pour le moment.',
} as const;
