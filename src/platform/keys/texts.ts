/** What operators read about keys. No text carries a key. */
export const keyTexts = {
  unreadable: (path: string) =>
    `Le fichier de clés ${path} est introuvable ou illisible : créez-le avec « hygie keys create » ou corrigez « keys.path ».`,
  exposed: (path: string) =>
    `D’autres utilisateurs peuvent lire le fichier de clés ${path} : exécutez « chmod 600 ${path} ».`,
  foreign: (path: string) =>
    `Le fichier de clés ${path} appartient à un autre utilisateur : donnez-le à celui qui exécute Hygie (chown).`,
  insideDataFolder: (path: string) =>
    `Le fichier de clés ${path} se trouve dans le dossier des données : une sauvegarde emporterait la clé avec ce qu’elle protège. Placez-le ailleurs.`,
  tooLong: (path: string) => `Le fichier de clés ${path} est trop long : une clé par ligne, rien d’autre.`,
  tooMany: (most: number) => `Trop de clés : ${most} au plus. Retirez les plus anciennes après « hygie keys rewrap ».`,
  malformed: (line: number) => `La clé n° ${line} n’est pas formée de 32 octets en base64.`,
  empty: 'La source de clés ne contient aucune clé.',
  environmentEmpty: (name: string) =>
    `La variable d’environnement ${name}, qui doit porter la clé, est vide ou absente.`,
  commandFailed: (command: string) =>
    `La commande ${command}, qui doit donner la clé, a échoué ou n’a pas répondu à temps.`,
  ringLacks: (id: string) =>
    `La clé de chiffrement ${id}, qui protège une partie des données, manque : remettez-la dans la source de clés.`,
} as const;
