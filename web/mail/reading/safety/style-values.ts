/**
 * Which declarations of a message are kept: those whose name is listed and whose value is made of listed tokens alone. What comes
 * out is written anew from these tokens, so that no two parsers can read it differently: no escape, no string, no function but
 * colours, hence no address of any kind.
 */

const lengths = [
  'width min-width max-width height min-height max-height',
  'margin margin-top margin-right margin-bottom margin-left',
  'padding padding-top padding-right padding-bottom padding-left',
  'border-spacing border-radius text-indent letter-spacing word-spacing line-height font-size',
];
const lines = [
  'border border-top border-right border-bottom border-left',
  'border-width border-top-width border-right-width border-bottom-width border-left-width',
  'border-style border-top-style border-right-style border-bottom-style border-left-style',
  'border-collapse text-decoration text-decoration-line text-decoration-style',
];
const colours = [
  'color background-color background',
  'border-color border-top-color border-right-color border-bottom-color border-left-color text-decoration-color',
];
const words = [
  'font font-style font-weight font-variant text-align text-transform vertical-align white-space word-break overflow-wrap',
  'word-wrap float clear display visibility opacity list-style list-style-type list-style-position table-layout',
  'caption-side empty-cells direction box-sizing page-break-before page-break-after page-break-inside',
];
const allowed: ReadonlySet<string> = new Set([...lengths, ...lines, ...colours, ...words].join(' ').split(' '));

/** Those by which a message shows that it has its own sheet and ink. */
const painting: ReadonlySet<string> = new Set(['color', 'background-color', 'background']);

/** Others lay out what stands around, or take what they hold out of the page. */
const displays: ReadonlySet<string> = new Set(
  'none block inline inline-block list-item table inline-table table-row table-cell table-row-group table-header-group table-footer-group'
    .split(' ')
    .concat('table-column', 'table-column-group', 'table-caption'),
);

const number = String.raw`(?:\d{1,5}(?:\.\d{0,6})?|\.\d{1,6})`;
const hue = String.raw`(?:rgb|hsl)a?\(\s*${number}(?:%|deg)?(?:[\s,/]+${number}%?){2,3}\s*\)`;
/** Units of the window are left out: the frame is as high as what it holds. */
const token = new RegExp(
  String.raw`^(?:${hue}|#[0-9a-f]{3,8}|\+?${number}(?:px|pt|pc|em|rem|ex|ch|cm|mm|in|%)?|[a-z][a-z-]{0,30})(?=[\s,/]|$)`,
);
const between = /^(?:\s*[,/]\s*|\s+)/;
const family = /^(?:[a-z0-9][\w .-]{0,60}|"[\w .,-]{0,60}"|'[\w .,-]{0,60}')$/i;

export interface Declaration {
  readonly name: string;
  readonly value: string;
  readonly paints: boolean;
}

/** Undefined of what is not kept. `!important` is dropped: what the reader's own frame says stays above. */
export function readDeclaration(text: string): Declaration | undefined {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  const given = text
    .slice(colon + 1)
    .trim()
    .replace(/\s*!\s*important$/i, '');
  if (name === 'font-family') return readFamilies(given);
  if (!allowed.has(name)) return undefined;
  const value = readTokens(given.toLowerCase());
  if (value === undefined || (name === 'display' && !displays.has(value))) return undefined;
  return { name, value, paints: painting.has(name) && !['inherit', 'initial', 'unset', 'transparent'].includes(value) };
}

function readTokens(text: string): string | undefined {
  let left = text;
  let written = '';
  while (left !== '') {
    const [found] = token.exec(left) ?? [];
    if (found === undefined) return undefined;
    left = left.slice(found.length);
    const [separator = ''] = between.exec(left) ?? [];
    left = left.slice(separator.length);
    if (left === '' && separator !== '' && separator.trim() !== '') return undefined;
    written += `${found.replace(/\s+/g, ' ')}${separator === '' ? '' : separator.trim() || ' '}`;
  }
  return written === '' ? undefined : written.trim();
}

function readFamilies(text: string): Declaration | undefined {
  const names = text.split(',').map((name) => name.trim());
  if (names.length > 12 || !names.every((name) => family.test(name))) return undefined;
  const bare = names.map((name) => name.replace(/["']/g, '').trim());
  const value = bare.map((name) => (/^[a-z-]+$/i.test(name) ? name : `"${name}"`)).join(', ');
  return { name: 'font-family', value, paints: false };
}
