/** Sentences that the composition of the product may have to say. */
export const productTexts = {
  noDatabase:
    'La base embarquée n’est pas démarrée : lancez « hygie serve » (ou indiquez DATABASE_URL) puis recommencez.',
  keysMissing: (ids: string) =>
    `La base contient des clés protégées par une clé principale absente (${ids}). Remettez-la dans la source de clés.`,
  testAuthority: 'L’autorité configurée est celle du bac à sable : elle ne peut pas servir en production.',
  productionAuthority: 'Le bac à sable ne peut pas utiliser une autorité réelle.',
} as const;
