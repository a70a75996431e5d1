/** Sizes and counts as French writes them: decimal comma, narrow no-break space. */
const units = ['octets', 'ko', 'Mo', 'Go', 'To'];
const narrow = '\u202f';

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toLocaleString('fr-FR', { maximumFractionDigits: digits })}${narrow}${units[unit]}`;
}

/** `part` of `whole`, rounded down: what is not whole is never said to be. */
export function formatPercent(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : Math.floor((part / whole) * 1000) / 10;
  return `${percent.toLocaleString('fr-FR', { maximumFractionDigits: 1 })}${narrow}%`;
}
