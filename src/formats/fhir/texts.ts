/** Every French sentence about what the Annuaire answers. */
export const fhirReadingTexts = {
  malformed: 'La réponse de l’Annuaire n’est pas une page de résultats FHIR.',
} as const;
