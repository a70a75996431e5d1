/** Said in logs and delivery reports. */
export const wireTexts = {
  timeout: "Le serveur correspondant n'a pas répondu à temps.",
  lost: 'La connexion avec le serveur correspondant a été interrompue.',
  handshake: "La connexion chiffrée (TLS) avec le serveur correspondant n'a pas pu s'établir.",
} as const;
