import { textOfHtml } from '../../compose/html-text.ts';
import { readingBounds } from './bounds.ts';
import { winnow } from './winnow.ts';

/** The words of received HTML. Winnowed first: what is left is read in a time that grows with its length alone. */
export function wordsOfHtml(html: string): string {
  return textOfHtml(winnow(html.slice(0, readingBounds.htmlCharacters)).html);
}
