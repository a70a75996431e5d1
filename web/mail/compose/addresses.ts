/** Addresses as people type and paste them. */
import type { EmailAddress } from '../../../contract/jmap/mail.ts';

/** One `@`, a domain with a dot, nothing that a list or a header field would read otherwise. The server judges the rest. */
const form = /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])?\.)+[\p{L}\d-]{2,63}$/u;
const longest = 254;

export function isAddress(text: string): boolean {
  return text.length <= longest && form.test(text) && !text.startsWith('.') && !/\.@|\.\./.test(text);
}

/** What two spellings of one mailbox share. Operators of the trust space tell no case apart. */
export function addressKey(address: string): string {
  return address.trim().toLowerCase();
}

export function isSameAddress(a: string, b: string): boolean {
  return addressKey(a) === addressKey(b);
}

export interface ReadRecipients {
  readonly recipients: readonly EmailAddress[];
  /** What is no address, as it was typed. */
  readonly rest: readonly string[];
}

/** Commas, semicolons and line ends part recipients, but inside quotes and angle brackets. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let [piece, isQuoted, isAngled] = ['', false, false];
  for (const character of text) {
    const isLineEnd = character === '\n' || character === '\r';
    if (isLineEnd) [isQuoted, isAngled] = [false, false]; // a quote left open ends with its line
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '<' && !isQuoted) isAngled = true;
    else if (character === '>' && !isQuoted) isAngled = false;
    const parts = isLineEnd || (!isQuoted && !isAngled && /[,;\t]/.test(character));
    if (!parts) {
      piece += character;
      continue;
    }
    found.push(piece);
    piece = '';
  }
  found.push(piece);
  return found.map((each) => each.trim()).filter((each) => each !== '');
}

const named = /^(.*?)\s*<\s*(?:mailto:)?([^<>]*?)\s*>$/is;

function readOne(piece: string): EmailAddress | undefined {
  const [, name, address] = named.exec(piece) ?? [];
  if (name !== undefined && address !== undefined) {
    if (!isAddress(address)) return undefined;
    const plain = name.replace(/^["'«\s]+|["'»\s]+$/g, '').replace(/\\(["\\])/g, '$1');
    return { name: plain === '' || isSameAddress(plain, address) ? null : plain, email: address };
  }
  const bare = piece.replace(/^mailto:/i, '');
  return isAddress(bare) ? { name: null, email: bare } : undefined;
}

/** A pasted list: `Dr Anne Roy <a@b.fr>; c@d.fr`, one in each line, or addresses with blanks between them. */
export function readRecipients(text: string): ReadRecipients {
  const recipients: EmailAddress[] = [];
  const rest: string[] = [];
  for (const piece of pieces(text)) {
    const one = readOne(piece);
    const words = piece.split(/\s+/);
    if (one !== undefined) recipients.push(one);
    else if (words.length > 1 && words.every(isAddress))
      recipients.push(...words.map((email) => ({ name: null, email })));
    else rest.push(piece);
  }
  return { recipients, rest };
}

/** `added` after `held`, nobody twice; a name that was missing is taken over. */
export function joinRecipients(held: readonly EmailAddress[], added: readonly EmailAddress[]): readonly EmailAddress[] {
  const joined = new Map<string, EmailAddress>();
  for (const each of [...held, ...added]) {
    const key = addressKey(each.email);
    const before = joined.get(key);
    if (before === undefined) joined.set(key, each);
    else if (before.name === null && each.name !== null) joined.set(key, { ...before, name: each.name });
  }
  return [...joined.values()];
}
