/** French sentences about imports, for the command line and the screen. */
export const importTexts = {
  wrongHeader: (column: number, expected: string, found: string): string =>
    `L’en-tête ne correspond à aucune extraction connue : la colonne ${column} devrait s’appeler « ${expected} », le fichier dit « ${found.slice(0, 80)} ».`,
  unreadableHeader: 'L’en-tête du fichier est illisible.',
  unknownFile: 'Le fichier est introuvable ou ne peut pas être lu.',
  tooLarge: 'Le fichier dépasse la taille admise.',
  emptyArchive: 'L’archive ne contient aucun fichier.',
  sameSourceTwice: 'L’archive contient deux fois la même extraction.',
  givenTwice: 'La même extraction est donnée deux fois : seule la première est prise.',
  declined: (status: number): string => `La source a refusé de donner le fichier (${status}).`,
  running: 'Un import de l’annuaire est déjà en cours.',
  noUsableRow: 'Le fichier ne contient aucune ligne utilisable.',
  olderEdition:
    'Le fichier est plus ancien que l’édition en vigueur ; pour l’importer quand même, demandez-le expressément (option « force »).',
  wouldRemoveTooMuch: (gone: number, total: number): string =>
    `L’import retirerait ${gone.toLocaleString('fr-FR')} entrées sur ${total.toLocaleString('fr-FR')} : c’est plus que ce que la configuration admet. L’édition en vigueur est conservée.`,
} as const;
