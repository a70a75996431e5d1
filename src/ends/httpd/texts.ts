/** Every French sentence of the pages that the server itself writes. */
export const httpdTexts = {
  homeTitle: (operator: string) => `${operator} · Hygie`,
  running: 'La messagerie sécurisée fonctionne.',
  notYet:
    'Le webmail n’est pas encore là. En attendant, les logiciels de messagerie peuvent envoyer par les réglages ci-dessous, et la commande « hygie » montre ce qui arrive.',
  sandbox: 'Bac à sable : les personnes et les messages sont inventés, rien ne sort de cette machine.',
  services: 'Services',
  names: {
    smtp: 'Réception des opérateurs (SMTP)',
    submission: 'Envoi depuis un logiciel (SMTP, STARTTLS)',
    https: 'Interface de programmation (HTTPS)',
  },
  domains: 'Domaines servis',
  whiteList: 'Liste blanche',
  whiteListHeld: (date: string) => `en vigueur, générée le ${date}`,
  whiteListAbsent: 'aucune liste valide : les échanges avec les autres opérateurs attendent',
  health: 'État des services',
} as const;
