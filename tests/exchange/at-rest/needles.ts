/**
 * Finds words in bytes, in every form in which a program may have left them: UTF-8, Latin-1, UTF-16, hexadecimal, base64 at
 * its three alignments; as written, in small letters, in capitals, without accents. All needles in one pass.
 */

export interface Found {
  readonly word: string;
  readonly form: string;
  readonly where: string;
}

interface Needle {
  readonly bytes: Buffer;
  readonly word: string;
  readonly form: string;
}

const forms: Readonly<Record<string, (text: string) => readonly Buffer[]>> = {
  'UTF-8': (text) => [Buffer.from(text, 'utf8')],
  'Latin-1': (text) => [Buffer.from(text, 'latin1')],
  'UTF-16LE': (text) => [Buffer.from(text, 'utf16le')],
  'UTF-16BE': (text) => [Buffer.from(text, 'utf16le').swap16()],
  hexadecimal: (text) => {
    const hex = Buffer.from(text, 'utf8').toString('hex');
    return [Buffer.from(hex), Buffer.from(hex.toUpperCase())];
  },
  base64: (text) => [0, 1, 2].map((shift) => insideBase64(Buffer.from(text, 'utf8'), shift)),
};

export const formNames: readonly string[] = Object.keys(forms);

/** The characters of base64 that `bytes` alone decide when they begin `shift` octets into a group of three. */
function insideBase64(bytes: Buffer, shift: number): Buffer {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(((shift + bytes.length) * 8) / 6);
  return Buffer.from(encoded.slice(first, last));
}

/** As a person writes it, and as a program may have folded it. */
export function spellings(word: string): readonly string[] {
  const bare = word.normalize('NFD').replace(/\p{M}/gu, '');
  const decomposed = word.normalize('NFD');
  return [...new Set([word, bare, decomposed].flatMap((one) => [one, one.toLowerCase(), one.toUpperCase()]))];
}

/** The bytes of `word` in one form and as written, for a test to plant. */
export function planted(word: string, form: string): readonly Buffer[] {
  return forms[form]?.(word) ?? [];
}

export class Needles {
  /** Whether a needle begins with these two octets. */
  readonly #pairs = new Uint8Array(65_536);
  readonly #byStart = new Map<number, Needle[]>();

  constructor(words: readonly string[]) {
    for (const word of words) {
      for (const spelling of spellings(word)) {
        for (const [form, write] of Object.entries(forms)) {
          for (const bytes of write(spelling)) this.#add({ bytes, word, form });
        }
      }
    }
  }

  /** Which words stand in `haystack`, each form once. */
  find(haystack: Buffer, where: string): readonly Found[] {
    const found = new Map<string, Found>();
    for (let at = 0; at + 4 <= haystack.length; at += 1) {
      if (this.#pairs[haystack.readUInt16BE(at)] === 0) continue;
      for (const needle of this.#byStart.get(haystack.readUInt32BE(at)) ?? []) {
        const { bytes, word, form } = needle;
        if (haystack.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, haystack.length)) !== 0) continue;
        found.set(`${word} ${form}`, { word, form, where });
      }
    }
    return [...found.values()];
  }

  #add(needle: Needle): void {
    const { bytes } = needle;
    // Shorter ones would be found in noise.
    if (bytes.length < 7) throw new RangeError(`too short to be looked for: ${needle.word} in ${needle.form}`);
    this.#pairs[bytes.readUInt16BE(0)] = 1;
    const start = bytes.readUInt32BE(0);
    const others = this.#byStart.get(start) ?? [];
    if (!others.some((other) => other.bytes.equals(bytes))) this.#byStart.set(start, [...others, needle]);
  }
}
