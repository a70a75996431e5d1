/** The sentences of this module that a person may read. */
export const embeddedTexts = {
  noBinaries: (platform: string): string =>
    `PostgreSQL n'est pas fourni pour cette machine (${platform}) : relancez « npm install », ou donnez DATABASE_URL.`,
  noLinks: (folder: string): string =>
    `Les bibliothèques de PostgreSQL sont incomplètes et ${folder} ne peut pas être modifié : relancez « npm install » avec ses scripts.`,
  noAccount:
    "PostgreSQL ne peut pas tourner sous le compte root et cette machine n'a ni compte « postgres » ni compte « nobody » : créez-en un, ou lancez Hygie sous un autre compte.",
  closedFolder: (path: string): string =>
    `Le compte qui fait tourner PostgreSQL ne peut pas atteindre ${path}, et la commande « setpriv » (paquet util-linux) manque : installez-la, ou ouvrez le passage (chmod o+x) des dossiers au-dessus.`,
  badConnectionFile: (path: string): string =>
    `Le fichier ${path} est illisible. Restaurez-le depuis une sauvegarde : il contient les mots de passe de la base.`,
  lostConnectionFile: (path: string): string =>
    `Le fichier ${path} manque alors que la base existe. Restaurez-le depuis une sauvegarde : il contient les mots de passe de la base.`,
  wrongVersion: (folder: string, found: string, wanted: number): string =>
    `Le dossier ${folder} contient une base PostgreSQL ${found} ; ce programme utilise PostgreSQL ${wanted}. Convertissez-la (pg_upgrade) ou restaurez une sauvegarde.`,
  notACluster: (folder: string): string =>
    `Le dossier ${folder} existe mais ne contient pas de base PostgreSQL. Déplacez-le, ou restaurez une sauvegarde.`,
  diskFull: (folder: string): string =>
    `Le disque de ${folder} est plein : PostgreSQL ne peut pas démarrer. Libérez de la place.`,
  portTaken: (port: number): string =>
    `Le port ${port}, imposé pour PostgreSQL, est déjà utilisé par un autre programme.`,
  initFailed: (log: string): string => `La création de la base PostgreSQL a échoué ; le détail est dans ${log}.`,
  startFailed: (log: string): string => `PostgreSQL n'a pas démarré ; le détail est dans ${log}.`,
} as const;
