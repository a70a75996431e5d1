/** The sentences of this module that a person may read. */
export const lockTexts = {
  locked: (folder: string, holder: { pid: number; host: string; since: string } | undefined): string =>
    holder === undefined
      ? `Le dossier de données ${folder} est déjà utilisé par une autre instance d'Hygie. Arrêtez-la d'abord.`
      : `Le dossier de données ${folder} est déjà utilisé par une autre instance d'Hygie : processus ${holder.pid} sur ` +
        `${holder.host}, démarré le ${holder.since}. Arrêtez-la d'abord.`,
  readOnly: (folder: string): string =>
    `Le dossier de données ${folder} est en lecture seule pour ce programme. Vérifiez le montage et les droits.`,
  unusable: (folder: string): string =>
    `Le dossier de données ${folder} ne peut pas être utilisé (dossier absent, droits, ou système de fichiers sans verrou).`,
} as const;
