/** Every French sentence about FHIR requests that cannot be answered. */
export const fhirSearchTexts = {
  unknownParameters: (names: string) =>
    `Paramètre de recherche inconnu : ${names}. Les paramètres proposés sont dans /fhir/metadata. L’en-tête « Prefer: handling=lenient » les fait ignorer.`,
  ignoredParameters: (names: string) => `Paramètre de recherche inconnu, ignoré : ${names}.`,
  modifier: (name: string) =>
    `Modificateur non proposé : ${name}. Sans modificateur, une recherche de texte trouve les débuts de mots, sans tenir compte des accents ni de la casse.`,
  value: (name: string) => `Valeur mal formée pour ${name}.`,
  valueTooShort: (name: string, least: number) => `Valeur trop courte pour ${name} : ${least} caractères au moins.`,
  tooLong: (name: string) => `Valeur trop longue pour ${name}.`,
  tooMany: (limit: number) => `Trop de paramètres ou de valeurs : ${limit} au plus.`,
  repeated: (name: string) => `${name} ne peut être donné qu’une fois.`,
  include: (value: string) => `Inclusion non proposée ici : ${value}.`,
  tooManyIncluded: (limit: number) =>
    `Cette page entraînerait plus de ${limit} ressources liées : réduisez _count, ou cherchez parmi PractitionerRole.`,
  cursor: 'Lien de page inconnu : reprenez la recherche à sa première page.',
  format: 'Seul le format application/fhir+json est proposé.',
} as const;
