/** The sentences of this module that a person may read. */
export const databaseTexts = {
  unavailable: 'La base de données ne répond pas pour le moment.',
  busy: 'La base de données est saturée pour le moment.',
  newer: (name: string): string =>
    `La base de données est plus récente que ce programme (elle connaît « ${name} »). Installez la version d'Hygie qui l'a préparée, ou une plus récente.`,
  migrationChanged: (name: string): string =>
    `Le fichier migrations/${name}.sql a changé depuis qu'il a été appliqué. Réinstallez Hygie : ce fichier ne doit jamais être modifié.`,
  notAllowed: (role: string): string =>
    `Le compte propriétaire de la base n'a pas les droits nécessaires. Donnez-lui la base (ALTER DATABASE … OWNER TO …) et créez le rôle commun (CREATE ROLE ${role} NOLOGIN; GRANT ${role} TO <compte d'exécution>).`,
  otherInstance: (held: string, wanted: string): string =>
    `Cette base appartient à une installation « ${held} » et ce programme démarre en « ${wanted} » : les deux ne se mélangent jamais. Donnez une autre base.`,
} as const;
