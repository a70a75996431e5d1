/** One hostile message. */
export interface Vector {
  readonly name: string;
  readonly class: string;
  readonly html: string;
  /**
   * What it does in a page that lets it: asks `evil.example` for something, or sets `top.pwned`. `dormant`: it needs a gesture, another
   * browser, or an older one.
   */
  readonly does: 'ask' | 'run' | 'dormant';
}

/** Pairs of name and HTML, all of one class. */
export function vectorsOf(
  className: string,
  does: Vector['does'],
  given: Readonly<Record<string, string>>,
): readonly Vector[] {
  return Object.entries(given).map(([name, html]) => ({ name, class: className, html, does }));
}
