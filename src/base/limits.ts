/**
 * Every bound of the program, with its unit and its reason (invariant 8). Each is tested at the limit and one past it.
 * Grouped by the part that enforces it; a new bound is added to its group, never written as a literal in the code.
 */

export const kib = 1024;
export const mib = 1024 * kib;

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
  /** `Received` fields before a message is taken to loop: RFC 5321 §6.3 says at least 100. */
  receivedFields: 100,
} as const;
