/**
 * Every bound of the program, with its unit and its reason (invariant 8). Each is tested at the limit and one past it.
 * Grouped by the part that enforces it; a new bound is added to its group, never written as a literal in the code.
 */

export const kib = 1024;
export const mib = 1024 * kib;
export const gib = 1024 * mib;

/** Bounds of mail on the wire (`formats/smtp`, `ends/smtpd`, the outgoing client). */
export const smtpLimits = {
  /** Octets of a command line, CRLF included: RFC 5321 §4.5.3.1.4 asks 512, the extensions in use add up to 1,500 (DSN §10, SMTPUTF8). */
  commandLineBytes: 2 * kib,
  /** Octets of a base64 line of AUTH: RFC 4954 §4. */
  authLineBytes: 12_288,
  /** Octets of a local part: RFC 5321 §4.5.3.1.1. */
  localPartBytes: 64,
  /** Octets of a domain: RFC 5321 §4.5.3.1.2. */
  domainBytes: 255,
  /** Octets of a path: RFC 5321 §4.5.3.1.3. */
  pathBytes: 256,
  /** Recipients of one transaction: RFC 5321 §4.5.3.1.8 asks at least 100. */
  recipients: 1_000,
  /** Octets of a reply line: RFC 5321 §4.5.3.1.5. */
  replyLineBytes: 512,
  /** Lines of one reply that the outgoing client accepts; EHLO answers have about fifteen. */
  replyLines: 100,
  /** Octets of one line of a message, CRLF included: RFC 5322 §2.1.1 says 1,000; senders in the field go beyond, so lines are kept up to this. */
  textLineBytes: 64 * kib,
  /** Octets of a whole message; patients' mailboxes bounce above 25 MB, base64 and room for hospitals bring it to 50. */
  messageBytes: 50 * mib,
  /** Characters of an ENVID in xtext: RFC 3461 §4.4. */
  envelopeIdChars: 100,
  /** Characters of an ORCPT: RFC 3461 §4.2. */
  originalRecipientChars: 500,
  /** `Received` fields before a message is taken to loop: RFC 5321 §6.3 says at least 100. */
  receivedFields: 100,
} as const;

/** Bounds of certificates, names and revocation lists (`formats/x509`). */
export const x509Limits = {
  /** Octets of one certificate: IGC-Santé leaves have about 2,200; CAs with many policies stay under 8 KiB. */
  certificateBytes: 64 * kib,
  /** Octets of one revocation list: 40 octets an entry, so some 800,000 revoked certificates. */
  crlBytes: 32 * mib,
  /** Members of one DER sequence read whole; lists of revoked certificates are walked instead. */
  derMembers: 256,
  /** Attributes of one distinguished name; operators have 5. */
  dnAttributes: 32,
  /** Characters of a distinguished name written as text; the longest on the real white list has 120. */
  dnTextLength: 2 * kib,
  /** Certificates of a path, leaf and anchor included; IGC-Santé has 3. */
  pathLength: 6,
  /** Signatures checked while one path is searched, so that a crafted bundle cannot make us work. */
  pathSignatureChecks: 48,
  /** Bits of an RSA key: RGS B1 and ANSSI ask at least 2,048. */
  rsaKeyBits: 2_048,
} as const;

/** Bounds of the white list (`formats/white-list`, `domain/trust`). */
export const whiteListLimits = {
  /** Octets of the file: 3.7 MB for 6,494 entries in 2025, so about nine times that. */
  fileBytes: 32 * mib,
  /** Entries; 8,655 in June 2026. */
  entries: 100_000,
  /** Depth of elements; the profile has 6 (… Signature, SignedInfo, Reference, Transforms, Transform). */
  depth: 12,
  /** Attributes of one element, namespace declarations included; the profile has at most 2. */
  attributes: 16,
  /** Characters of the signature in all; the real one has about 4,300. */
  signatureLength: 64 * kib,
  /** Characters of one field of an entry; the longest real one has about 200. */
  fieldLength: 4 * kib,
} as const;

