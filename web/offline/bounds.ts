/** How much a device keeps. */
export const copyBounds = {
  /** Emails, those read longest ago given up first: some weeks of a busy practice. */
  emails: 200,
  /** Sealed octets of one email: what is longer is read with network. */
  emailBytes: 2 * 1024 * 1024,
  /** Octets of one file. */
  fileBytes: 1024 * 1024,
  /** Sealed octets of emails and files together: a telephone's browser gives a site more, and takes it all back when it is short. */
  totalBytes: 50 * 1024 * 1024,
  /** Drafts of one account, the latest first. */
  drafts: 50,
  /** Messages that wait: more are no visit, and the server would take them for a flood. */
  waiting: 100,
} as const;
