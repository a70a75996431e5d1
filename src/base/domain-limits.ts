/** Bounds of the domain: each number with its reason (design, invariant 8). What the formats and the platform bound stands in `limits.ts`. */
import { gib, kib, mib, smtpLimits } from './limits.ts';

/** Bounds of sign-in (`domain/access`). */
export const accessLimits = {
  /** Characters of a password at least: mémento 2.3.2. */
  passwordCharacters: 12,
  /** Failed sign-ins of one login from one address in a window, before it is told to wait: a person mistypes three times, not ten. */
  failuresPerWindow: 10,
  /** Seconds of that window: short, so that a doctor who mistyped is never locked out for long. */
  failureWindowSeconds: 300,
  /** Checks of passwords at once in one process: 64 MiB each, and half of the threads that also read files. */
  passwordChecks: 2,
  /** Checks that wait for their turn: a tenth of a second each, so that the last waits for less than people do. */
  passwordChecksWaiting: 100,
  /** Octets of an Authorization field: a login, a token, in base64, with room. */
  authorizationBytes: kib,
  /** Windows that are over, forgotten with each failure that is counted: more than one, so that they become fewer. */
  windowsForgotten: 10,
  /** Milliseconds after which a browser signs in again, however busy: no working day is longer. */
  sessionMs: 12 * 3_600_000,
  /** Milliseconds without a request after which a session is over: a long surgery, not a night. */
  sessionIdleMs: 2 * 3_600_000,
  /** Milliseconds between two notes of a session's use: a page makes dozens of requests, and the end need not be known to the second. */
  sessionNotedMs: 60_000,
  /** Sessions of one person at once, the oldest given up first: a few rooms, a phone, a tablet, each browser once or twice. */
  sessionsPerPerson: 20,
  /** Sessions that are over, forgotten with each sign-in: more than one, so that they become fewer. */
  sessionsForgotten: 10,
  /** Characters kept of what a browser calls itself: its name and its system stand at the beginning. */
  userAgentCharacters: 200,
  /** Devices of one person that keep a copy: a telephone, a tablet, two computers, and those that were replaced lately. */
  devicesPerPerson: 10,
  /** Milliseconds without contact after which a device's copy ends: a week of leave or of visits without network. */
  deviceContactMs: 7 * 24 * 3_600_000,
  /** Characters of what a person calls a device. */
  deviceNameCharacters: 80,
  /** Push subscriptions of one person at once: as many browsers as sessions. */
  pushPerPerson: 20,
  /** Milliseconds that a push subscription holds at most unless it is renewed: RFC 8620 §7.2 lets a server bound it so, at 48 hours at least. */
  pushMs: 7 * 24 * 3_600_000,
  /** Milliseconds before a push that its service did not take is tried again: first, and at most as failures double them. */
  pushRetryFirstMs: 60_000,
  pushRetryLongestMs: 6 * 3_600_000,
  /** Persons told again with one sweep, which comes each minute. */
  pushSwept: 1_000,
} as const;

/** Bounds of the search index (`domain/mail/search`). */
export const searchLimits = {
  /** UTF-8 octets of an indexed word; what is longer is cut: nobody types it whole. */
  wordBytes: 40,
  /** Different words of one email: a dictionary has 60,000, a letter 300; beyond lies a list or an attack. */
  wordsPerEmail: 20_000,
  /** Characters of one email's text that are indexed: a book of 300 pages. */
  textCharacters: 600_000,
  /** Words of one query: more are ignored, none types them. */
  wordsPerQuery: 16,
  /** Emails indexed in one step: bounds the memory of a step. */
  emailsPerStep: 200,
  /** Segments of one level before they are merged into the next: fewer costs writing, more costs searching. */
  segmentsPerLevel: 8,
  /** Emails of one segment: a merge of that size stays under 60 MiB of memory. */
  emailsPerSegment: 60_000,
  /** Octets of opened segments that one process keeps. */
  cachedBytes: 96 * mib,
  /** Times a search starts again because a merge replaced what it was about to open: merges are minutes apart. */
  findAttempts: 3,
  /** Milliseconds a merge works before it lets others work. */
  sliceMs: 8,
} as const;

