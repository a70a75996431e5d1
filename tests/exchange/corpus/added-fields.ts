/** What stands in a delivered message beside the bytes of its author, and how it is told apart from them. */

type Who = 'destination' | 'submission';
interface AddedField {
  readonly name: string;
  readonly by: Who;
  readonly when: 'always' | 'injected' | 'missing';
}

/** In this order, before the first byte of the author. Nothing else is added, and nothing of the author's is changed. */
export const addedFields: readonly AddedField[] = [
  { name: 'Return-Path', by: 'destination', when: 'always' }, // RFC 5321 §4.4
  { name: 'Received', by: 'destination', when: 'always' }, // RFC 5321 §4.4
  { name: 'X-Hygie-Injected', by: 'submission', when: 'injected' }, // the sandbox alone
  { name: 'Message-ID', by: 'submission', when: 'missing' }, // RFC 5322 §3.6.4
  { name: 'Date', by: 'submission', when: 'missing' }, // RFC 5322 §3.6.1
  { name: 'X-MSS-NIL', by: 'submission', when: 'missing' }, // ANS-REF2 ECO.2.4.3
];

/** Taken out of what leaves, kept in Sent: they name hidden recipients (RFC 5322 §3.6.3). */
export const removedFields: readonly string[] = ['Bcc', 'Resent-Bcc'];

/** One field with its continuations, in text of one character an octet. */
const fieldPattern = /^([!-9;-~]+)[ \t]*:[^\n]*\r\n(?:[ \t][^\n]*\r\n)*/;

function splitHeader(message: Buffer): { readonly header: string; readonly body: Buffer } {
  const text = message.toString('latin1');
  const end = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n') + 2;
  const at = end === 1 ? text.length : end;
  return { header: text.slice(0, at), body: message.subarray(at) };
}

function hasField(header: string, name: string): boolean {
  return new RegExp(`^${name}[ \\t]*:`, 'im').test(header);
}

/** The names of the fields that an injected message of these bytes should have been given. */
export function expectedFields(source: Buffer): readonly string[] {
  const { header } = splitHeader(source);
  return addedFields.filter(({ name, when }) => when !== 'missing' || !hasField(header, name)).map(({ name }) => name);
}

/** What leaves of `source`: line ends of mail, and no hidden recipients. */
export function asLeaving(source: Buffer): Buffer {
  const ended = Buffer.from(source.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
  const { header, body } = splitHeader(ended);
  const hidden = new RegExp(`^(?:${removedFields.join('|')})[ \\t]*:[^\\n]*\\r\\n(?:[ \\t][^\\n]*\\r\\n)*`, 'gim');
  return Buffer.concat([Buffer.from(header.replace(hidden, ''), 'latin1'), body]);
}

/** The fields of `stored` before the bytes of `leaving`; undefined when `stored` is not fields and then these very bytes. */
export function fieldsBefore(stored: Buffer, leaving: Buffer): readonly string[] | undefined {
  const at = stored.length - leaving.length;
  if (at < 0 || !stored.subarray(at).equals(leaving)) return undefined;
  const names: string[] = [];
  let rest = stored.subarray(0, at).toString('latin1');
  while (rest !== '') {
    const field = fieldPattern.exec(rest);
    if (field === null) return undefined;
    names.push(field[1] ?? '');
    rest = rest.slice(field[0].length);
  }
  return names;
}
