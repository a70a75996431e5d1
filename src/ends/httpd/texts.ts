/** Every French sentence of the HTTP end that is not of the API, of FHIR or of JMAP. */
export const signInTexts = {
  browserRefused:
    'Un mot de passe d’application ne s’emploie pas depuis un navigateur : la requête vient d’une page, ou porte un cookie.',
  signedOut: 'Identifiez-vous : la session est terminée, ou la requête n’a pas de mot de passe d’application.',
  refused: 'Identifiant ou mot de passe d’application refusé, ou sans la portée nécessaire.',
  slowed: 'Trop d’essais. Réessayez dans quelques minutes.',
  foreignOrigin: 'La requête vient d’un autre site.',
  csrfRefused: 'La requête ne porte pas le jeton de la session (X-CSRF-Token). Rechargez la page.',
} as const;

export const sessionTexts = {
  open: 'Ouvre la session d’un navigateur.',
  show: 'Qui est là, et ce que la page doit savoir.',
  close: 'Termine la session.',
  journalKey: 'La clé de ce que le navigateur garde d’un message non enregistré.',
  practiceGone: 'Ce cabinet n’est plus hébergé ici.',
  refused: 'Identifiant ou mot de passe refusé.',
  notJson: 'Les identifiants s’envoient en JSON.',
} as const;

export const webFilesTexts = {
  notBuilt: `<!doctype html>
<html lang="fr"><meta charset="utf-8"><title>Hygie</title>
<p>Le serveur fonctionne. L’application web n’est pas construite : lancez <code>npx vite build web</code>, puis rechargez cette page.</p>
`,
} as const;
