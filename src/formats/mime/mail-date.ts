/** A date of a header: the instant, and the offset of the clock that wrote it. */
export interface MailDate {
  readonly date: Date;
  /** Minutes east of UTC. */
  readonly offsetMinutes: number;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** RFC 5322 §4.3 obs-zone; a military letter says nothing sure, so it counts as UTC, as the RFC asks. */
const zones: Readonly<Record<string, number>> = {
  ut: 0,
  gmt: 0,
  utc: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  cet: 60,
  cest: 120,
};

const pattern =
  /^(?:[a-z]{2,12}\.?,?\s*)?(\d{1,2})[\s-]*([a-z]{3})[a-z]{0,6}\.?[\s-]*(\d{2,4}),?\s+(\d{1,2})\s*[:.]\s*(\d{2})(?:\s*[:.]\s*(\d{2})(?:[.,]\d+)?)?\s*([+-]\s*\d{4}|[a-z]{1,5})?/i;

/** The date that `value` writes (RFC 5322 §3.3, obsolete forms of §4.3, and small slips), or undefined. */
export function parseMailDate(value: string): MailDate | undefined {
  const text = value
    .slice(0, 200)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const month = months.indexOf((match[2] ?? '').toLowerCase());
  if (month < 0) return undefined;
  const day = Number(match[1]);
  const year = fullYear(match[3] ?? '');
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = Number(match[6] ?? 0);
  if (day < 1 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 60) return undefined;
  const offsetMinutes = zoneMinutes(match[7] ?? '');
  const local = new Date(0);
  local.setUTCFullYear(year, month, day);
  local.setUTCHours(hour, minute, Math.min(second, 59)); // a leap second has no place in a Date
  return { date: new Date(local.getTime() - offsetMinutes * 60_000), offsetMinutes };
}

/** RFC 5322 §4.3: years of two digits below 50 are of this century, of three digits count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits.length === 3 ? 1900 + year : year;
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month + 1, 0)).getUTCDate();
}

function zoneMinutes(zone: string): number {
  const numeric = /^([+-])\s*(\d{2})(\d{2})$/.exec(zone);
  if (numeric === null) return zones[zone.toLowerCase()] ?? 0;
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
  if (minutes >= 24 * 60) return 0;
  return numeric[1] === '-' && minutes > 0 ? -minutes : minutes;
}

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `date` as RFC 5322 §3.3 writes it, on a clock `offsetMinutes` east of UTC. */
export function printMailDate(date: Date, offsetMinutes = 0): string {
  const local = new Date(date.getTime() + offsetMinutes * 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const span = Math.abs(offsetMinutes);
  const zone = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(span / 60))}${two(span % 60)}`;
  const day = `${dayNames[local.getUTCDay()] ?? ''}, ${local.getUTCDate()} ${monthNames[local.getUTCMonth()] ?? ''}`;
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  return `${day} ${String(local.getUTCFullYear()).padStart(4, '0')} ${time} ${zone}`;
}
