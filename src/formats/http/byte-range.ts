/** The `Range` field of a request, for one range of octets (RFC 9110 §14.2). */

export type AskedRange =
  | { readonly kind: 'whole' }
  /** Octets `[start, end)`. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const whole: AskedRange = { kind: 'whole' };
const oneRange = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/** What `text` asks of `sizeBytes` octets. Other units, several ranges and what is malformed are ignored, as RFC 9110 §14.2 lets us. */
export function readByteRange(text: string | undefined, sizeBytes: number): AskedRange {
  const [, first = '', last = ''] = oneRange.exec(text ?? '') ?? [];
  if (first === '' && last === '') return whole;
  if (first === '') {
    // The last octets, as many as there are (RFC 9110 §14.1.2).
    const start = Math.max(0, sizeBytes - Number(last));
    return start < sizeBytes ? { kind: 'part', start, end: sizeBytes } : { kind: 'unsatisfiable' };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return whole;
  if (start >= sizeBytes) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}
