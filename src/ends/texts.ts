/** Sentences that the composition of the product may have to say. */
export const productTexts = {
  noDatabase:
    'La base embarquée n’est pas démarrée : lancez « hygie serve » (ou indiquez DATABASE_URL) puis recommencez.',
  keysMissing: (ids: string) =>
    `La base contient des clés protégées par une clé principale absente (${ids}). Remettez-la dans la source de clés.`,
  portTaken: (port: number) =>
    `Le port ${port} est déjà utilisé par un autre programme. Arrêtez-le, ou changez ce port dans la configuration.`,
  portRefused: (port: number) =>
    `Le système refuse d’écouter sur le port ${port} : vérifiez l’adresse d’écoute, et les droits (les ports sous 1024 sont réservés).`,
} as const;

export const workerTexts = {
  pushNotTaken: 'Le service de notification du navigateur n’a pas répondu comme attendu.',
} as const;
