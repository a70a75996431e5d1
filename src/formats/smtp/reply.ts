import { assert } from '../../base/assert.ts';
import { smtpLimits } from '../../base/limits.ts';
import { refusal } from './refusals.ts';

/** An enhanced status code (RFC 3463 §2): class, subject, detail. */
export type EnhancedCode = `${2 | 4 | 5}.${number}.${number}`;

/** A reply (RFC 5321 §4.2), with its enhanced code when it has one (RFC 2034 §4). */
export interface Reply {
  readonly code: number;
  readonly enhanced?: EnhancedCode;
  /** At least one line, without code. */
  readonly lines: readonly string[];
}

const enhancedAtStart = /^([245])\.(\d{1,3})\.(\d{1,3})(?: |$)/;

/** Reads an enhanced code that stands alone. */
function parseEnhancedCode(text: string): EnhancedCode | undefined {
  return /^[245]\.\d{1,3}\.\d{1,3}$/.test(text) ? (text as EnhancedCode) : undefined; // checked by the expression
}

/** Writes a reply with its CRLFs; the enhanced code goes on every line (RFC 2034 §4). Lines too long are cut. */
export function printReply(reply: Reply): string {
  assert(reply.lines.length > 0, 'a reply has a line');
  const last = reply.lines.length - 1;
  const enhanced = reply.enhanced === undefined ? '' : `${reply.enhanced} `;
  return reply.lines
    .map((line, index) => {
      // Whatever text we are handed, a reply cannot contain a second reply.
      const clean = line.replace(/\p{Cc}+/gu, ' ');
      const text = `${reply.code}${index === last ? ' ' : '-'}${enhanced}${clean}`;
      return `${cutToBytes(text, smtpLimits.replyLineBytes - 2)}\r\n`; // RFC 5321 §4.5.3.1.5
    })
    .join('');
}

function cutToBytes(text: string, maxBytes: number): string {
  if (text.length <= maxBytes && Buffer.byteLength(text) <= maxBytes) return text;
  return new TextDecoder().decode(Buffer.from(text).subarray(0, maxBytes), { stream: true }); // drops half a character
}

/** Gathers the lines of one reply. Made anew for each reply. */
export class ReplyParser {
  readonly #lines: string[] = [];
  #code: number | undefined;

  /** Takes one line without its CRLF; gives the reply when it was the last one. */
  take(line: Buffer): Reply | undefined {
    // What servers say in a reply is theirs: octets outside UTF-8 are shown as U+FFFD, not refused.
    const text = line.toString('utf8').replace(/\p{Cc}/gu, ' ');
    const match = /^([2-5][0-5]\d)(?:([ -])(.*))?$/su.exec(text); // a code alone: RFC 5321 §4.2
    const code = Number(match?.[1]);
    if (match === null || (this.#code !== undefined && code !== this.#code)) throw refusal('smtp-reply'); // §4.2.1
    if (this.#lines.length >= smtpLimits.replyLines) throw refusal('smtp-reply-too-long');
    this.#code = code;
    this.#lines.push(match[3] ?? '');
    return match[2] === '-' ? undefined : assemble(code, this.#lines);
  }
}

/** Takes the enhanced code off the lines. It counts only when its class agrees with the code (RFC 2034 §4). */
function assemble(code: number, lines: readonly string[]): Reply {
  const match = enhancedAtStart.exec(lines[0] ?? '');
  const enhanced = match === null ? undefined : parseEnhancedCode(match[0].trimEnd());
  if (match === null || enhanced === undefined || match[1] !== String(code)[0]) return { code, lines };
  const strip = (line: string): string =>
    line.startsWith(`${enhanced} `) || line === enhanced ? line.slice(enhanced.length + 1) : line;
  return { code, enhanced, lines: lines.map(strip) };
}