/** Bounds of what goes between operators (`domain/transfer`). */
export const transferLimits = {
  /** Messages that one commit acknowledges: beyond, the flush is no longer the cost and locks are held too long. Their content in memory stays under 4 MiB. */
  batchMessages: 64,
  /** Messages worth a second commit of the same peer while one is in flight: below, one larger batch costs a quarter less. */
  worthwhileBatch: 8,
  /** Milliseconds that a batch waits, when a commit has just ended, for those whom it answered: half a flush, for twice the batch. */
  gatherMs: 2,
  /** Commits in flight at once: each holds a connection to the database, and two keep its disk busy. */
  commitsInFlight: 3,
  /** Accounts whose address and room are remembered between RCPTs: those that get mail in a busy minute, some 300 octets each. */
  rememberedRecipients: 10_000,
  /** How long RCPT trusts that an account has room; the delivery looks again under its lock. */
  rememberedRoomMs: 1_000,
  /** How long a repeated transaction is recognised: peers try again within hours. */
  repeatWindowMs: 24 * 60 * 60 * 1000,
  /** Mailboxes read from `From` and `Sender` to judge an author; a letter signed by a whole team has a dozen. */
  authors: 50,
  /** How long the queue tries: RFC 5321 §4.5.4.1 says 4 to 5 days, but a doctor who waits for an answer must know sooner. */
  queueLifetimeMs: 48 * 60 * 60 * 1000,
  /** When the sender is told that a message is late: half a working day. */
  delayReportAfterMs: 4 * 60 * 60 * 1000,
  /** Attempts after which a recipient whose last one left no trace is given up: the back-off makes fewer in its two days. */
  attemptsRecorded: 40,
  /** How long a sending may be held (`maxDelayedSend`): the next season's reminders; beyond, the draft itself is the better place. */
  holdMs: 90 * 24 * 60 * 60 * 1000,
  /** Sendings of one account that are held at once: each keeps its email from being destroyed. */
  heldSendings: 1_000,
  /** How long a retried sending is recognised by its idempotency id: a telephone found again after the holidays. */
  sendingRepeatMs: 30 * 24 * 60 * 60 * 1000,
  /** Characters of an idempotency id: a UUID has 36, a prefix of the client's own fits. */
  idempotencyCharacters: 128,
  /** Sendings that are late by a lease, woken by one sweep; the rest come with the next. */
  sendingsPerSweep: 1_000,
  /** Recipients of one outgoing transaction: RFC 5321 §4.5.3.1.8, every server takes 100. */
  recipientsPerTransaction: 100,
  /** Messages sent over one connection before the slot is given up, so that every domain and process gets its turn. */
  messagesPerConnection: 100,
  /** Connections to one domain over all processes: operators limit them, and one sends some 100 messages a second. */
  connectionsPerDomain: 4,
  /** Addresses tried for one domain: RFC 5321 §5.1 asks at least two; beyond, nobody answers either. */
  addressesPerDomain: 8,
  /** Wait for a connection: what does not answer within half a minute is away. */
  connectMs: 30_000,
  /** How long a dead worker keeps what it was sending; a living one renews it four times in that time. */
  leaseMs: 60 * 1000,
  /** Domains that one sweep wakes; the rest come with the next. */
  domainsPerSweep: 1_000,
  /** Octets of a peer's answer kept for the sender: RFC 5321 §4.5.3.1.5 gives 512 a line, few need more than four. */
  answerBytes: 2 * kib,
  /** Octets of the returned header in a report; what is beyond helps nobody. */
  returnedHeaderBytes: 16 * kib,
  /** Octets of a message returned whole (RET=FULL): a report stays small enough to be held; larger ones return their header. */
  returnedMessageBytes: 40 * kib,
  /** Octets of one report: with our trace field it is held with its row (`mailLimits.inlineContentBytes`); a longer one becomes several. */
  reportBytes: 63 * kib,
  /** Rows of one page of the queue's list. */
  listPage: 1_000,
} as const;

