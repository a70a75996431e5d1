import { Refusal } from '../../base/errors.ts';

/**
 * What the SMTP grammar refuses, with the protocol text said to the other side. The texts are English: they are read by
 * mail administrators and programs; what a doctor may read is written where the rule of the trust space is.
 */
const texts = {
  'smtp-bare-cr': 'A carriage return without its line feed is not allowed',
  'smtp-bare-lf': 'A line feed without its carriage return is not allowed',
  'smtp-nul': 'A NUL octet is not allowed',
  'smtp-line-too-long': 'Line too long',
  'smtp-text-line-too-long': 'A line of the message is too long',
  'smtp-control-character': 'A control character is not allowed in a command',
  'smtp-charset': 'The command is neither ASCII nor UTF-8',
  'smtp-command': 'Command not recognized',
  'smtp-arguments': 'Syntax error in the arguments',
  'smtp-sender': 'Syntax error in the sender address',
  'smtp-recipient': 'Syntax error in the recipient address',
  'smtp-parameter-unknown': 'Parameter not recognized or not implemented',
  'smtp-parameter': 'Syntax error in the parameters',
  'smtp-utf8-not-requested': 'An address outside ASCII needs SMTPUTF8',
  'smtp-base64': 'Cannot decode the base64 response',
  'smtp-credentials': 'Syntax error in the credentials',
  'smtp-chunk-size': 'Syntax error in the size of the chunk',
  'smtp-reply': 'The server sent a reply outside the grammar',
  'smtp-reply-too-long': 'The server sent a reply that is too long',
} as const;

export type SmtpRefusalCode = keyof typeof texts;

/** The refusal of `code`, to be thrown. */
export function refusal(code: SmtpRefusalCode): Refusal {
  return new Refusal(code, texts[code]);
}

/** True when `code` is one of this grammar's. */
export function isSmtpRefusalCode(code: string): code is SmtpRefusalCode {
  return Object.hasOwn(texts, code);
}

/** The protocol text of `code`. */
export function refusalText(code: SmtpRefusalCode): string {
  return texts[code];
}
