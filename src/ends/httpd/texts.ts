/** Every French sentence of the pages that the server itself writes. */
export const httpdTexts = {
  homeTitle: (operator: string) => `${operator} · Hygie`,
  running: 'La messagerie sécurisée fonctionne.',
  waiting: 'La messagerie est démarrée, mais n’échange pas encore avec les autres opérateurs.',
  notYet:
    'La lecture des messages sur le web viendra plus tard. Un logiciel de messagerie peut déjà envoyer, avec les réglages ci-dessous.',
  sandbox: 'Bac à sable : les personnes et les messages sont inventés, rien ne sort de cette machine.',
  services: 'Réglages',
  names: {
    submission: 'Envoi (SMTP, STARTTLS)',
    smtp: 'Réception (opérateurs)',
    https: 'Programmes (HTTPS)',
  },
  domains: 'Domaines servis',
  whiteList: 'Liste blanche',
  whiteListHeld: (date: string) => `en vigueur, générée le ${date}`,
  whiteListAbsent: 'aucune liste valide : les échanges avec les autres opérateurs attendent',
} as const;

export const signInTexts = {
  browserRefused:
    'Un mot de passe d’application ne s’emploie pas depuis un navigateur : la requête porte un cookie ou une origine.',
  signedOut: 'Identifiez-vous par un identifiant et un mot de passe d’application (HTTP Basic).',
  refused: 'Identifiant ou mot de passe d’application refusé, ou sans la portée nécessaire.',
  slowed: 'Trop d’essais. Réessayez dans quelques minutes.',
} as const;