/** Bounds of what comes back of sent messages, and of what is answered by itself (`domain/transfer`). */
export const deliveryLimits = {
  /** Emails summed up in one call: a page of a list on a tall screen, twice. */
  summaries: 100,
  /** Messages that one that comes may be evidence about: a parent, and what clients name beside it. */
  namedMessages: 4,
  /** Copies of a sent message (of one Message-ID) that are looked through for a recipient: sent again by hand, a few times. */
  copiesLookedThrough: 10,
  /** Characters of a recipient's name kept for the delivery lines: with title, role and place, few reach a hundred. */
  nameCharacters: 200,
  /** Characters of a receipt's text, which a reader may write in place of ours. */
  receiptTextCharacters: 10_000,
  /** Characters of its subject and of each of its fields: RFC 5322 §2.1.1, a line. */
  receiptLineCharacters: 998,
  /** Fields that a client may add to it. */
  receiptFields: 20,
} as const;

/** Bounds of the answer of who is away (`domain/transfer`). */
export const vacationLimits = {
  /** How long a sender is not answered again: RFC 3834 §2 proposes seven days, and an absence is rarely longer than three weeks. */
  againMs: 7 * 24 * 60 * 60 * 1000,
  /** Characters of its subject: a line of a list shows a hundred. */
  subjectCharacters: 255,
  /** Characters of its text: two printed pages. */
  textCharacters: 10_000,
  /** Characters of its HTML: the same text with its markup. */
  htmlCharacters: 40_000,
} as const;

/** Bounds of what is told to the administrator of unwanted mail (`domain/transfer`). */
export const unwantedLimits = {
  /** Characters of the person's remark: a paragraph or three. */
  noteCharacters: 2_000,
} as const;

/** Bounds of the mail store (`domain/mail`). */
export const mailLimits = {
  /** Octets of content kept in the row of an email; beyond, it is a blob (invariant 9). */
  inlineContentBytes: 64 * kib,
  /** Octets of decoded text gathered from each part for the preview, which has 256 characters. */
  previewTextBytes: 8 * kib,
  /** Deliveries of one call: the recipients of one transaction. */
  deliveries: smtpLimits.recipients,
  /** Octets of sealed emails sent in one statement: a thousand recipients of one message are written in slices. */
  statementBytes: 2 * mib,
  /** Message identifiers by which one email joins a thread: its own, its parent's, the latest of its references. */
  threadReferences: 32,
  /** Emails that one call may change or open: RFC 8620 §2 maxObjectsInGet and maxObjectsInSet, 500 at least. */
  emailsPerCall: 500,
  /** Identifiers in one page of a list or of changes. */
  page: 10_000,
  /** Mailboxes of one account: each is locked, counted and listed with the others. */
  mailboxes: 1_000,
  /** Mailboxes inside mailboxes: RFC 8621 §1.3 maxMailboxDepth; nobody reads a deeper tree. */
  mailboxDepth: 10,
  /** Octets of a mailbox's name: RFC 8621 §1.3 maxSizeMailboxName, 100 at least. */
  mailboxNameBytes: 255,
  /** Mailboxes that hold one email: RFC 8621 §1.3 maxMailboxesPerEmail. */
  mailboxesPerEmail: 32,
  /** Keywords of one email beside the four system ones: clients define a dozen labels. */
  keywords: 32,
  /** Characters of a keyword: RFC 8621 §4.1.1 says 255. */
  keywordCharacters: 255,
  /** Identities of one account: a secretariat that writes for its doctors has a dozen. */
  identities: 50,
  /** Octets of one signature: a page, with a small logo in it. */
  signatureBytes: 64 * kib,
  /** Addresses of one identity's `replyTo`, and of its `bcc`. */
  identityAddresses: 10,
  /** Characters of an account's display name: `<Titre> <Prénom> <NOM> <Entité>`. */
  displayNameCharacters: 256,
  /** Octets of text that one step of the index holds, shared by its emails: 160 kB for each of 200. */
  indexedTextBytes: 32 * mib,
  /** Emails with a label of the account's own that a search by keyword opens the labels of: some 0.2 s. */
  labelledEmails: 10_000,
  /** Emails whose summaries one query opens to sort them by a header field: see `docs/decisions/0028-lists.md` for what it costs. */
  sortedByHeader: 10_000,
  /** Characters of a field that decide such an order: a subject of three lines. */
  sortKeyCharacters: 256,
  /** Emails of one list that is made whole, in 16 octets each: an account of fifty years. */
  listedEmails: 500_000,
  /** Octets of such lists that one process keeps: those of the accounts in use, of their last state. */
  keptListBytes: 32 * mib,
  /** Emails read for the first threads of a list; beyond, the whole list is cheaper than four emails for each thread. */
  firstThreadEmails: 2_000,
  /** Octets of one body text that is opened as text: a book; what is longer is downloaded. */
  bodyTextBytes: 2 * mib,
  /** Octets of all the texts that one call opens: they stand in memory together. */
  openedTextBytes: 8 * mib,
  /** Octets of the files of one new message: in base64 they make the largest message. */
  attachmentsBytes: 36 * mib,
  /** Octets of the header of one part. */
  partHeaderBytes: 64 * kib,
  /** Octets of a text in which the words of a search are shown, and characters shown of it: RFC 8621 §5 says 255 at most. */
  snippetTextBytes: 64 * kib,
  snippetCharacters: 200,
  /** Characters shown before the first word found. */
  snippetLeadCharacters: 60,
  /** Rows that `verify` reads at once, and that a purge destroys in one transaction at most. */
  maintenancePage: 200,
  /** Uploads of one account that no email was made of yet: a page of drafts with all their attachments. */
  uploads: 1_000,
  /** Octets of those in all: eight messages of the largest size. */
  uploadedBytes: 8 * smtpLimits.messageBytes,
  /** Milliseconds that an upload is kept for sure: RFC 8620 §6 asks an hour. */
  uploadSureMs: 3_600_000,
  /** Milliseconds after which an upload is forgotten: who went home in the middle of a letter finds its attachments in the morning. */
  uploadKeptMs: 24 * 3_600_000,
  /** Deleted emails of one page, and those that a search reads through for one: some 0.2 s. */
  deletedPage: 100,
  deletedScanned: 2_000,
  /** Of these in memory at once. */
  deletedSlice: 200,
  /** Templates of one account, characters of a name and of a subject, octets of one, and of all: a list shows them whole. */
  templates: 200,
  templateNameCharacters: 100,
  templateSubjectCharacters: 500,
  templateBytes: 256 * kib,
  templatesBytes: 4 * mib,
  /** Characters of the media type of an upload: RFC 6838 §4.2 bounds its names at 127 each; parameters are few. */
  uploadTypeCharacters: 512,
} as const;

