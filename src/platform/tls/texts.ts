/** What operators read about TLS files. */
export const tlsTexts = {
  unreadable: (path: string) => `Le fichier ${path} est introuvable ou illisible : corrigez son chemin ou ses droits.`,
  tooLong: (path: string) => `Le fichier ${path} est trop long pour un certificat ou une clé au format PEM.`,
  malformed: (path: string) => `Le fichier ${path} ne contient pas de certificat ou de clé valide au format PEM.`,
  mismatch: (certificate: string, key: string) => `La clé ${key} n’est pas celle du certificat ${certificate}.`,
  expired: (path: string) => `Le certificat ${path} est périmé : installez le certificat renouvelé.`,
} as const;
