/** `…_202606150830.txt`: the instant of an edition, in the hour of Paris, as the name of its file tells it. Undefined without one. */
export function editionDate(fileName: string): Date | undefined {
  const match = /_(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:\.\w+)?$/.exec(fileName);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const asUtc = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isReal = asUtc.getUTCMonth() === month - 1 && asUtc.getUTCDate() === day && asUtc.getUTCHours() === hour;
  if (!isReal || minute > 59 || second > 59) return undefined;
  return new Date(asUtc.getTime() - parisOffsetMs(asUtc));
}

/** How far Paris is ahead of UTC at about that time. */
function parisOffsetMs(at: Date): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Paris',
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return Number(/^GMT\+0?(\d+)/.exec(name)?.[1] ?? 0) * 3_600_000;
}
