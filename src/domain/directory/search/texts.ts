/** What the search says to people. */
export const searchTexts = {
  badIndex: 'L’index de l’annuaire est illisible\u202f; le prochain import le reconstruira.',
  queryTooLong: (most: number) => `La recherche dépasse ${most} caractères.`,
  pageTooFar: (most: number) => `La liste s’arrête après ${most} résultats\u202f: précisez la recherche.`,
  pageTooLong: (most: number) => `Une page a de 1 à ${most} résultats.`,
  tooManyValues: (most: number) => `Un filtre a au plus ${most} valeurs.`,
  tooManyAddresses: (most: number) => `Au plus ${most} adresses à la fois.`,
};
