/** Words of what is done to emails, and of the news about them. */

const messages = (count: number): string => (count === 1 ? 'Message' : `${count} messages`);
const plural = (count: number): string => (count === 1 ? '' : 's');

export const mailTexts = {
  archived: (count: number) => `${messages(count)} archivé${plural(count)}`,
  trashed: (count: number) => `${messages(count)} mis à la corbeille`,
  junked: (count: number) => `${messages(count)} mis dans les indésirables`,
  notJunk: (count: number) => `${messages(count)} remis dans la réception`,
  moved: (count: number, mailbox: string) => `${messages(count)} déplacé${plural(count)} vers « ${mailbox} »`,
  destroyed: (count: number) => `${messages(count)} supprimé${plural(count)}`,
  undeleted: (count: number) => `${messages(count)} récupéré${plural(count)}`,
  markedSeen: (count: number) => `${messages(count)} marqué${plural(count)} comme lu${plural(count)}`,
  markedUnseen: (count: number) => `${messages(count)} marqué${plural(count)} comme non lu${plural(count)}`,
  starred: (count: number) => `${messages(count)} suivi${plural(count)}`,
  unstarred: (count: number) => `${messages(count)} : suivi retiré`,

  readOnly: 'Vous pouvez lire cette boîte, pas la modifier. Demandez ce droit à la personne qui la gère.',
  otherAccount: 'Un dossier ne reçoit que les messages de sa boîte : les autres sont restés à leur place.',
  noSuchMailbox: 'Cette boîte n’a pas de dossier pour cela. Choisissez-en un avec « Déplacer ».',
  stayed: 'Les messages sont restés à leur place.',

  offline: 'Hors ligne, reconnexion…',
  newMessage: (mailbox: string) => `Nouveau message dans ${mailbox}`,
} as const;
