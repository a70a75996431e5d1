/** The words of an address field (RFC 5322 §3.2), in one pass. `spaced`: white space or a comment stood before it. */
export type Token = {
  readonly kind: 'atom' | 'quoted' | 'comment' | 'literal' | 'mark';
  /** What it says: quotes and escapes removed, a comment without its parentheses. */
  readonly text: string;
  /** What was written. */
  readonly source: string;
  readonly spaced: boolean;
};

const marks = '<>@,;:';
const atomPattern = /[^\s<>@,;:"([]+/y;
const spacePattern = /\s+/y;

export function* tokenize(value: string): Generator<Token> {
  let at = 0;
  let spaced = true;
  while (at < value.length) {
    spacePattern.lastIndex = at;
    const space = spacePattern.exec(value);
    if (space !== null) {
      at += space[0].length;
      spaced = true;
      continue;
    }
    const token = readToken(value, at, spaced);
    at += token.source.length;
    spaced = token.kind === 'comment';
    yield token;
  }
}

function readToken(value: string, at: number, spaced: boolean): Token {
  const char = value[at] ?? '';
  if (marks.includes(char)) return { kind: 'mark', text: char, source: char, spaced };
  if (char === '"') return quotedFrom(value, at, spaced);
  if (char === '(') return commentFrom(value, at, spaced);
  if (char === '[') {
    const close = value.indexOf(']', at);
    const source = close < 0 ? value.slice(at) : value.slice(at, close + 1);
    return { kind: 'literal', text: source, source, spaced };
  }
  atomPattern.lastIndex = at;
  const source = atomPattern.exec(value)?.[0] ?? char;
  return { kind: 'atom', text: source, source, spaced };
}

/** A quoted string; when it is never closed, it ends with the field. */
function quotedFrom(value: string, at: number, spaced: boolean): Token {
  let text = '';
  let i = at + 1;
  for (; i < value.length && value[i] !== '"'; i += 1) {
    if (value[i] === '\\' && i + 1 < value.length) i += 1;
    text += value[i] ?? '';
  }
  return { kind: 'quoted', text, source: value.slice(at, i + 1), spaced };
}

/** A comment; they nest (RFC 5322 §3.2.2), counted without recursion. */
function commentFrom(value: string, at: number, spaced: boolean): Token {
  let text = '';
  let depth = 0;
  let i = at;
  for (; i < value.length; i += 1) {
    const char = value[i] ?? '';
    if (char === '\\' && i + 1 < value.length) {
      i += 1;
      text += value[i] ?? '';
      continue;
    }
    if (char === ')') depth -= 1;
    if (depth === 0 && char === ')') break;
    if (char !== '(' || depth > 0) text += char;
    if (char === '(') depth += 1;
  }
  return { kind: 'comment', text: text.trim(), source: value.slice(at, i + 1), spaced };
}
