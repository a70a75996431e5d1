/**
 * What a doctor reads when a message is late, lost or arrived: what happened and what to do, in French, without the
 * words of mail servers. The peer's own answer is quoted below, for whoever must look into it.
 */
import type { Cause } from './failure-policy.ts';

interface Explanation {
  readonly what: string;
  readonly advice: string;
}

export const explanations: Readonly<Record<Cause, Explanation>> = {
  'recipient-unknown': {
    what: "Cette adresse n'existe pas, ou plus, chez l'opérateur du destinataire.",
    advice: "Vérifiez l'adresse, lettre par lettre, ou cherchez-la dans l'annuaire santé.",
  },
  'domain-unknown': {
    what: "Le nom qui suit « @ » dans l'adresse ne correspond à aucune messagerie.",
    advice: "Vérifiez l'adresse, lettre par lettre, ou cherchez-la dans l'annuaire santé.",
  },
  'domain-left': {
    what: "L'opérateur du destinataire ne fait plus partie de l'espace de confiance MSSanté.",
    advice: "Demandez à votre correspondant sa nouvelle adresse MSSanté, ou cherchez-la dans l'annuaire santé.",
  },
  'mailbox-full': {
    what: 'La boîte aux lettres du destinataire est pleine.',
    advice: 'Prévenez votre correspondant par un autre moyen, puis renvoyez le message.',
  },
  'mailbox-closed': {
    what: 'La boîte aux lettres du destinataire est fermée.',
    advice: "Cherchez l'adresse actuelle de votre correspondant dans l'annuaire santé.",
  },
  'patient-closed': {
    what: "Ce patient n'a pas de messagerie ouverte dans Mon espace santé, ou l'a fermée.",
    advice: 'Remettez-lui le document par un autre moyen sûr, ou invitez-le à activer Mon espace santé.',
  },
  'too-large': {
    what: 'Le message est trop volumineux pour la messagerie du destinataire.',
    advice: 'Envoyez les pièces jointes en plusieurs messages, ou réduisez-les.',
  },
  // Seed 000, question 3.
  'interoperability-off': {
    what: "Votre correspondant est bien dans l'espace de confiance, mais son opérateur ne laisse entrer les messages des autres opérateurs qu'à sa demande, et il ne l'a sans doute pas encore faite.",
    advice:
      "Demandez-lui d'activer l'interopérabilité MSSanté auprès de son opérateur (Apicrypt par exemple), puis renvoyez le message.",
  },
  'not-authorized': {
    what: "L'opérateur du destinataire n'accepte pas que vous écriviez à cette adresse.",
    advice: 'Prévenez votre correspondant par un autre moyen ; si cela dure, signalez-le à votre support.',
  },
  'content-refused': {
    what: "L'opérateur du destinataire a refusé le contenu du message.",
    advice: 'Vérifiez les pièces jointes (un fichier abîmé ou infecté est refusé), puis renvoyez le message.',
  },
  'unsupported-address': {
    what: "L'opérateur du destinataire ne sait pas recevoir un message écrit ainsi (lettres accentuées dans une adresse, ou envoyées sans être codées).",
    advice:
      'Utilisez une adresse sans accent, ou envoyez le message depuis la messagerie web ; si cela dure, signalez-le à votre support.',
  },
  loop: {
    what: "Le message tournait en rond entre serveurs : il y a une erreur de réglage chez l'opérateur du destinataire.",
    advice: 'Prévenez votre correspondant par un autre moyen et signalez-le à votre support.',
  },
  unreachable: {
    what: "La messagerie du destinataire n'a pas répondu.",
    advice: 'Prévenez votre correspondant par un autre moyen si le message est urgent.',
  },
  interrupted: {
    what: "La liaison avec la messagerie du destinataire s'est interrompue à chaque essai.",
    advice: 'Prévenez votre correspondant par un autre moyen si le message est urgent.',
  },
  'peer-busy': {
    what: "La messagerie du destinataire a demandé d'attendre à chaque essai.",
    advice: 'Prévenez votre correspondant par un autre moyen si le message est urgent.',
  },
  'peer-refused': {
    what: "L'opérateur du destinataire a refusé le message.",
    advice: 'La réponse du serveur, ci-dessous, en dit la raison : transmettez-la à votre support.',
  },
  untrusted: {
    what: "L'identité de la messagerie du destinataire n'a pas pu être vérifiée : le message ne lui a pas été remis, pour le protéger.",
    advice: 'Prévenez votre correspondant par un autre moyen ; votre support a été alerté.',
  },
  'copy-damaged': {
    what: "Notre copie du message n'est plus lisible : il n'a pas pu être envoyé.",
    advice: 'Renvoyez-le depuis le dossier « Envoyés » ; votre support a été alerté.',
  },
  'sender-withdrawn': {
    what: "L'envoi était programmé, et la personne qui l'a demandé n'a plus le droit d'écrire depuis cette boîte aux lettres.",
    advice: "Le message est resté dans son dossier : relisez-le, puis envoyez-le vous-même s'il doit partir.",
  },
  'never-released': {
    what: "L'envoi était programmé, et une panne de notre côté a empêché le message de partir.",
    advice: 'Le message est resté dans son dossier : renvoyez-le ; votre support a été alerté.',
  },
  dropped: {
    what: "L'envoi a été arrêté par l'administrateur de votre messagerie.",
    advice: 'Demandez-lui pourquoi avant de renvoyer le message.',
  },
};

export type ReportKind = 'failed' | 'delayed' | 'delivered';

export const reportTexts = {
  fromName: 'Remise des messages',
  subject: {
    failed: 'Message non remis',
    delayed: 'Message pas encore remis',
    delivered: 'Message remis',
  },
  opening: {
    failed: (sentAt: string) => `Votre message du ${sentAt} n'a pas pu être remis.`,
    delayed: (sentAt: string) =>
      `Votre message du ${sentAt} n'est pas encore remis. Vous n'avez rien à faire : les essais continuent.`,
    delivered: (sentAt: string) => `Votre message du ${sentAt} a été remis.`,
  },
  recipient: (address: string) => `Destinataire : ${address}`,
  retriedUntil: (until: string) => `Les essais continuent jusqu'au ${until}. Vous serez prévenu s'ils échouent.`,
  expired: (hours: number) => `Les essais ont duré ${hours} heures.`,
  delivered: "Le message est dans la boîte aux lettres. Cela ne dit pas qu'il a été lu.",
  /** RFC 3461 §5.2.2: handed to a server that will not tell more. */
  relayed: "Le message est chez l'opérateur du destinataire, qui n'en dira pas plus.",
  answer: (host: string | undefined) => `Réponse du serveur${host === undefined ? '' : ` ${host}`} :`,
  closing: 'Ce message a été écrit par votre messagerie. Les détails techniques sont joints.',
} as const;

/** `22 novembre 2026 à 15:36`, on the clock of metropolitan France. */
export function formatInstant(at: Date): string {
  return new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Paris' }).format(
    at,
  );
}
