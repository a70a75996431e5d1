/**
 * The first sieve, on text: HTML as it came -> the same with nothing but listed elements and attributes, written anew. Text in, text
 * out: the browser's parser, which acts on some of what it reads even in a document that nobody shows (media are loaded, handlers
 * are built, a `base` is tried), meets no script, no comment, no raw text, no drawing. It follows the tokenizer of the HTML standard
 * (§13.2.5); where it should read differently from a browser, what it writes is still made of the list alone.
 */
import { allowedElements, allowedValues } from './allowed.ts';
import { readingBounds } from './bounds.ts';

export interface Winnowed {
  readonly html: string;
  /** What stood in `<style>` elements. */
  readonly sheets: readonly string[];
  readonly isTooBig: boolean;
}

/** Their content is text up to their own end, whatever it looks like (§13.2.5.1), or goes with them. */
const rawElements: ReadonlySet<string> = new Set(
  'script style title textarea xmp iframe noembed noframes noscript'.split(' '),
);
/** Their content goes with them when their end is there. */
const wholeElements: ReadonlySet<string> = new Set(
  'svg math template object applet video audio canvas select frameset portal fencedframe'.split(' '),
);
const attributes: ReadonlySet<string> = new Set(['style', 'href', 'src', ...allowedValues.keys()]);

const isSpace = (character: string | undefined): boolean => character !== undefined && /[\t\n\f\r ]/.test(character);

export function winnow(given: string): Winnowed {
  return new Winnowing(given.replaceAll('\u0000', '')).run();
}

class Winnowing {
  readonly #text: string;
  readonly #lower: string;
  readonly #written: string[] = [];
  readonly #sheets: string[] = [];
  /** By name, the next end that was found. */
  readonly #ends = new Map<string, number>();
  #at = 0;
  #elements = 0;

  constructor(text: string) {
    this.#text = text;
    // Only the letters of ASCII: others would change the length.
    this.#lower = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  }

  run(): Winnowed {
    while (this.#at < this.#text.length && this.#elements <= readingBounds.elements) {
      const next = this.#text.indexOf('<', this.#at);
      this.#writeText(next === -1 ? this.#text.length : next);
      if (next !== -1) this.#markup();
    }
    const isTooBig = this.#elements > readingBounds.elements;
    return { html: this.#written.join(''), sheets: this.#sheets, isTooBig };
  }

  #writeText(end: number): void {
    this.#written.push(this.#text.slice(this.#at, end));
    this.#at = end;
  }

  /** At a `<`. */
  #markup(): void {
    const after = this.#text[this.#at + 1] ?? '';
    if (this.#text.startsWith('<!--', this.#at)) this.#skipComment();
    else if (/[a-z]/i.test(after)) this.#startTag();
    else if (after === '/' && /[a-z]/i.test(this.#text[this.#at + 2] ?? '')) this.#endTag();
    else if (after === '!' || after === '?' || after === '/') this.#skipTo('>');
    else {
      this.#written.push('&lt;');
      this.#at += 1;
    }
  }

  #skipTo(end: string): void {
    const found = this.#text.indexOf(end, this.#at);
    this.#at = found === -1 ? this.#text.length : found + end.length;
  }

  /** `<!-->` and `<!--->` are whole (§13.2.5.43); `--!>` ends one too. */
  #skipComment(): void {
    const comment = /<!--(?:-?>|[\s\S]*?(?:--!?>|$))/y;
    comment.lastIndex = this.#at;
    this.#at += comment.exec(this.#text)?.[0].length ?? 4;
  }

  #name(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !/[\t\n\f\r />]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    return this.#lower.slice(start, this.#at);
  }

  #startTag(): void {
    this.#at += 1;
    const name = this.#name();
    const given = this.#attributes();
    if (given === undefined) return;
    if (name === 'plaintext') this.#at = this.#text.length;
    else if (rawElements.has(name)) this.#skipRaw(name, given);
    else if (wholeElements.has(name)) this.#skipWhole(name);
    else if (name === 'body' || allowedElements.has(name)) {
      this.#elements += 1;
      this.#written.push(`<${name}${print(given)}>`);
    }
  }

  #endTag(): void {
    this.#at += 2;
    const name = this.#name();
    if (this.#attributes() !== undefined && allowedElements.has(name)) this.#written.push(`</${name}>`);
  }

  /** Up to and with the `>`; undefined when the text ends before: then there is no tag. */
  #attributes(): ReadonlyMap<string, string> | undefined {
    const found = new Map<string, string>();
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      if (character === '>') {
        this.#at += 1;
        return found;
      }
      if (character === '/' || isSpace(character)) this.#at += 1;
      else {
        const [name, value] = this.#attribute();
        if (!found.has(name)) found.set(name, value); // the first of a name counts
      }
    }
    return undefined;
  }

  #attribute(): [name: string, value: string] {
    const start = this.#at;
    this.#at += 1; // a `=` may begin a name
    while (this.#at < this.#text.length && !/[\t\n\f\r />=]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    const name = this.#lower.slice(start, this.#at);
    const afterName = this.#at;
    this.#skipSpaces();
    if (this.#text[this.#at] !== '=') {
      this.#at = afterName;
      return [name, ''];
    }
    this.#at += 1;
    this.#skipSpaces();
    const quote = this.#text[this.#at] ?? '';
    if (quote === '"' || quote === "'") {
      const from = this.#at + 1;
      const end = this.#text.indexOf(quote, from);
      this.#at = end === -1 ? this.#text.length : end + 1;
      return [name, this.#text.slice(from, end === -1 ? this.#text.length : end)];
    }
    const from = this.#at;
    while (this.#at < this.#text.length && !/[\t\n\f\r >]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    return [name, this.#text.slice(from, this.#at)];
  }

  #skipSpaces(): void {
    while (isSpace(this.#text[this.#at])) this.#at += 1;
  }

  #skipRaw(name: string, given: ReadonlyMap<string, string>): void {
    const end = this.#endOf(name, this.#at);
    const isForScreens = /^$|\b(?:all|screen)\b/i.test(given.get('media') ?? '');
    if (name === 'style' && isForScreens) this.#sheets.push(this.#text.slice(this.#at, end));
    this.#at = end;
    if (end < this.#text.length) this.#skipTo('>');
  }

  /** Where `</name` stands that is a tag of this name; the end of the text when it does not. Each name is looked for once along the text. */
  #endOf(name: string, from: number): number {
    const known = this.#ends.get(name);
    if (known !== undefined && known >= from) return known;
    const found = this.#findEnd(`</${name}`, from);
    this.#ends.set(name, found);
    return found;
  }

  #findEnd(mark: string, from: number): number {
    for (let at = this.#lower.indexOf(mark, from); at !== -1; at = this.#lower.indexOf(mark, at + 1)) {
      if (/[\t\n\f\r />]/.test(this.#text[at + mark.length] ?? '')) return at;
    }
    return this.#text.length;
  }

  /** An element that is not closed takes nothing with it: a browser would end it at the next paragraph. */
  #skipWhole(name: string): void {
    const end = this.#endOf(name, this.#at);
    if (end === this.#text.length) return;
    this.#at = end;
    this.#skipTo('>');
  }
}

/** Entities stay as they came: the parser reads them, and the sieves after it judge what they say. */
function print(given: ReadonlyMap<string, string>): string {
  return [...given]
    .filter(([name]) => attributes.has(name))
    .map(([name, value]) => ` ${name}="${value.replace(/["<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)}"`)
    .join('');
}