/** Bounds of what accounts and practices keep about their correspondents (`domain/contacts`). */
export const contactsLimits = {
  /** Days after which a message written counts for half: a correspondent of last winter gives way within a season. */
  halfLifeDays: 30,
  /** Correspondents whose use ranks a search: a busy doctor has some two hundred in a season. */
  familiar: 300,
  /** Addresses written to that are proposed while typing: beyond, they are typed in whole. */
  remembered: 500,
  /** Favourites of one account: beyond, searching is quicker. */
  favourites: 500,
  /** Groups of one account, and addresses of one of them: a hospital's staff meeting has sixty. */
  groups: 50,
  groupMembers: 100,
  /** Entries of one address book: the correspondents of a large practice outside the directory. */
  bookEntries: 2_000,
  /** Characters of a name, of a telephone number as written, of a note (a page). */
  nameCharacters: 200,
  phoneCharacters: 40,
  noteCharacters: 4_000,
  /** Characters and words of a search among what is kept; the directory bounds its own. */
  queryCharacters: 200,
  queryWords: 12,
  /** Kept matches shown above the directory's: as many as are read at a glance. */
  matches: 10,
  /** Recipients checked in one call: those of one message. */
  checked: smtpLimits.recipients,
  /** Owners whose things one process holds opened: some 100 kB each, 1 MB when all its bounds are reached. */
  openedOwners: 100,
  /** How long the place of a practice is remembered for its searches: it moves with an edition, once in years. */
  placeMs: 10 * 60_000,
  /** How long a removal can be taken back: holidays included. */
  undoMs: 30 * 24 * 60 * 60 * 1000,
  /** How long an address is remembered after the last message to it: a patient followed once a year is not a stranger. */
  writtenMs: 3 * 365 * 24 * 60 * 60 * 1000,
  /** Addresses of an edition that one transaction looks at: a day brings about 800. */
  recheckBatch: 1_000,
} as const;

