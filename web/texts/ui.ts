/** Words that every screen shares. */
export const uiTexts = {
  close: 'Fermer',
  cancel: 'Annuler',
  undo: 'Annuler',
  save: 'Enregistrer',
  retry: 'Réessayer',
  notifications: 'Notifications',
  loading: 'Chargement en cours…',
  unreachable: 'Le serveur ne répond pas. Rien n’est perdu : vérifiez la connexion, puis réessayez.',
  crashed: 'Cet écran a rencontré un défaut. Ce que vous avez enregistré est en sécurité.',
  crashedTitle: 'Cet écran s’est arrêté',
  reload: 'Recharger la page',
} as const;
