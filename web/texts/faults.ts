/** What went wrong, and what to do. */
export const faultTexts = {
  unreachable: 'Le serveur ne répond pas. Rien n’est perdu : vérifiez la connexion, puis réessayez.',
  serverFault: 'Hygie n’a pas pu le faire. Réessayez dans un instant ; si cela dure, prévenez votre administrateur.',
  signedOut: 'Votre session est terminée. Reconnectez-vous, puis réessayez.',
  forbidden: 'Vous n’avez pas le droit de faire cela sur cette boîte.',
  overQuota: 'La boîte aux lettres est pleine. Videz la corbeille, puis réessayez.',
  gone: 'Cela n’existe plus : quelqu’un l’a peut-être déplacé ou supprimé.',
} as const;
