/** Messages as the field writes them, made here, so that a clone without the corpora proves the same. */
import { mimeLimits, smtpLimits } from '../../../src/base/limits.ts';

export interface Fixture {
  readonly name: string;
  readonly content: Buffer;
  /** The rule that the refusal names; delivered when absent. */
  readonly refusedFor?: RegExp;
}

const head = 'From: Dr Paul DURAND <paul.durand@ailleurs.example>\nTo: rachid@hopital.mssante.example\n';
const nul = String.fromCharCode(0);
const cr = String.fromCharCode(13);

function received(count: number): string {
  return 'Received: from a.example by b.example; Sun, 22 Nov 2026 11:00:00 +0100\n'.repeat(count);
}

function line(octets: number): string {
  return 'x'.repeat(octets - 2);
}

const delivered: Readonly<Record<string, string | Buffer>> = {
  plain: `${head}Subject: Bilan\nDate: Sun, 22 Nov 2026 11:00:00 +0100\nMessage-ID: <a@ailleurs.example>\n\nBonjour\n`,
  complete: `X-MSS-NIL: AUTRE\nDate: Sun, 22 Nov 2026 11:00:00 +0100\nMessage-ID: <b@ailleurs.example>\n${head}\nBonjour\n`,
  'CRLF already': `${head}\nBonjour\n`.replaceAll('\n', '\r\n'),
  'line ends of both kinds': `${head}\r\n\nun\r\ndeux\ntrois\r\n`,
  'no end of the last line': `${head}\nsans fin`,
  'no end of the last line of a long message': `${head}\n${`${line(1_000)}\n`.repeat(200)}sans fin`,
  'no body': `${head}Subject: vide\n`,
  'an empty body': `${head}\n`,
  'no header': '\nrien que du texte\n',
  'no author': 'Subject: de personne\n\nBonjour\n',
  'dots at the start of lines': `${head}\n.\n..\n.suite\n...\n.\n`,
  'header in Latin-1': Buffer.from(`${head}Subject: compte rendu opératoire\n\nDécès\n`, 'latin1'),
  'header in UTF-8': `${head}Subject: échographie 🩺\n\nœdème\n`,
  'a line of the limit': `${head}\n${line(smtpLimits.textLineBytes)}\n`,
  'lines past those of the standard': `${head}\n${line(2_000)}\n${line(998)}\n`,
  'hidden recipients': `Bcc: cache@ailleurs.example,\n autre@ailleurs.example\n${head}Resent-Bcc: x@ailleurs.example\n\nBonjour\n`,
  'a separator of mailbox files': `From paul@ailleurs.example Sun Nov 22 11:00:00 2026\n${head}\nBonjour\n`,
  'two content types': `${head}Content-Type: text/plain\nContent-Type: text/html\n\n<b>Bonjour</b>\n`,
  'a multipart that never ends': `${head}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nBonjour\n--b\nContent-Type: x\n`,
  'lines in the header that are no fields': `${head}ceci n'est pas un champ\n: vide\n\nBonjour\n`,
  'white space before a colon': `${head}Subject : obsolète\n\nBonjour\n`,
  'a header of many fields': `${head}${'X-Trace: relais\n'.repeat(900)}\nBonjour\n`,
  'a chain of relays': `${received(60)}${head}\nBonjour\n`,
  'an attachment of 3 MB': `${head}Content-Transfer-Encoding: base64\n\n${`${'QUJD'.repeat(18)}\n`.repeat(40_000)}`,
};

const refused: Readonly<Record<string, readonly [content: string, refusedFor: RegExp]>> = {
  'a lone CR': [`${head}\nun${cr}deux\n`, /RFC 5321 2\.3\.8, CR/],
  NUL: [`${head}\nun${nul}deux\n`, /RFC 5322 2\.1, NUL/],
  'a line past the limit': [`${head}\n${line(smtpLimits.textLineBytes + 1)}\n`, /RFC 5322 2\.1\.1/],
  'white space first': [` suite\n${head}\nBonjour\n`, /RFC 5322 2\.2\.3/],
  'a header past the limit': [
    `${head}${`X-Trace: ${line(990)}\n`.repeat(mimeLimits.headerBytes / 990)}`,
    /RFC 5322 2\.1/,
  ],
  'a loop': [`${received(smtpLimits.receivedFields + 1)}${head}\nBonjour\n`, /boucle entre serveurs/],
};

export const fixtures: readonly Fixture[] = [
  ...Object.entries(delivered).map(([name, content]) => ({ name, content: Buffer.from(content) })),
  ...Object.entries(refused).map(([name, [content, refusedFor]]) => ({
    name,
    content: Buffer.from(content),
    refusedFor,
  })),
];
