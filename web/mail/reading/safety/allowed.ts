/** What of HTML a message may bring. Everything else is taken out; what is not listed does not exist. */

export const allowedElements: ReadonlySet<string> = new Set(
  [
    'a abbr acronym address article aside b bdi big blockquote br caption center cite code col colgroup dd del dfn div dl dt em',
    'figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q s samp section small span',
    'strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr',
  ]
    .join(' ')
    .split(' '),
);

const colour = /^(?:#?[0-9a-f]{3,8}|[a-z]{3,20})$/i;
const length = /^\d{1,4}(?:\.\d{1,3})?(?:px|%)?$/;
const small = /^\d{1,3}$/;
const word = /^[a-z-]{1,20}$/i;
const plain = /^[^<>]{0,500}$/s;
const names = /^[\w -]{1,500}$/;

/** Attributes by name, with the form of their value. `style`, `href` and `src` have their own readers. */
export const allowedValues: ReadonlyMap<string, RegExp> = new Map([
  ...['align', 'valign', 'dir', 'lang', 'scope', 'clear', 'type'].map((name) => [name, word] as const),
  ...['bgcolor', 'color', 'bordercolor'].map((name) => [name, colour] as const),
  ...['width', 'height', 'hspace', 'vspace'].map((name) => [name, length] as const),
  ...['border', 'cellpadding', 'cellspacing', 'colspan', 'rowspan', 'span', 'start', 'value'].map(
    (name) => [name, small] as const,
  ),
  ...['alt', 'title', 'summary', 'abbr', 'datetime'].map((name) => [name, plain] as const),
  ['size', /^[+-]?\d{1,2}$/] as const,
  ['face', /^[\w ,.'"-]{1,200}$/] as const,
  ['class', names] as const,
  ['nowrap', /^(?:nowrap|)$/i] as const,
  ['reversed', /^(?:reversed|)$/i] as const,
]);

/** Attributes by which a message shows that it has its own sheet and ink. */
export const paintingAttributes: ReadonlySet<string> = new Set(['bgcolor', 'color']);