/** Bounds of the outgoing SMTP session (`domain/transfer/client`). */
export const smtpClientLimits = {
  /** Wait for the greeting, and for the replies to EHLO, STARTTLS, MAIL, RCPT: RFC 5321 §4.5.3.2.1 to §4.5.3.2.3. */
  commandMs: 5 * 60_000,
  /** Wait for the reply to DATA: RFC 5321 §4.5.3.2.4. */
  dataMs: 2 * 60_000,
  /** Wait for the peer to take a block of content: RFC 5321 §4.5.3.2.5. */
  blockMs: 3 * 60_000,
  /** Wait for the reply to the end of data: RFC 5321 §4.5.3.2.6. */
  endOfDataMs: 10 * 60_000,
  /** Wait for the TLS handshake. */
  handshakeMs: 60_000,
  /** Wait for the answer to QUIT; nothing depends on it. */
  quitMs: 5_000,
  /** Characters of a peer's reply kept for reports and logs. */
  keptReplyChars: 1_000,
} as const;

/** Bounds of trust decisions (`domain/trust`). */
export const trustLimits = {
  /** Time for reading and verifying a white list in its worker: 0.3 s for the real one; a loaded machine takes longer. */
  verifyMs: 30_000,
  /** Memory of that worker, in MiB: the real list takes about 60. */
  verifyHeapMib: 512,
  /** Time for one download of a list: 3.7 MB on a slow line. */
  fetchMs: 60_000,
  /** How far ahead of our clock a list may be dated: a date far ahead would block every later list. */
  clockSkewMs: 3_600_000,
  /** Peers whose path is remembered; some 400 operators have one to four certificates each. */
  rememberedPeers: 4_096,
  /** Between two looks at the revision counter: news comes by NOTIFY, and may be lost. */
  pollMs: 60_000,
} as const;

/** Bounds of the search over the national directory (`domain/directory/search`). */
export const directorySearchLimits = {
  /** Characters of one word, indexed or asked for; what is longer is cut: the longest town has 45 letters in 9 words. */
  wordCharacters: 32,
  /** Different words of one document: a professional with thirty places has some 200. */
  wordsPerDocument: 600,
  /** Places of one document: temporary staff reach forty. */
  placesPerDocument: 100,
  /** Characters of a question: a pasted line of a letter's heading fits; more is refused. */
  queryCharacters: 200,
  /** Words of a question; what comes after is not looked at: nobody types more. */
  queryWords: 12,
  /** Lines of a page. */
  page: 50,
  /** Lines before the page: nobody leafs further, a narrower question is quicker. */
  offset: 1_000,
  /** Values of one filter: departments of a region, professions of a screen. */
  filterValues: 200,
  /** Addresses that an account writes to which count in the ranking: its most frequent ones. */
  familiarAddresses: 2_000,
  /** Values of one facet that are told. */
  facetValues: 12,
  /** Documents looked at for one word of a question: "a" begins a word of most of them, and takes some 5 ms. */
  postingsPerWord: 1_500_000,
  /** Words of the dictionary that one word with a typing error may stand for: beyond, it stands for anything. */
  nearWords: 400,
  /** Steps of the walk that looks for them: some 3 ms. */
  nearSteps: 150_000,
  /** Documents that hold a word as typed, below which typing errors are looked for too. */
  fewDocuments: 3,
  /** Documents that hold a word as typed, from which it was meant as typed: it would bring half the directory. */
  manyDocuments: 150_000,
  /** Milliseconds the building of the index works before it lets others work. */
  sliceMs: 8,
  /** Octets of one part of the stored index. */
  partBytes: mib,
  /** Different combinations of professions, specialities or departments that are told apart; real extractions have some ten thousand. */
  combinations: 65_535,
  /** Addresses whose standing is asked for at once: the recipients of a message. */
  standings: 200,
  /** Namesakes shown beside the person who is written to: as many as are told apart at a glance. */
  namesakeLines: 3,
} as const;

