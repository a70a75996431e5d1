/**
 * What a text may hold. It is also what cleans a text that comes from elsewhere: HTML is read into these nodes by a parser that
 * runs nothing and fetches nothing, and written anew from them.
 */
import { type Extensions, generateHTML, generateJSON, Node } from '@tiptap/react';
import { StarterKit } from '@tiptap/starter-kit';
import { htmlOfText } from './html-text.ts';

/** Replaced as a whole when the sender changes. */
const Signature = Node.create({
  name: 'signature',
  group: 'block',
  content: 'block+',
  defining: true,
  parseHTML: () => [{ tag: 'div.hygie-signature' }],
  renderHTML: () => ['div', { class: 'hygie-signature' }, 0],
});

/** Tables are not made here, but those of a message that is passed on keep their rows: results are read in them. */
const spans = {
  colspan: { default: 1, rendered: true },
  rowspan: { default: 1, rendered: true },
};

const Table = Node.create({
  name: 'table',
  group: 'block',
  content: 'tableRow+',
  isolating: true,
  parseHTML: () => [{ tag: 'table' }],
  renderHTML: () => ['table', ['tbody', 0]],
});
const TableRow = Node.create({
  name: 'tableRow',
  content: 'tableCell+',
  parseHTML: () => [{ tag: 'tr' }],
  renderHTML: () => ['tr', 0],
});
const TableCell = Node.create({
  name: 'tableCell',
  content: 'block+',
  isolating: true,
  addAttributes: () => spans,
  parseHTML: () => [{ tag: 'td' }, { tag: 'th' }],
  renderHTML: ({ HTMLAttributes }) => {
    const { colspan, rowspan } = HTMLAttributes;
    const said = { ...(Number(colspan) > 1 ? { colspan } : {}), ...(Number(rowspan) > 1 ? { rowspan } : {}) };
    return ['td', said, 0];
  },
});

export function editorExtensions(): Extensions {
  return [
    StarterKit.configure({
      heading: false,
      code: false,
      codeBlock: false,
      strike: false,
      // A text that was only opened is not changed, or it would be saved.
      trailingNode: false,
      link: {
        openOnClick: false,
        autolink: true,
        defaultProtocol: 'https',
        protocols: ['https', 'http', 'mailto', 'tel'],
        HTMLAttributes: { target: null, rel: 'noreferrer noopener', class: null },
        isAllowedUri: (url) => /^(?:https?:\/\/|mailto:|tel:)/i.test(url),
      },
    }),
    Signature,
    Table,
    TableRow,
    TableCell,
  ];
}

/** Styles and events of the source say nothing here; taken out first, no browser complains of them. */
const attributes = /\s(?:style|class|id|on[a-z]+|background|bgcolor)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)(?=[^<>]*>)/gi;
const styles = /<(style|script|head|title|template|noscript)\b.*?(?:<\/\1\s*>|$)/gis;

export function withoutStyles(html: string): string {
  return html
    .replace(styles, '')
    .replace(attributes, (whole) =>
      /class\s*=\s*["']?hygie-signature\b/.test(whole) ? ' class="hygie-signature"' : '',
    );
}

/** Past this many characters a browser reads for seconds: the words without their form. */
const mostCharacters = 400_000;

export function cleanHtml(html: string): string {
  if (html.trim() === '') return '';
  if (html.length > mostCharacters) return htmlOfText(html.replace(/<[^>]*>/g, ' ').slice(0, mostCharacters));
  const extensions = editorExtensions();
  return generateHTML(generateJSON(withoutStyles(html), extensions), extensions);
}
