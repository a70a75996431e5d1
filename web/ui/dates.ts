/** Days and hours as they are said in France, where the browser is. One place: the same moment reads the same everywhere. */

const dayMs = 86_400_000;

// Made once: making one costs more than drawing a line of a list.
const form = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat('fr-FR', options);
const hours = form({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const numbers = form({ day: '2-digit', month: '2-digit', year: 'numeric' });
const weekday = form({ weekday: 'short' });
const dayAndMonth = form({ day: 'numeric', month: 'short' });
const dayInWords = form({ weekday: 'long', day: 'numeric', month: 'long' });
const dayOfYear = form({ day: 'numeric', month: 'long', year: 'numeric' });

/** Calendar days from `at` to `now`; neither hours nor the change of clocks count. */
function daysAgo(at: Date, now: Date): number {
  const day = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day(now) - day(at)) / dayMs);
}

/** `10:42` */
export function clock(at: Date): string {
  return hours.format(at);
}

/** `26/11/1958` */
export function dayNumbers(at: Date): string {
  return numbers.format(at);
}

/** For a line of a list: `10:42`, `Hier`, `ven.`, `12 nov.`, `12/11/2024`. */
export function listDate(at: Date, now: Date): string {
  const days = daysAgo(at, now);
  if (days === 0) return clock(at);
  if (days === 1) return 'Hier';
  if (days > 1 && days < 7) return weekday.format(at);
  // Months that went by, not the year's number alone: in January, December is still near.
  if (days > 0 && days < 180) return dayAndMonth.format(at);
  return dayNumbers(at);
}

/** For what is read: `aujourd’hui à 10:42`, `hier à 09:05`, `vendredi 20 novembre à 14:30`, `12 novembre 2024 à 08:00`. */
export function longDate(at: Date, now: Date): string {
  const days = daysAgo(at, now);
  return `${longDay(at, now, days)} à ${clock(at)}`;
}

function longDay(at: Date, now: Date, days: number): string {
  if (days === 0) return 'aujourd’hui';
  if (days === 1) return 'hier';
  if (days === -1) return 'demain';
  if (at.getFullYear() === now.getFullYear()) {
    return dayInWords.format(at);
  }
  return dayOfYear.format(at);
}

/** Between two moments, for who waits: `dans 3 jours`, `demain`, `aujourd’hui`. */
export function daysLeft(until: Date, now: Date): string {
  const days = -daysAgo(until, now);
  if (days <= 0) return 'aujourd’hui';
  return days === 1 ? 'demain' : `dans ${days} jours`;
}
