/** What is known of a message once it has been read: plain data, fit for JSON, computed once at arrival. */

/** RFC 2045 §6.1; `unknown` is any other token (RFC 2045 §6.4: the content is then opaque). */
export type TransferEncoding = '7bit' | '8bit' | 'binary' | 'base64' | 'quoted-printable' | 'unknown';

/** One header field. Offsets count from the first byte of the message. */
export interface HeaderField {
  readonly name: string;
  /** What follows the colon, up to the last line end, folding kept; UTF-8 when it is, else windows-1252. Bounded. */
  readonly raw: string;
  readonly start: number;
  /** After the line end. */
  readonly end: number;
}

export interface Parameter {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

export interface Part {
  /** As IMAP numbers parts (RFC 9051 §6.4.5.1); the multipart that is a message's whole body is `TEXT`, or `2.TEXT` inside part 2. */
  readonly partId: string;
  /** Lower case. */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly Parameter[];
  /** Lower case, as declared; absent when not declared. */
  readonly charset?: string;
  /** Lower case: `inline`, `attachment` or another token; absent when not declared. */
  readonly disposition?: string;
  readonly dispositionParameters?: readonly Parameter[];
  /** From `filename`, else from `name`; decoded, without folder, controls or direction marks. */
  readonly fileName?: string;
  /** Without angle brackets. */
  readonly contentId?: string;
  readonly description?: string;
  readonly location?: string;
  readonly md5?: string;
  readonly language?: readonly string[];
  readonly encoding: TransferEncoding;
  /** The token as declared when `encoding` is `unknown`. */
  readonly encodingName?: string;
  /** First byte of the part's header. */
  readonly headerStart: number;
  /** After the empty line that ends the header. */
  readonly headerEnd: number;
  readonly bodyStart: number;
  /** The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1). */
  readonly bodyEnd: number;
  /** Lines of the body as it was sent; a last line without end counts. */
  readonly lines: number;
  /** Octets of the body once decoded; the size as it was sent for multiparts and messages. */
  readonly decodedBytes: number;
  /** Digits of each line but the last of a file in base64, when they are as many: a place in the file is then found in the body. */
  readonly lineDigits?: number;
  readonly parts: readonly Part[];
  /** The message that a `message/rfc822` part holds, when it was read. */
  readonly message?: EmbeddedMessage;
}

export interface EmbeddedMessage {
  readonly fields: readonly HeaderField[];
  readonly root: Part;
}

/** Decoded text of a `text/plain` or `text/html` part (as text, tags removed), for the index and the preview; bounded. */
export interface PartText {
  readonly partId: string;
  readonly subtype: string;
  readonly text: string;
  /** The part holds more than was kept. */
  readonly cut: boolean;
}

export interface MessageStructure {
  readonly sizeBytes: number;
  readonly fields: readonly HeaderField[];
  readonly root: Part;
  readonly text: readonly PartText[];
  /** What is ambiguous, broken or was cut: shown, never guessed in silence. At most `mimeLimits.findings`. */
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly kind: FindingKind;
  /** Offset of the byte where it was seen. */
  readonly at: number;
  readonly partId?: string;
  /** Lower-case name of the header field concerned. */
  readonly field?: string;
}

export type FindingKind =
  /** A field that may stand once stands twice; the first one counts. */
  | 'duplicate-field'
  /** A parameter stands twice with two values; the first one counts. */
  | 'duplicate-parameter'
  /** A multipart repeats the boundary of one that holds it. */
  | 'duplicate-boundary'
  /** Two bracketed addresses stand in the place of one author; the first one counts. */
  | 'ambiguous-address'
  /** Two file names are declared and differ; `Content-Disposition` counts. */
  | 'ambiguous-file-name'
  /** A file name held a folder, control characters or marks that reverse the direction of text. */
  | 'deceptive-file-name'
  | 'bad-content-type'
  | 'bad-parameter'
  | 'bad-encoded-word'
  /** An encoded word where RFC 2047 §5 forbids one: readers differ on what it says. */
  | 'encoded-word-in-parameter'
  | 'bad-header-line'
  | 'bad-transfer-encoding'
  /** A composite type with an encoding that RFC 2045 §6.4 forbids: a message or multipart in base64 or quoted-printable. */
  | 'encoded-composite'
  | 'bad-base64'
  | 'bad-quoted-printable'
  /** A charset that nobody reads, or bytes that do not fit the declared one (UTF-8, US-ASCII). */
  | 'bad-charset'
  | 'header-not-utf8'
  | 'multipart-without-boundary'
  | 'multipart-without-parts'
  | 'unclosed-multipart'
  | 'unended-header'
  | 'nesting-cut'
  | 'parts-cut'
  | 'header-cut'
  | 'parameters-cut'
  | 'text-cut'
  | 'long-line'
  | 'nul-byte'
  | 'bare-cr'
  | 'bare-lf';
