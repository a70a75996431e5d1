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
  /** Octets read of what a report says for programs: a hundred recipients of 500 octets each, and room. */
  reportBytes: 64 * kib,
  /** Recipients read of one report: RFC 5321 §4.5.3.1.8, what one outgoing transaction takes. */
  reportedRecipients: 100,
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

/** Bounds of Web Push (`platform/web-push`). */
export const webPushLimits = {
  /** Milliseconds of one call: the services answer within one second, and a job waits for it. */
  callMs: 10_000,
  /** Seconds that a service keeps a push for a browser that is away: who comes back later looks by themselves. */
  ttlSeconds: 24 * 3_600,
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
  /** Milliseconds between a change and the push that tells it: a gesture over a page is one push. */
  pushDelayMs: 1_000,
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

/** Bounds of FHIR resources that come from outside (`formats/fhir`). */
export const fhirLimits = {
  /** Entries of one page of a searchset: 50 are asked for, and what is included comes beside them. */
  bundleEntries: 1_000,
  /** Elements `telecom` or `identifier` read from one resource: a university hospital has some hundreds of mailboxes. */
  elements: 5_000,
  /** Characters of one text that is read: free texts of the Annuaire have about 250; past this, the resource is set aside. */
  textCharacters: 4_096,
} as const;
