/**
 * The plain text of an HTML text (RFC 2046 §5.1.4: the same words for those who read no HTML). Quotes carry `> `, lists their
 * signs and numbers, links their address. A tolerant reading of tags: nothing here is shown as HTML, so nothing has to be safe.
 */

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open' | 'close'; readonly name: string; readonly attributes: string };

const tag = /<!--.*?(?:-->|$)|<!\[CDATA\[|<!doctype[^>]*>|<(\/?)([a-z][a-z0-9:-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gis;
const silent = /^(?:style|script|head|title|template|noscript|object|svg|math)$/;

function* tokensOf(html: string): Generator<Token> {
  let last = 0;
  let skipped: string | undefined;
  for (const match of html.matchAll(tag)) {
    const text = html.slice(last, match.index);
    last = match.index + match[0].length;
    if (skipped === undefined && text !== '') yield { kind: 'text', text };
    const name = match[2]?.toLowerCase();
    if (name === undefined) continue;
    const isClose = match[1] === '/';
    if (skipped !== undefined) {
      if (isClose && name === skipped) skipped = undefined;
      continue;
    }
    if (!isClose && silent.test(name)) {
      if (!/\/\s*$/.test(match[3] ?? '')) skipped = name;
      continue;
    }
    yield { kind: isClose ? 'close' : 'open', name, attributes: match[3] ?? '' };
  }
  if (skipped === undefined && last < html.length) yield { kind: 'text', text: html.slice(last) };
}

const names: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', laquo: '«', raquo: '»', euro: '€' },
    ...{
      eacute: 'é',
      egrave: 'è',
      ecirc: 'ê',
      agrave: 'à',
      acirc: 'â',
      ccedil: 'ç',
      ocirc: 'ô',
      icirc: 'î',
      ucirc: 'û',
    },
    ...{ ugrave: 'ù', euml: 'ë', iuml: 'ï', Eacute: 'É', Agrave: 'À', oelig: 'œ', rsquo: '’', lsquo: '‘', ldquo: '“' },
    ...{ rdquo: '”', hellip: '…', ndash: '–', mdash: '—', deg: '°', micro: 'µ', sup2: '²', sup3: '³', bull: '•' },
    ...{ le: '≤', ge: '≥', times: '×', plusmn: '±', thinsp: '\u2009', shy: '', zwnj: '', middot: '·', copy: '©' },
  }),
);

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z][a-z0-9]{1,31}));?/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return names.get(name) ?? whole;
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : '\ufffd';
  });
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

const blocks =
  /^(?:p|div|h[1-6]|ul|ol|li|blockquote|pre|table|tr|hr|section|article|header|footer|address|center|dl|dt|dd|figure|tbody|thead)$/;
const spaced = /^(?:p|h[1-6]|ul|ol|blockquote|pre|table|dl)$/;

interface List {
  readonly isOrdered: boolean;
  count: number;
}

/** Lines as they come, each behind the marks of what holds it. */
class Lines {
  readonly #lines: string[] = [];
  readonly #lists: List[] = [];
  #quotes = 0;
  /** The mark of a list item, until its first words. */
  #mark = '';
  #line = '';
  /** An empty line is owed before the next words, at this depth of quotes. */
  #gap: number | undefined;
  #pre = 0;
  #cells = 0;
  #link: { readonly address: string; readonly from: number } | undefined;

  add(text: string): void {
    if (this.#pre > 0) {
      const [first = '', ...more] = text.split('\n');
      this.#line += first;
      for (const each of more) {
        this.#put(this.#line);
        this.#line = each;
      }
      return;
    }
    // Only what HTML calls white space: no-break spaces are the writer's.
    const words = text.replace(/[ \t\r\n\f]+/g, ' ');
    this.#line += this.#line === '' || this.#line.endsWith(' ') ? words.replace(/^ /, '') : words;
  }

