import { entities } from './html-entities.ts';

/** Elements whose content is not text for a reader. */
const silent = new Set(['script', 'style', 'title', 'template', 'object', 'svg']);
/** Elements that end a line. */
const block = new Set([
  ...[
    'address',
    'article',
    'blockquote',
    'br',
    'dd',
    'div',
    'dl',
    'dt',
    'fieldset',
    'footer',
    'form',
    'h1',
    'h2',
    'h3',
  ],
  ...['h4', 'h5', 'h6', 'header', 'hr', 'li', 'main', 'nav', 'ol', 'p', 'pre', 'section', 'table', 'tr', 'ul'],
]);

/**
 * The words of an HTML text, for the index and the preview only: what is shown to a reader is made by a sanitizer. One
 * pass, linear in its length whatever it holds.
 */
export function htmlToText(html: string): string {
  let out = '';
  let at = 0;
  const lower = html.toLowerCase();
  // lower-casing may change lengths for a few letters outside ASCII; then tags are looked up as written
  const search = lower.length === html.length ? lower : html;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) {
      out += html.slice(at);
      break;
    }
    out += html.slice(at, open);
    if (html.startsWith('<!--', open)) {
      const close = html.indexOf('-->', open + 4);
      if (close < 0) break;
      at = close + 3;
      continue;
    }
    const tag = tagAt(search, open);
    if (tag === undefined) {
      out += '<';
      at = open + 1;
      continue;
    }
    at = tag.end;
    if (block.has(tag.name)) out += '\n';
    else if (tag.name === 'td' || tag.name === 'th') out += ' ';
    if (silent.has(tag.name) && !tag.closes) {
      const close = search.indexOf(`</${tag.name}`, at);
      if (close < 0) break; // as a browser does: all the rest belongs to it
      at = close;
    }
  }
  return squeeze(decodeEntities(out));
}

function tagAt(html: string, open: number): { name: string; closes: boolean; end: number } | undefined {
  const pattern = /<(\/?)([a-z][a-z0-9:]{0,30}|[!?])/y;
  pattern.lastIndex = open;
  const match = pattern.exec(html);
  if (match === null) return undefined;
  const close = html.indexOf('>', open);
  return { name: match[2] ?? '', closes: match[1] === '/', end: close < 0 ? html.length : close + 1 };
}

/** Character references: numeric ones, and the named ones of Latin text. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,9}));?/g,
    (whole, dec, hex, name) => {
      if (name !== undefined) return entities.get(name) ?? whole;
      const code = dec === undefined ? Number.parseInt(hex, 16) : Number.parseInt(dec, 10);
      const isCharacter = code > 0x1f && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : ' ';
    },
  );
}

function squeeze(text: string): string {
  return text
    .replace(/[ \t\r\f\u00a0\u200b\u200c\ufeff]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();
}
