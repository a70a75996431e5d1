/** Words of the browser's notices: nothing of a message, for a screen may be seen by others. */
export const noticeTexts = {
  newMail: (count: number) => (count === 1 ? 'Nouveau message' : `${count} nouveaux messages`),
} as const;
