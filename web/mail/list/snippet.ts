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
