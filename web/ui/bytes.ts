/** Sizes as a person reads them: `480 o`, `12 ko`, `3,4 Mo`, `10 Go`. */

const units = ['o', 'ko', 'Mo', 'Go', 'To'] as const;
/** As bounds are set: a box of « 10 Go » has 10 × 1024³ octets. */
const step = 1_024;
const figures = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 0 });

export function bytesText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= step && unit < units.length - 1) {
    size /= step;
    unit += 1;
  }
  const text = unit < 2 ? whole.format(size) : figures.format(size);
  return `${text}\u00a0${units[unit]}`;
}
