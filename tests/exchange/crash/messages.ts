/** Messages of the load: each names itself, and no two have the same content. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Random } from './random.ts';

export interface LoadMessage {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly content: Buffer;
}

const words = 'Cher confrère, la patiente va mieux : fièvre tombée, œdème résorbé, contrôle à prévoir sous huitaine.';

/** A small letter, or now and then one long enough to become a blob. */
export function composeLoadMessage(random: Random, from: string, to: readonly string[]): LoadMessage {
  const id = `${randomUUID()}@essai.example`;
  const isLarge = random.next() < 0.05;
  const body = isLarge ? attachment(random.integer(100, 1_000) * 750) : letter(random);
  const header = [
    `From: <${from}>`,
    `To: ${to.map((address) => `<${address}>`).join(', ')}`,
    'Subject: Essai de pannes',
    'Date: Sun, 22 Nov 2026 11:00:00 +0100',
    `Message-ID: <${id}>`,
    'MIME-Version: 1.0',
    `Content-Type: ${isLarge ? 'application/octet-stream' : 'text/plain; charset=utf-8'}`,
    `Content-Transfer-Encoding: ${isLarge ? 'base64' : '8bit'}`,
    'X-MSS-NIL: essai',
  ];
  return { id, from, to, content: Buffer.from(`${header.join('\r\n')}\r\n\r\n${body}`) };
}

function letter(random: Random): string {
  const lines = Array.from({ length: random.integer(5, 25) }, () => `${words} ${randomBytes(6).toString('hex')}`);
  return `${lines.join('\r\n')}\r\n.\r\n..fin\r\n`; // lines that begin with a dot are part of the content
}

function attachment(bytes: number): string {
  return `${randomBytes(bytes).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`;
}

/** The identifier of a message of the load, wherever it was kept; undefined when it is none. */
export function idOf(content: Buffer): string | undefined {
  const header = content.subarray(0, 8_192).toString('latin1').split('\r\n\r\n')[0] ?? '';
  return /^Message-ID: <([^>]+@essai\.example)>\r?$/m.exec(header)?.[1];
}

/** Names of the fields that stand before the sender's own `sizeBytes` octets. */
export function fieldsBefore(content: Buffer, sizeBytes: number): string[] {
  const before = content.subarray(0, content.length - sizeBytes).toString('latin1');
  return before === ''
    ? []
    : before
        .split(/\r\n(?![ \t])/)
        .slice(0, -1)
        .map((field) => field.split(':')[0] ?? '');
}

export function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
