/** Bounds of the ends: sessions, requests, jobs; each number with its reason (design, invariant 8). */
import { kib, mib } from './limits.ts';

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

/** Bounds of the worker (`ends/worker`). */
export const workerLimits = {
  /** Jobs at once in one process: most wait for a peer or for the disk. */
  concurrency: 6,
  /** Milliseconds that a stored blob may wait for the commit that names it; the longest transaction takes minutes. */
  blobGraceMs: 24 * 3_600_000,
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
  /** Emails that `Email/get` holds opened at once: their header fields alone may have a megabyte each. */
  emailsOpened: 50,
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
  /** The same of `bodyProperties`: each is read from every part. */
  bodyProperties: 64,
  /** Messages that one `Email/parse` reads, and octets of one: each stands in memory for the time of its reading. */
  parsedBlobs: 20,
  parsedBytes: 32 * mib,
  /** Parts of a message that a client composes, and parts inside parts. */
  composedParts: 200,
  composedDepth: 20,
  /** Tokens of the path of a result reference; the deepest of RFC 8621's examples has four. */
  pointerTokens: 16,
  /** Octets of one answer, and of the answers after which a request gets no other: headers by many names, references to references. */
  answerBytes: 16 * mib,
  /** Characters of an answer that are printed at once. */
  answerPieceCharacters: 64 * kib,
  /** Objects inside objects of one answer: what was given back is nested by the client. */
  answerDepth: 200,
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
  /** Milliseconds before a client whose event source was cut comes back: browsers wait as long by themselves. */
  eventSourceRetryMs: 3_000,
  /** Milliseconds that changes of accounts are gathered before they are told: a gesture over a page is one event. */
  gatherChangesMs: 50,
  /** Characters of the address of a push subscription, and of its `deviceClientId`: those of browsers have some 200, a hash 64. */
  pushUrlCharacters: 1_000,
  deviceClientIdCharacters: 255,
  /** Types that a push subscription names, and characters of one: there are eight. */
  pushTypes: 32,
  pushTypeCharacters: 64,
  /** Accounts told with one push: what it carries stays under the 4096 octets of RFC 8030 §7.2. */
  accountsInPush: 10,
  /** `maxSizeBlobSet` of RFC 9404 §3: what a request can bring of octets in base64, halved. */
  blobSetBytes: 5_000_000,
  /** `maxDataSources` of RFC 9404 §3, which asks 64 at least. */
  dataSources: 64,
  /** Octets that one `Blob/get` puts into its answer. */
  blobGetBytes: 5_000_000,
} as const;
