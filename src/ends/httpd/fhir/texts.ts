/** Every French sentence of the FHIR end. */
export const fhirEndTexts = {
  title: (operator: string) => `Annuaire national des correspondants, servi par ${operator}`,
  security:
    'Authentification HTTP Basic par un mot de passe d’application de portée « api ». /fhir/metadata est ouvert à tous.',
  unknownType: (types: string) => `Type de ressource non proposé. Types proposés : ${types}.`,
  unknownRoute: 'Cette adresse n’existe pas.',
  notFound: 'Aucune ressource n’a cet identifiant.',
  gone: 'Cette ressource ne figure plus dans l’annuaire.',
  notAllowed: 'Cette interaction n’est pas proposée : l’annuaire se lit et se cherche.',
  notAcceptable: 'Seul le format application/fhir+json est proposé.',
} as const;
