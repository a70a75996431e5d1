/** What a caller or an operator reads when a call to the outside fails. No text carries an address of a person. */
export const netTexts = {
  dnsUnavailable: (domain: string) => `Le service de noms (DNS) ne répond pas pour le domaine ${domain}.`,
  addressNotPublic: (host: string) =>
    `Le serveur ${host} a une adresse réservée (réseau privé) : la connexion est refusée.`,
  noAddress: (host: string) => `Le serveur ${host} n’a pas d’adresse.`,
  connectionTimeout: (host: string) => `Le serveur ${host} n’a pas répondu à temps.`,
  connectionFailed: (host: string) => `La connexion au serveur ${host} a échoué.`,
  hostNotAllowed: (host: string) =>
    `Le serveur ${host} ne figure pas parmi ceux que la configuration permet d’interroger.`,
  redirectRefused: (host: string) => `Le serveur ${host} renvoie vers une adresse qui n’est pas permise.`,
  answerTooLarge: (host: string) => `La réponse du serveur ${host} est trop longue.`,
  answerCutShort: (host: string) => `La réponse du serveur ${host} a été interrompue.`,
  noRoom: 'Le disque est plein : le document ne peut pas être téléchargé.',
  answerFailed: (host: string, status: number) => `Le serveur ${host} a répondu par une erreur (${status}).`,
} as const;
