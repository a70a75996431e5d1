/** Words of the sign-in, and of a session that ends. */
export const sessionTexts = {
  title: 'Ouvrir mon bureau',
  lead: 'Votre messagerie de santé et la sécurité de votre cabinet, au même endroit.',
  login: 'Identifiant',
  password: 'Mot de passe',
  enter: 'Se connecter',
  entering: 'Connexion…',
  help: 'Mot de passe oublié ? Demandez à la personne qui administre Hygie dans votre cabinet.',
  refused: 'Identifiant ou mot de passe incorrect. Vérifiez la touche Majuscule, puis réessayez.',
  slowed: (seconds: number) =>
    `Trop d’essais depuis cet endroit. Réessayez dans ${seconds < 90 ? `${seconds} secondes` : `${Math.ceil(seconds / 60)} minutes`}.`,
  endedTitle: 'Votre session est terminée',
  ended: 'Reconnectez-vous pour continuer : votre écran et ce que vous avez écrit vous attendent.',
  notEnded:
    'Cet écran est fermé, mais le serveur n’a pas pu l’apprendre. Rouvrez cette page quand il répondra : votre session y prendra fin.',
  awayTitle: 'Hygie ne répond pas',
  signOut: 'Se déconnecter',
} as const;
