/** What a person or an integrator reads when a request fails before or outside the domain. */
export const httpTexts = {
  malformed: 'La requête n’a pas la forme attendue.',
  tooLarge: 'La requête dépasse la taille permise.',
  unsupportedType: 'Le type de contenu de la requête n’est pas pris en charge.',
  notFound: 'Cette adresse n’existe pas.',
  notAllowed: 'L’accès est refusé.',
  bug: (incident: string) => `Une erreur interne s’est produite. Numéro d’incident : ${incident}.`,
  titles: {
    400: 'Requête refusée',
    401: 'Identification nécessaire',
    403: 'Accès refusé',
    404: 'Introuvable',
    409: 'Conflit',
    413: 'Requête trop grande',
    415: 'Type de contenu inconnu',
    429: 'Trop de requêtes',
    500: 'Erreur interne',
    503: 'Service momentanément indisponible',
  },
  otherTitle: 'Erreur',
  plainRefused: 'HTTP en clair ne s’ouvre que sur la machine : l’adresse d’écoute doit être 127.0.0.1 ou ::1.',
  summaries: {
    live: 'Le processus répond.',
    ready: 'Le processus peut servir : chaque partie dont il dépend répond.',
    metrics: 'Mesures au format Prometheus.',
    openapi: 'Cette description.',
  },
  appPassword: 'Identifiant et mot de passe d’application, de la portée que l’opération demande.',
  token: 'Mot de passe d’application seul ; il désigne sa personne.',
  session:
    'Session d’un navigateur, ouverte par POST /api/session. Hors GET et HEAD, la requête porte aussi X-CSRF-Token.',
  apiTitle: 'Hygie',
  apiDescription:
    'API de l’opérateur MSSanté Hygie. Les erreurs sont des documents RFC 9457 (application/problem+json).',
} as const;
