/** The octets that lines and delimiters are made of. */
export const lf = 10;
export const cr = 13;
export const hyphen = 45;

/** Octets of the line from `start` to `end` without its line end. */
export function contentLength(window: Buffer, start: number, end: number): number {
  if (window[end - 1] !== lf) return end - start;
  return end - start > 1 && window[end - 2] === cr ? end - start - 2 : end - start - 1;
}

export function isBlank(byte: number | undefined): boolean {
  return byte === 32 || byte === 9;
}
