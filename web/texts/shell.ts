/** Words of the frame around every screen. */
export const shellTexts = {
  navigation: 'Navigation principale',
  skip: 'Aller au contenu',
  messages: 'Messages',
  compose: 'Écrire',
  directory: 'Annuaire',
  settings: 'Réglages',
  emergency: 'Urgence',
  attacked: 'Je pense être attaqué',
  me: 'Mon compte',
  signOut: 'Se déconnecter',
  notFoundTitle: 'Cette page n’existe pas',
  notFound: 'L’adresse est peut-être incomplète, ou l’écran a changé de place.',
  backToMessages: 'Revenir aux messages',
} as const;
