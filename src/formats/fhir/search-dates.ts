/** Dates of searches: FHIR R4, search (date): a value is the span that its precision covers, a prefix says how a date stands to it. */
import { fhirRefusal } from './refusals.ts';
import { fhirSearchTexts } from './search-texts.ts';

/** From `from`, included, to `before`, excluded; open where absent. */
export interface DateRange {
  readonly from?: Date;
  readonly before?: Date;
}

const form =
  /^(eq|gt|ge|lt|le|sa|eb)?(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** A time without a zone is taken as UTC: FHIR R4, data types (dateTime), asks for one, the searcher left it out. */
export function readDateRange(name: string, text: string): DateRange {
  const found = form.exec(text);
  if (found === null) throw fhirRefusal('fhir-value', fhirSearchTexts.value(name));
  const [, prefix = 'eq', ...parts] = found;
  const { from, before } = span(name, parts);
  switch (prefix) {
    case 'gt':
    case 'sa':
      return { from: before };
    case 'ge':
      return { from };
    case 'lt':
    case 'eb':
      return { before: from };
    case 'le':
      return { before };
    default:
      return { from, before };
  }
}

function span(name: string, parts: readonly (string | undefined)[]): { from: Date; before: Date } {
  const [year, month, day, hour, minute, second, fraction, zone = 'Z'] = parts;
  const millis = fraction === undefined ? undefined : fraction.slice(0, 3).padEnd(3, '0');
  const from = new Date(
    `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${millis ?? '000'}${zone}`,
  );
  // A day that a month has not would roll over: it reads back as another.
  const isReal =
    !Number.isNaN(from.getTime()) && (day === undefined || isDay(Number(year), Number(month), Number(day)));
  if (!isReal || Number(year) < 1) throw fhirRefusal('fhir-value', fhirSearchTexts.value(name));
  return { from, before: endOf(from, { month, day, hour, second, millis }) };
}

function isDay(year: number, month: number, day: number): boolean {
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function endOf(
  from: Date,
  given: Readonly<Record<'month' | 'day' | 'hour' | 'second' | 'millis', string | undefined>>,
): Date {
  const end = new Date(from);
  if (given.millis !== undefined) end.setTime(end.getTime() + 1);
  else if (given.second !== undefined) end.setTime(end.getTime() + 1_000);
  else if (given.hour !== undefined) end.setTime(end.getTime() + 60_000);
  else if (given.day !== undefined) end.setUTCDate(end.getUTCDate() + 1);
  else if (given.month !== undefined) end.setUTCMonth(end.getUTCMonth() + 1);
  else end.setUTCFullYear(end.getUTCFullYear() + 1);
  return end;
}