/** Bounds of the link with PostgreSQL (`platform/db`). */
export const databaseLimits = {
  /** Statements that a connection keeps prepared: the program has some 200 texts; each costs the server some 20 KiB. */
  namedStatements: 400,
  /** Runs of one transaction that PostgreSQL keeps choosing as victim; beyond, the load itself is the fault. */
  transactionAttempts: 5,
  /** Milliseconds of one statement; the slowest of ours (search, sweeps) work in slices well below. */
  statementMs: 60_000,
  /** Milliseconds that a transaction may sit idle: it holds locks, and its client has probably died. */
  idleInTransactionMs: 60_000,
  /** Milliseconds to wait for another process that migrates the same database. */
  migrationLockMs: 600_000,
  /** Milliseconds to obtain a connection, new or from the pool. */
  connectMs: 10_000,
  /** Milliseconds after which an unused connection is closed. */
  idleConnectionMs: 60_000,
  /** Milliseconds of the first and of the longest pause before the LISTEN connection is opened again. */
  newsRetryFirstMs: 100,
  newsRetryLongestMs: 5_000,
  /** Milliseconds between two questions on the LISTEN connection, which would not notice a peer that vanished. */
  newsProbeMs: 30_000,
} as const;

/** Bounds of keys (`platform/keys`). */
export const keyLimits = {
  /** How long an opened data key may serve after another process destroyed it; destruction in the same process is immediate. */
  openKeyLifetimeMs: 60_000,
  /** Opened data keys kept in memory: those of the accounts in use, about 400 bytes each. */
  openKeys: 10_000,
  /** Rows that one transaction rewraps after a rotation of the key-encryption key: short locks, resumable. */
  rewrapBatch: 200,
  /** Key-encryption keys of one ring: the current one and those that rows and backups may still name. */
  ringKeys: 16,
  /** Octets of what a source of key-encryption keys may give: 16 keys and comments. */
  ringTextBytes: 8 * kib,
  /** How long the command that fetches key-encryption keys may take; a hardware module answers within seconds. */
  ringCommandMs: 20_000,
} as const;

/** Bounds of stored blobs (`platform/blobs`). */
export const blobLimits = {
  /** Octets of plaintext in one authenticated segment (invariant 9): a range opens with at most two segments too many. */
  segmentBytes: 64 * kib,
  /** Segments of one blob: the counter in the nonce has 32 bits, and 64 GiB is more than any message or export. */
  segments: 1024 * 1024,
  /** Octets gathered before one part goes to an S3 store, which takes no part under 5 MiB but the last. */
  s3PartBytes: 6 * mib,
  /** Octets of an answer of the S3 store that is not a blob: 1,000 listed objects take about 300 kB. */
  s3AnswerBytes: 2 * mib,
  /** How long one request to the S3 store may take, its body included. */
  s3RequestMs: 60_000,
  /** Attempts for one request to the S3 store: it answers 503 to ask for patience. */
  s3Attempts: 3,
  /** Identifiers asked about at once by a sweep: one query, one bound array. */
  sweepBatch: 1_000,
} as const;

/** Bounds of messages as they are read (`formats/mime`, `formats/address`): past one, the reader cuts and says so. */
export const mimeLimits = {
  /** Octets of header fields kept from one message and the messages it holds; the largest seen in the field are near 100 KiB (long `Received` and ARC chains). */
  headerBytes: 256 * kib,
  /** Octets of one field kept: a `To` of 1,000 addresses is about 60 KiB. */
  fieldBytes: 64 * kib,
  /** Fields kept from one header: chains of relays and filters reach two hundred. */
  fields: 1_000,
  /** Parts inside parts; forwards of forwards reach ten. Deeper content stays one closed part. */
  depth: 50,
  /** Parts of one message; digests reach a few hundred. */
  parts: 1_000,
  /** Octets of a boundary: RFC 2046 §5.1.1 says 70; some senders write more, up to a line (RFC 5322 §2.1.1). */
  boundaryBytes: 994,
  /** Parameters of one field, segments of RFC 2231 included: a file name of 255 octets needs about fifteen. */
  parameters: 100,
  /** Characters of a parameter's value once put together; file systems stop names at 255 octets. */
  parameterCharacters: 2_000,
  /** Message identifiers read from one field: long threads keep the first and the last ones. */
  messageIds: 100,
  /** Characters of one message identifier: RFC 5322 §2.1.1, it cannot be folded. */
  messageIdCharacters: 998,
  /** Mailboxes read from one field. */
  addresses: 2_000,
  /** Octets of a body line without its CRLF before it is reported: RFC 5322 §2.1.1. */
  lineBytes: 998,
  /** Octets held while a line has no end; longer ones pass in pieces. */
  heldBytes: 16 * kib,
  /** Octets of decoded text kept from one part, for the index and the preview. */
  textBytes: 256 * kib,
  /** Octets of decoded text kept from one message. */
  textTotalBytes: 1 * mib,
  /** Characters of a preview: RFC 8621 §4.1.4. */
  previewCharacters: 256,
  /** Findings kept from one message. */
  findings: 100,
} as const;

