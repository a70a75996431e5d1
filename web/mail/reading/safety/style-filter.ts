/** The styles of a message, reduced to what cannot ask, move or cover anything. Plain text in, plain text out. */
import { readingBounds } from './bounds.ts';
import { type Declaration, readDeclaration } from './style-values.ts';

export interface FilteredStyle {
  readonly text: string;
  /** The message brings its own ink or ground: a dark sheet under it would make it unreadable. */
  readonly paints: boolean;
}

const nothing: FilteredStyle = { text: '', paints: false };

/** A comment that is not closed takes the rest with it, as in every parser. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, ' ');
}

/** Of a `style` attribute, or between two braces. */
export function filterDeclarations(given: string): FilteredStyle {
  if (given.length > readingBounds.declarationsCharacters) return nothing;
  const kept = pieces(withoutComments(given))
    .map((piece) => readDeclaration(piece))
    .filter((one): one is Declaration => one !== undefined);
  return {
    text: kept.map(({ name, value }) => `${name}:${value}`).join(';'),
    paints: kept.some(({ paints }) => paints),
  };
}

/** Between semicolons that stand outside strings and parentheses; a part with an escape, or left open, is none. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let [start, depth, quote, isOdd] = [0, 0, '', false];
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\') isOdd = true;
    if (at === text.length || (character === ';' && quote === '' && depth === 0)) {
      if (!isOdd && quote === '' && depth === 0) found.push(text.slice(start, at));
      [start, isOdd] = [at + 1, false];
    } else if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth = Math.max(0, depth - 1);
  }
  return found;
}

const simple = String.raw`(?:[a-z][a-z0-9]{0,20}(?:\.[A-Za-z_][\w-]{0,80})*|(?:\.[A-Za-z_][\w-]{0,80})+)(?::link)?`;
const selector = new RegExp(String.raw`^${simple}(?:(?:\s*>\s*|\s+)${simple}){0,8}$`);
const medium =
  /^@media\s+(?:only\s+)?(?:screen|all)?(?:\s*and\s*)?(?:\(\s*(?:min|max)-(?:device-)?width\s*:\s*\d{1,4}px\s*\)(?:\s*and\s*)?){0,2}$/i;

/**
 * Of a `<style>` element. Rules with simple selectors are kept, below `scope`; of at-rules only `@media` by width.
 * `body` and `html` mean the scope itself.
 */
export function filterSheet(given: string, scope: string): FilteredStyle {
  if (given.length > readingBounds.sheetCharacters) return nothing;
  return readRules(withoutComments(given.replace(/<!--|-->/g, ' ')), { scope, isInner: false });
}

function readRules(text: string, where: { scope: string; isInner: boolean }): FilteredStyle {
  const written: string[] = [];
  let paints = false;
  let left = text;
  while (left !== '') {
    const rule = nextRule(left);
    if (rule === undefined) break;
    left = left.slice(rule.end);
    const inner = readRule(rule, where);
    if (inner.text !== '') written.push(inner.text);
    paints ||= inner.paints;
  }
  return { text: written.join('\n'), paints };
}

interface Rule {
  readonly prelude: string;
  /** Undefined of a statement without a block. */
  readonly block: string | undefined;
  readonly end: number;
}

/** Undefined when nothing whole is left. */
function nextRule(text: string): Rule | undefined {
  let [depth, quote, opened] = [0, '', -1];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\') at += 1;
    else if (quote !== '') {
      if (character === quote || character === '\n') quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '{') {
      if (depth === 0) opened = at;
      depth += 1;
    } else if (character === '}') {
      depth -= 1;
      if (depth < 0) return { prelude: '', block: undefined, end: at + 1 };
      if (depth === 0) return { prelude: text.slice(0, opened).trim(), block: text.slice(opened + 1, at), end: at + 1 };
    } else if (character === ';' && depth === 0) return { prelude: '', block: undefined, end: at + 1 };
  }
  return undefined;
}

function readRule({ prelude, block }: Rule, { scope, isInner }: { scope: string; isInner: boolean }): FilteredStyle {
  if (block === undefined) return nothing;
  if (prelude.startsWith('@')) {
    if (isInner || !medium.test(prelude)) return nothing;
    const inner = readRules(block, { scope, isInner: true });
    const query = prelude.replace(/\s+/g, ' ').toLowerCase();
    return inner.text === '' ? nothing : { ...inner, text: `${query}{${inner.text}}` };
  }
  // A block in a block belongs to rules that nest: they are not read.
  const declared = block.includes('{') ? nothing : filterDeclarations(block);
  const selectors = prelude
    .split(',')
    .map((one) => one.trim())
    .filter((one) => selector.test(one))
    .map((one) => scoped(one, scope));
  return declared.text === '' || selectors.length === 0
    ? nothing
    : { text: `${selectors.join(',')}{${declared.text}}`, paints: declared.paints };
}

function scoped(one: string, scope: string): string {
  const below = one.replace(/^(?:html|body)(?![\w-])(?:\s*>?\s*body(?![\w-]))?/i, '').trim();
  return below.startsWith('.') && one !== below && /^(?:html|body)\./i.test(one)
    ? `${scope}${below}`
    : `${scope} ${below}`.trim();
}