  open(name: string, attributes: string): void {
    if (name === 'br') this.#break();
    if (name === 'td' || name === 'th') {
      if (this.#cells > 0) this.#line = `${this.#line.trimEnd()} | `;
      this.#cells += 1;
      return;
    }
    if (name === 'a') this.#openLink(attributes);
    if (name === 'img') this.add(attribute(attributes, 'alt'));
    if (!blocks.test(name)) return;
    // Blocks inside a cell stay on the line of its row.
    if (this.#cells > 0 && name !== 'tr' && name !== 'table') {
      if (this.#line !== '' && !/[ |]$/.test(this.#line)) this.#line += ' ';
      return;
    }
    this.#end();
    if (name === 'tr' || name === 'table') this.#cells = 0;
    if (spaced.test(name) && !(this.#lists.length > 0 && name !== 'blockquote')) this.#owe();
    if (/\bclass\s*=\s*["']?hygie-signature\b/.test(attributes)) this.#signature();
    if (name === 'blockquote') this.#quotes += 1;
    else if (name === 'ul' || name === 'ol') this.#lists.push({ isOrdered: name === 'ol', count: startOf(attributes) });
    else if (name === 'li') this.#item();
    else if (name === 'pre') this.#pre += 1;
    else if (name === 'hr') this.#put('-'.repeat(20));
  }

  close(name: string): void {
    if (name === 'a') this.#closeLink();
    if (!blocks.test(name) || (this.#cells > 0 && name !== 'tr' && name !== 'table')) return;
    this.#end();
    if (name === 'tr' || name === 'table') this.#cells = 0;
    if (name === 'blockquote') this.#quotes = Math.max(0, this.#quotes - 1);
    else if (name === 'ul' || name === 'ol') this.#lists.pop();
    else if (name === 'li') this.#mark = '';
    else if (name === 'pre') this.#pre = Math.max(0, this.#pre - 1);
    if (spaced.test(name) && this.#lists.length === 0) this.#owe();
  }

  text(): string {
    this.#end();
    return this.#lines.join('\n').trimEnd();
  }

  #break(): void {
    if (this.#cells > 0) this.#line += ' ';
    else if (this.#line === '') this.#put('');
    else this.#end();
  }

  #end(): void {
    const line = this.#pre > 0 ? this.#line : this.#line.replace(/ +$/, '');
    this.#line = '';
    if (line !== '') this.#put(line);
  }

  #put(line: string): void {
    const last = this.#lines.at(-1);
    const isOwed = this.#gap !== undefined && last !== undefined && !last.endsWith('-- ');
    if (isOwed) this.#lines.push('> '.repeat(this.#gap ?? 0).trimEnd());
    this.#gap = undefined;
    const deep = '  '.repeat(Math.max(0, this.#lists.length - 1));
    const inset = this.#lists.length === 0 ? '' : `${deep}${this.#mark === '' ? '  ' : this.#mark}`;
    this.#mark = '';
    const whole = `${this.#prefix()}${inset}${line}`;
    this.#lines.push(line === '-- ' ? whole : whole.trimEnd());
  }

  /** Between two quotes, the line belongs to the shallower. */
  #owe(): void {
    this.#gap = Math.min(this.#gap ?? this.#quotes, this.#quotes);
  }

  #prefix(): string {
    return '> '.repeat(this.#quotes);
  }

  #item(): void {
    const list = this.#lists.at(-1);
    if (list === undefined) this.#mark = '- ';
    else if (list.isOrdered) this.#mark = `${list.count}. `;
    else this.#mark = '- ';
    if (list !== undefined) list.count += 1;
  }

  /** RFC 3676 §4.3: by this line programs know where the signature begins. */
  #signature(): void {
    this.#owe();
    this.#put('-- ');
  }

  #openLink(attributes: string): void {
    const address = decodeEntities(attribute(attributes, 'href')).trim();
    this.#link = /^(?:https?:|mailto:|tel:)/i.test(address) ? { address, from: this.#line.length } : undefined;
  }

  /** `text <address>`, the address alone when the text says no other. */
  #closeLink(): void {
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    const shown = this.#line.slice(link.from).trim();
    const bare = link.address.replace(/^(?:mailto|tel):/i, '');
    const isSaid = shown === link.address || shown === bare || `http://${shown}` === link.address.replace(/\/$/, '');
    if (isSaid || `https://${shown}` === link.address.replace(/\/$/, '')) return;
    this.#line = shown === '' ? `${this.#line}${bare}` : `${this.#line.trimEnd()} <${bare}>`;
  }
}

function attribute(attributes: string, name: string): string {
  const found = new RegExp(String.raw`(?:^|\s)${name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`, 'i').exec(attributes);
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? '';
}

function startOf(attributes: string): number {
  const start = Number(attribute(attributes, 'start'));
  return Number.isInteger(start) && start > 0 && start < 100_000 ? start : 1;
}

export function textOfHtml(html: string): string {
  const lines = new Lines();
  for (const token of tokensOf(html)) {
    if (token.kind === 'text') lines.add(decodeEntities(token.text));
    else if (token.kind === 'open') lines.open(token.name, token.attributes);
    else lines.close(token.name);
  }
  return lines.text();
}

/** Paragraphs of a plain text; lines that begin with `>` become quotes. */
export function htmlOfText(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  return blocksOf(lines, 0);
}

/** Deeper than this, the marks stay as text: quotes of quotes of quotes are nobody's reading. */
const deepestQuote = 8;

function blocksOf(lines: readonly string[], depth: number): string {
  let html = '';
  let at = 0;
  while (at < lines.length) {
    const isQuote = depth < deepestQuote && (lines[at] ?? '').startsWith('>');
    const from = at;
    while (at < lines.length && (depth < deepestQuote && (lines[at] ?? '').startsWith('>')) === isQuote) at += 1;
    const run = lines.slice(from, at);
    if (isQuote)
      html += `<blockquote>${blocksOf(
        run.map((line) => line.replace(/^> ?/, '')),
        depth + 1,
      )}</blockquote>`;
    else html += paragraphs(run);
  }
  return html;
}

function paragraphs(lines: readonly string[]): string {
  const texts = lines.join('\n').replace(/^\n+|\n+$/g, '');
  if (texts.trim() === '') return '';
  return texts
    .split(/\n{2,}/)
    .map((each) => `<p>${escapeHtml(each).replace(/\n/g, '<br>')}</p>`)
    .join('');
}
