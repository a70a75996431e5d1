/** How the extractions write what people write otherwise. */

const beyondAscii = /[^\0-\x7f]/u;
const accents = /[\u0300-\u036f]/gu;

/** Without accents, apostrophes straight. */
export function plain(text: string): string {
  // Most of what is written is: nothing to do for them.
  if (!beyondAscii.test(text)) return text;
  return text
    .normalize('NFD')
    .replace(accents, '')
    .replaceAll('’', "'")
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'OE')
    .replaceAll('æ', 'ae');
}

export function capitals(text: string): string {
  return plain(text).toUpperCase();
}

/** Part of an address: letters, digits and hyphens. */
export function localPart(text: string): string {
  return plain(text)
    .toLowerCase()
    .replaceAll("'", '')
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-|-$/gu, '');
}