/** Bounds of sign-in (`domain/access`). */
export const accessLimits = {
  /** Characters of a password at least: mémento 2.3.2. */
  passwordCharacters: 12,
  /** Failed sign-ins of one login from one address in a window, before it is told to wait: a person mistypes three times, not ten. */
  failuresPerWindow: 10,
  /** Seconds of that window: short, so that a doctor who mistyped is never locked out for long. */
  failureWindowSeconds: 300,
  /** Octets of an Authorization field: a login, a token, in base64, with room. */
  authorizationBytes: kib,
  /** Windows that are over, forgotten with each failure that is counted: more than one, so that they become fewer. */
  windowsForgotten: 10,
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

/** Bounds of TLS material (`platform/tls`). */
export const tlsLimits = {
  /** How often certificate files are looked at; a renewal is in force within this. */
  pollMs: 60_000,
  /** Octets of one PEM file: a bundle of fifty authorities stays under it. */
  pemBytes: 256 * kib,
} as const;

/** Bounds of what goes out (`platform/net`). */
export const netLimits = {
  /** Mail hosts tried for one domain: RFC 5321 §5.1 lets a client bound the alternates; beyond ten nobody answers either. */
  mailHosts: 10,
  /** Addresses tried for one host. */
  hostAddresses: 8,
  /** How long one DNS question may take, its repetitions included. */
  dnsMs: 10_000,
  /** Redirections followed by a fetch, all on listed hosts. */
  redirects: 3,
  /** Octets of the header fields of an answer; Node's own default is the same, stated so that it does not move. */
  answerHeaderBytes: 16 * kib,
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
  /** Characters of an account's display name: `<Titre> <Prénom> <NOM> <Entité>`. */
  displayNameCharacters: 256,
  /** Octets of text that one step of the index holds, shared by its emails: 160 kB for each of 200. */
  indexedTextBytes: 32 * mib,
  /** Emails with a label of the account's own that a search by keyword opens the labels of: some 0.2 s. */
  labelledEmails: 10_000,
  /** Octets of one body text that is opened as text: a book; what is longer is downloaded. */
  bodyTextBytes: 2 * mib,
  /** Octets of all the texts that one call opens: they stand in memory together. */
  openedTextBytes: 16 * mib,
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
  /** Characters of the media type of an upload: RFC 6838 §4.2 bounds its names at 127 each; parameters are few. */
  uploadTypeCharacters: 512,
} as const;

/** Bounds of what accounts and practices keep about their correspondents (`domain/contacts`). */
export const contactsLimits = {
  /** Days after which a message written counts for half: a correspondent of last winter gives way within a season. */
  halfLifeDays: 30,
  /** Correspondents whose use ranks a search: a busy doctor has some two hundred in a season. */
  familiar: 300,
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

/** Bounds of one connection that is read by pulling (`platform/wire`). */
export const wireLimits = {
  /** Octets held unread before the socket is paused: a few TLS records, so that one reader can work while the next arrive. */
  heldBytes: 128 * kib,
  /** How long a connection we closed may wait for the peer's side. */
  lingerMs: 5_000,
  /** Certificates taken from a peer's handshake; IGC-Santé chains have three, some operators add a cross-signed one. */
  peerCertificates: 16,
} as const;

/** Bounds of the SMTP server's sessions (`ends/smtpd`). Times and counts may be set lower by configuration, never absent. */
export const smtpdLimits = {
  /** Sessions at once. One idle TLS session takes some 50 kB, so these take 100 MB of a process kept under 300. */
  sessions: 2_000,
  /** Sessions at once from one address: an operator's relays may share one, and none needs more. */
  sessionsPerPeer: 200,
  /** Wait for a whole command line, however it drips: RFC 5321 §4.5.3.2.7. */
  commandMs: 5 * 60_000,
  /** Wait for the TLS handshake: two round trips and a signature. */
  handshakeMs: 30_000,
  /** Wait for the peer to take our replies. */
  replyMs: 60_000,
  /** Content must come at `paceBytes` per `paceMs` of waiting at least: about 1 kB/s, below any line in use. */
  paceMs: 60_000,
  paceBytes: 64 * kib,
  /** Faults of grammar, order or authentication before the session is closed. */
  errors: 20,
  /** Commands outside envelopes between two messages: keeping a connection open by NOOP has an end. */
  idleCommands: 100,
  /** Attempts to authenticate in one session. */
  authAttempts: 3,
  /** Chunks of one message sent by BDAT: 50 MiB in chunks of 12 KiB. */
  chunks: 4_096,
  /** Octets of content read after it was refused, so that the peer comes to read why. */
  drainBytes: 50 * mib,
  /** How long sessions may finish their message when the server stops. */
  stopMs: 30_000,
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

/** Bounds of the configuration file (`platform/config`). */
export const configLimits = {
  /** Octets of the file; a full one has about 3 kB, a thousand routes 60 kB. */
  fileBytes: 256 * kib,
  /** Edits between an unknown key and the known one that it may stand for. */
  nearestKeyEdits: 3,
} as const;

/** Bounds of the embedded PostgreSQL (`platform/db/embedded`). */
export const embeddedLimits = {
  /** Milliseconds of a start; recovery after a crash reads at most `max_wal_size` (1 GB). */
  startMs: 600_000,
  /** Milliseconds of one way of stopping before the next, harsher one: the checkpoint writes at most shared_buffers. */
  stopMs: 60_000,
  /** Starts tried in a row, for a port taken meanwhile or the children of a killed server that are still leaving. */
  startAttempts: 50,
  /** Milliseconds of the first and of the longest pause between two tries. */
  retryMs: 100,
  retryLongestMs: 5_000,
  /** Milliseconds between two looks at a server that starts, and at a server that is not our child. */
  pollMs: 10,
  watchMs: 200,
  /** Octets of the server's log that are read to say why it did not start. */
  logTailBytes: 64 * kib,
  /** Octets beyond which the server's log is emptied at a start. */
  logBytes: 10 * mib,
  /** Octets of the path of a Unix socket: `sun_path` ends at 103 on macOS and the BSDs, at 107 on Linux. */
  socketPathBytes: 103,
} as const;

/** Bounds of the HTTP shell (`platform/http`). */
export const httpLimits = {
  /** Octets of a request body, unless its route says more: JSON of a form or of a JMAP call without uploads. */
  bodyBytes: mib,
  /** Octets of the request line and header fields; Node's default, stated so that it does not move. */
  headerBytes: 16 * kib,
  /** Octets of one path parameter: identifiers have 36, addresses at most 320. */
  pathParameterBytes: 512,
  /** Characters of the name that a download proposes: file systems stop at 255 octets. */
  fileNameCharacters: 200,
  /** How long the header fields may take to come: a slow client holds a socket, not more. */
  headersMs: 15_000,
  /** How long a whole request may take to come: 50 MB at 2 Mbit/s take 200 s. */
  requestMs: 300_000,
  /** How long an idle connection is kept: longer than the 60 s of the usual proxies, so that they close first. */
  keepAliveMs: 65_000,
  /** Connections of one listener at once; each idle one takes some 50 kB. */
  connections: 5_000,
  /** How long a stop waits for the requests that run. */
  stopMs: 10_000,
  /** How long one readiness check may take before it counts as failed. */
  readinessMs: 2_000,
  /** How long a readiness answer serves: anyone may ask, the database is asked once a second. */
  readinessReuseMs: 1_000,
  /** Seconds that a client is asked to wait after a 503. */
  retryAfterSeconds: 10,
} as const;

/** Bounds of the job queue (`platform/jobs`). */
export const jobLimits = {
  /** Characters of a string in a payload: an identifier has 36, a domain 253 at most, with the kind of job before it; more would be content. */
  tokenLength: 260,
  /** Milliseconds between a delivery and the indexing of its account: what comes meanwhile shares one segment. */
  indexDelayMs: 4_000,
  /** Jobs of one batch: one per recipient of the largest message. */
  batch: 1_000,
  /** Runs of a job that keeps failing: with pauses of e^n seconds, capped at e^10, about three days. */
  attempts: 25,
  /** Connections of the queue beside one for each job that runs: one listens, one shows that we live. */
  workerConnections: 2,
  /** Milliseconds between two looks for jobs whose time has come; new ones announce themselves. */
  pollMs: 1_000,
  /** Milliseconds between two looks for workers that died. */
  sweepMs: 5_000,
  /** Milliseconds that a worker has, after it took a job, to show that it lives. */
  livenessGraceMs: 2_000,
  /** Milliseconds of the first and of the longest pause before a worker that lost the database starts again. */
  restartFirstMs: 100,
  restartLongestMs: 5_000,
} as const;

/** Bounds of the worker (`ends/worker`). */
export const workerLimits = {
  /** Jobs at once in one process: most wait for a peer or for the disk. */
  concurrency: 6,
  /** Milliseconds that a stored blob may wait for the commit that names it; the longest transaction takes minutes. */
  blobGraceMs: 24 * 3_600_000,
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
} as const;

/** Bounds of FHIR resources that come from outside (`formats/fhir`). */
export const fhirLimits = {
  /** Entries of one page of a searchset: 50 are asked for, and what is included comes beside them. */
  bundleEntries: 1_000,
  /** Elements `telecom` or `identifier` read from one resource: a university hospital has some hundreds of mailboxes. */
  elements: 5_000,
  /** Characters of one text that is read: free texts of the Annuaire have about 250; past this, the resource is set aside. */
  textCharacters: 4_096,
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

/** Bounds of FHIR requests and their answers (`formats/fhir`, `domain/directory/browse`, `ends/httpd/fhir`). */
export const fhirSearchLimits = {
  /** Parameters of one search; a careful client gives ten. */
  parameters: 40,
  /** Alternatives of one parameter, as in a list of identifiers to look up again. */
  alternatives: 100,
  /** Characters of one alternative: the longest name of a structure in the extractions has 160. */
  valueCharacters: 300,
  /** Characters of a text to search by, at least: one letter matches a tenth of the country. */
  leastTextCharacters: 2,
  /** Characters of an unknown parameter's name that an answer repeats. */
  nameCharacters: 64,
  /** Names in `_elements`; a resource has some thirty. */
  elements: 40,
  /** Characters of a place in the pages. */
  cursorCharacters: 300,
  /** Resources of a page when nothing is said, as at the national source, and at most: some 300 kB. */
  defaultCount: 50,
  page: 200,
  /** Resources that one page may bring along: a page of professionals has some 400 roles and places. */
  included: 1_000,
  /** Matches counted for `total`; beyond, the total is left out. */
  counted: 10_000,
  /** Milliseconds of one statement: what takes longer keeps others waiting. */
  statementMs: 5_000,
  /** Octets of the form of a search by POST: all parameters at their longest would be a flood. */
  formBytes: 64 * kib,
} as const;

/** Bounds of JMAP (RFC 8620 §2: told in the session under the names of the RFC). */
export const jmapLimits = {
  /** `maxCallsInRequest`: a page of the webmail takes six. */
  callsInRequest: 64,
  /** `maxObjectsInGet`: the webmail asks for 50. */
  objectsInGet: 500,
  /** `maxObjectsInSet`: what one gesture over a whole page of a large list changes. */
  objectsInSet: 500,
  /** Identifiers of one answer to a query, unless fewer are asked for: the webmail asks for a screen. */
  idsInQuery: 5_000,
  /** Conditions of one filter, and operators inside operators: what a form of search makes, with room. */
  filterConditions: 64,
  filterDepth: 8,
  /** Comparators of one sort. */
  sortKeys: 8,
  /** Header forms of one `properties`: each is read from every email. */
  properties: 200,
  /** Tokens of the path of a result reference; the deepest of RFC 8621's examples has four. */
  pointerTokens: 16,
  /** Items that one reference may bring: what one call may answer, ids of a page of threads. */
  referencedItems: 10_000,
  /** `maxSizeRequest`: RFC 8620 §2 suggests as much; a draft with its text and its HTML has a hundredth of it. */
  requestBytes: 10_000_000,
  /** `maxConcurrentRequests` of one person in one process: RFC 8620 §2 suggests 4; a page, a phone and a program at once. */
  concurrentRequests: 8,
  /** `maxConcurrentUpload` of one person in one process: RFC 8620 §2 suggests 4. */
  concurrentUploads: 4,
  /** Event sources of one person in one process: one for each tab and device. */
  eventSources: 16,
  /** Seconds between two pings: RFC 8620 §7.3 lets a server bound them, the least at 30 at most, the most at 300 at least. */
  leastPingSeconds: 1,
  mostPingSeconds: 900,
  /** Milliseconds between two looks at whether an event source may go on, when it asked for no ping sooner. */
  eventSourceCheckMs: 60_000,
  /** Milliseconds that changes of accounts are gathered before they are told: a gesture over a page is one event. */
  gatherChangesMs: 50,
  /** `maxSizeBlobSet` of RFC 9404 §3: what a request can bring of octets in base64, halved. */
  blobSetBytes: 5_000_000,
  /** `maxDataSources` of RFC 9404 §3, which asks 64 at least. */
  dataSources: 64,
  /** Octets that one `Blob/get` puts into its answer. */
  blobGetBytes: 5_000_000,
} as const;
