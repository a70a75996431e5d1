/** Every French sentence of the command line. Options' names and codes stay as they are typed. */
export const cliTexts = {
  usage: 'Utilisation : hygie <commande> [options]',
  commonOptions: [
    'Options communes :',
    '  --operator NOM     opérateur du bac à sable (cabinet, hopital, citoyens)',
    '  --json             réponse en JSON',
    '  --help             cette aide',
  ].join('\n'),
  unknownCommand: (name: string) => `Commande inconnue : ${name || '(vide)'}.`,
  missingOption: (name: string) => `Il manque l’option --${name}.`,
  missingArgument: (name: string) => `Il manque l’argument ${name}.`,
  bug: (name: string) =>
    `Hygie a rencontré une erreur de programme (${name}). Rien n’a été modifié par cette commande.`,
  noConfiguration:
    'Aucune configuration : indiquez son chemin dans HYGIE_CONFIG, ou démarrez le bac à sable avec « npm start ».',
  unknownOperator: (name: string, known: string) =>
    `Opérateur inconnu : ${name}. Opérateurs du bac à sable : ${known}.`,

  serve: {
    summary: 'démarre les services (smtp, submission, http, worker)',
    services: 'services à démarrer, séparés par des virgules (tous par défaut)',
  },
  migrate: {
    summary: 'met la base de données au niveau du programme',
    done: (applied: number) =>
      applied === 0
        ? 'La base est à jour.'
        : `${applied} migration${applied > 1 ? 's' : ''} appliquée${applied > 1 ? 's' : ''}.`,
  },
  user: {
    createSummary: 'crée une personne',
    listSummary: 'liste les personnes d’une structure',
    passwordSummary: 'change le mot de passe d’une personne (lu sur l’entrée standard)',
    appPasswordSummary: 'crée un mot de passe d’application, montré une seule fois',
    tenant: 'identifiant de la structure',
    newTenant: 'nom d’une structure à créer, au lieu de --tenant',
    login: 'identifiant de connexion',
    name: 'nom affiché, par exemple « Dr Claire Vasseur »',
    title: 'profession ou fonction',
    rpps: 'numéro RPPS, 11 chiffres',
    role: 'rôle : holder, associate, replacement, assistant, it-administrator, data-protection, auditor',
    label: 'appareil ou logiciel qui s’en servira',
    scopes: 'portées séparées par des virgules : submission, imap, jmap, api',
    created: (login: string, id: string) => `Personne créée : ${login} (${id}).`,
    unknown: (login: string) => `Personne inconnue : ${login}.`,
    passwordChanged: 'Mot de passe changé.',
    appPassword: (token: string) =>
      `Mot de passe d’application : ${token}\nNotez-le maintenant : il ne sera plus montré.`,
    badRole: (role: string) => `Rôle inconnu : ${role}.`,
    badScope: (scope: string) => `Portée inconnue : ${scope}.`,
  },
  account: {
    createSummary: 'crée une boîte aux lettres (BAL)',
    listSummary: 'liste les boîtes aux lettres',
    showSummary: 'montre une boîte, ses dossiers et ses droits',
    quotaSummary: 'change le quota d’une boîte',
    closeSummary: 'ferme une boîte ; son adresse ne sera jamais réattribuée',
    grantSummary: 'donne à une personne des droits sur une boîte',
    address: 'adresse de la boîte',
    type: 'type de BAL : PER, ORG ou APP',
    displayName: 'nom affiché',
    holder: 'identifiant de connexion du titulaire (BAL PER)',
    quota: 'quota en mégaoctets',
    rights: 'droits séparés par des virgules : own, read, write, send, manage',
    created: (address: string) => `Boîte créée : ${address}.`,
    closed: (address: string) => `Boîte fermée : ${address}.`,
    granted: 'Droits donnés.',
    quotaChanged: 'Quota changé.',
    unknown: (address: string) => `Aucune boîte à l’adresse ${address}.`,
    badAddress: (text: string) => `Adresse incorrecte : ${text}.`,
    badType: (type: string) => `Type de BAL inconnu : ${type}. Types : PER, ORG, APP.`,
    badRight: (right: string) => `Droit inconnu : ${right}.`,
    badQuota: 'Le quota est un nombre entier de mégaoctets, au moins 1.',
    foreignDomain: (domain: string) => `Le domaine ${domain} n’est pas servi par cet opérateur.`,
    line: (account: { address: string; type: string; emails: number; used: string; quota: string; closed: boolean }) =>
      `${account.type}  ${account.address}  ${account.emails} messages, ${account.used} sur ${account.quota}${account.closed ? '  (fermée)' : ''}`,
  },
  audit: {
    summary: 'lit la trace légale d’une structure ou d’une boîte',
    limit: 'nombre d’événements (50 par défaut)',
    none: 'Aucun événement.',
  },
  verify: {
    summary: 'relit chaque message et vérifie empreintes, structures et compteurs',
    repair: 'répare ce qui peut être déduit',
    report: (report: { accounts: number; emails: number; bytes: string; findings: number; repaired: number }) =>
      `${report.emails} messages relus dans ${report.accounts} boîtes (${report.bytes}) : ` +
      (report.findings === 0 ? 'aucune anomalie.' : `${report.findings} anomalies, ${report.repaired} réparées.`),
  },
} as const;
