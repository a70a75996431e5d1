/** A search snippet (RFC 8621 §5) as pieces of text: no markup of the server reaches the page. */

export interface Piece {
  readonly text: string;
  readonly isMatch: boolean;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", apos: "'" };

function plain(html: string): string {
  return html.replace(/&(#39|[a-z]+);/g, (whole, name: string) => entities[name] ?? whole);
}

/** What stands between `<mark>` and `</mark>` was found; any other `<` is text. */
export function snippetPieces(snippet: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let rest = snippet;
  while (rest !== '') {
    const start = rest.indexOf('<mark>');
    const end = start < 0 ? -1 : rest.indexOf('</mark>', start);
    if (start < 0 || end < 0) {
      pieces.push({ text: plain(rest), isMatch: false });
      break;
    }
    if (start > 0) pieces.push({ text: plain(rest.slice(0, start)), isMatch: false });
    pieces.push({ text: plain(rest.slice(start + '<mark>'.length, end)), isMatch: true });
    rest = rest.slice(end + '</mark>'.length);
  }
  return pieces;
}

/** Characters before what was found that a line has room for. */
const lead = 24;

/** So that what was found is seen: a long beginning is cut, at a word. */
export function aroundMatch(pieces: readonly Piece[]): readonly Piece[] {
  const [first, ...rest] = pieces;
  if (first === undefined || first.isMatch || rest.length === 0 || first.text.length <= lead) return pieces;
  const end = first.text.slice(-lead);
  const space = end.indexOf(' ');
  return [{ text: `…${end.slice(space + 1)}`, isMatch: false }, ...rest];
}