/** Bounds of what is asked of the Annuaire's interfaces (`domain/directory/live`). */
export const liveLimits = {
  /** Octets of one answer: 50 organisations with all their mailboxes take some 2 MB. */
  answerBytes: 8 * mib,
  /** Milliseconds of one question, its pages and attempts included: a person waits for it. */
  questionMs: 30_000,
  /** Attempts for one page before the question is given up. */
  attempts: 3,
  /** Milliseconds before the second attempt; doubled for each further one. */
  firstPauseMs: 500,
  /** Resources of one page that are asked for: the Annuaire's own default. */
  pageSize: 50,
  /** Pages of one answer: nobody has a thousand situations. */
  pages: 20,
  /** References asked about at once: their identifiers stay within the 2,000 octets that gateways take in an address. */
  references: 50,
  /** Milliseconds before the same correspondent is asked for again: the Annuaire changes once a day. */
  askAgainMs: 15 * 60_000,
  /** The same after a failure: the next click may try again, not the next second. */
  askAgainAfterFailureMs: 60_000,
  /** Failures in a row before nobody asks for a while: two persons who insisted, not one. */
  failuresBeforePause: 5,
  /** Milliseconds of the first and of the longest such while; doubled for each further failure. */
  pauseFirstMs: 60_000,
  pauseLongestMs: 30 * 60_000,
} as const;

/** Bounds of what we publish of our accounts (`domain/directory/publication`). */
export const publicationLimits = {
  /** Characters of a service, a description or a responsible; one line of a form. */
  textCharacters: 250,
  /** The last rank that a listing may ask for: FHIR bounds none, nobody orders more mailboxes. */
  rank: 100,
  /** Listings that one run of the job sends, one after the other: it shares the worker. */
  runListings: 100,
  /** Listings of one page of the list. */
  page: 200,
  /** How long a worker may hold a listing: six questions of 30 s, the longest way of a move, and room. */
  leaseMs: 5 * 60_000,
  /** Milliseconds of the first and of the longest pause after a failure; doubled in between. */
  pauseFirstMs: 60_000,
  pauseLongestMs: 6 * 3_600_000,
  /** Places of one listing that may hold something of ours: a wish that is changed over and over while the Annuaire is away. */
  placements: 20,
} as const;

/** Bounds of the official extractions (`formats/rpps`, `platform/archive`) and of their import (`domain/directory/import`). */
export const directoryImportLimits = {
  /** Octets of one line, its end included: the longest real ones have about 1,500. */
  lineBytes: 16 * kib,
  /** Characters of one field: the longest label of the nomenclatures has 300; PostgreSQL indexes keys up to 2,700 octets. */
  fieldCharacters: 500,
  /** Characters of a code in a key of several: four of them, in three octets each, stay far below what PostgreSQL indexes. */
  keyCodeCharacters: 64,
  /** Characters of a folded name: two of them share an index, and folding may make a name eleven times longer. */
  foldedNameCharacters: 200,
  /** Octets of one text: PS_LibreAcces has 1.2 GB. */
  textBytes: 8 * gib,
  /** Octets of one download: the archive of PS_LibreAcces has about 200 MB. */
  downloadBytes: 2 * gib,
  /** How long a download may take in all, and without a single octet. */
  downloadMs: 2 * 3_600_000,
  downloadIdleMs: 60_000,
  /** Texts of one archive: PS_LibreAcces has three. */
  archiveEntries: 16,
  /** Times that an entry may grow when unpacked: these texts do so 5 to 12 times, generated ones up to 30; deflate reaches 1,032. */
  archiveRatio: 200,
  /** Octets of the rows sent by one COPY: PostgreSQL takes them while the next are read. */
  copyBytes: mib,
  /** Milliseconds that the import works before it lets others work. */
  sliceMs: 8,
  /** Odd rows of an edition that are listed for each reason, so that a frequent one does not hide the others; all are counted. */
  listedPerReason: 200,
  /** Odd rows in one answer: every reason at its bound. */
  oddRows: 4_000,
  /** Labels of all lists: the nomenclatures have some 3,000 in use, communes 35,000. */
  labels: 100_000,
  /** Milliseconds of one statement of the merge: the slowest takes 40 s at two million rows on two cores. */
  statementMs: 30 * 60_000,
  /** Rows fetched at once from a cursor when the index is built. */
  cursorRows: 2_000,
  /** Milliseconds between two reports of progress. */
  progressMs: 250,
  /** How long changes are kept: accounts that nobody opened for a season are still re-checked. */
  changesKeptDays: 180,
  /** Changes, addresses and imports in one page of a list. */
  page: 1_000,
  latest: 20,
} as const;
