import type { Reply } from './reply.ts';

/** What a server says in its answer to EHLO (RFC 5321 §4.1.1.1). */
export interface Capabilities {
  /** The name by which the server calls itself. */
  readonly serverName: string;
  readonly startTls: boolean;
  readonly pipelining: boolean;
  readonly eightBitMime: boolean;
  readonly smtpUtf8: boolean;
  readonly enhancedStatusCodes: boolean;
  readonly dsn: boolean;
  readonly chunking: boolean;
  /** SIZE is known to the server. */
  readonly size: boolean;
  /** The largest message it takes, when it says so (RFC 1870 §4: 0 says no fixed limit). */
  readonly maxSizeBytes?: number;
  /** Mechanisms of AUTH, in upper case. */
  readonly authMechanisms: readonly string[];
}

/** Reads the answer to EHLO. Keywords that we do not know are passed over, as RFC 5321 §2.2.1 asks. */
export function parseCapabilities(reply: Reply): Capabilities {
  const [greeting = '', ...lines] = reply.lines;
  const parameters = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [keyword = '', ...words] = line.trim().split(/ +/);
    if (!parameters.has(keyword.toUpperCase())) parameters.set(keyword.toUpperCase(), words);
  }
  const size = parameters.get('SIZE')?.[0];
  const maxSizeBytes = size !== undefined && /^\d{1,20}$/.test(size) ? Number(size) : 0;
  return {
    serverName: greeting.split(' ')[0] ?? '',
    startTls: parameters.has('STARTTLS'),
    pipelining: parameters.has('PIPELINING'),
    eightBitMime: parameters.has('8BITMIME'),
    smtpUtf8: parameters.has('SMTPUTF8'),
    enhancedStatusCodes: parameters.has('ENHANCEDSTATUSCODES'),
    dsn: parameters.has('DSN'),
    chunking: parameters.has('CHUNKING'),
    size: parameters.has('SIZE'),
    ...(maxSizeBytes > 0 && { maxSizeBytes }),
    authMechanisms: (parameters.get('AUTH') ?? []).map((word) => word.toUpperCase()),
  };
}

/** The lines of an answer to EHLO, the first being the server's name. */
export function printCapabilities(capabilities: Capabilities): readonly string[] {
  const { maxSizeBytes, authMechanisms } = capabilities;
  const line = (isThere: boolean, text: string): readonly string[] => (isThere ? [text] : []);
  return [
    capabilities.serverName,
    ...line(capabilities.pipelining, 'PIPELINING'),
    ...line(capabilities.size, maxSizeBytes === undefined ? 'SIZE' : `SIZE ${maxSizeBytes}`),
    ...line(capabilities.startTls, 'STARTTLS'),
    ...line(authMechanisms.length > 0, `AUTH ${authMechanisms.join(' ')}`),
    ...line(capabilities.enhancedStatusCodes, 'ENHANCEDSTATUSCODES'),
    ...line(capabilities.eightBitMime, '8BITMIME'),
    ...line(capabilities.dsn, 'DSN'),
    ...line(capabilities.smtpUtf8, 'SMTPUTF8'),
    ...line(capabilities.chunking, 'CHUNKING'),
  ];
}
