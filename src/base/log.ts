/**
 * Structured logs, one JSON object a line, that refuse health data (invariant 10): fields are numbers, booleans and short
 * tokens; anything that looks like an INS, a patient's address or a free sentence is masked before it is written.
 */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogValue = string | number | boolean | null | undefined;
export type LogFields = Readonly<Record<string, LogValue>>;

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** `error` adds the class, code and stack of `fault`, never its free text unless it is one of ours (public). */
  error(event: string, fields?: LogFields, fault?: unknown): void;
  /** A log that adds `fields` to every line. */
  with(fields: LogFields): Log;
}

const order: Record<LogLevel, number> = { debug: 10, info: 20, warn: 30, error: 40 };
const maxValueLength = 300;
const maxCauses = 4;
const ownFields = new Set(['at', 'level', 'event']);

/** An INS (13 digits, or 15 with its key), spaced or not; Corsica writes its department 2A or 2B. */
const ins =
  /(?<!\d)\d[ .\u00a0\u202f]?\d{2}[ .\u00a0\u202f]?\d{2}[ .\u00a0\u202f]?\d[\dAB][ .\u00a0\u202f]?\d{3}[ .\u00a0\u202f]?\d{3}(?:[ .\u00a0\u202f]?\d{2})?/gi;
/** 11 digits or more, as an RPPS has; not within a UUID or a hash, whose groups may be all digits. */
const longNumber = /(?<![0-9a-f-])\d(?: ?\d){10,}(?![0-9a-f-])/gi;
/** A number of 15 digits is an INS before it is anything that we count; instants in milliseconds have 13. */
const insSized = 1e14;

/** Masks what may identify somebody: local parts of addresses, INS, RPPS. */
export function maskTraits(text: string): string {
  return text
    .replace(/"[^"]*"@|[^\s<>"'@:;,()[\]]+@/g, '***@')
    .replace(ins, '***')
    .replace(longNumber, '***')
    .slice(0, maxValueLength);
}

/** The class and code of `fault` and of what caused it: never a text. */
function causesOf(fault: unknown): string | undefined {
  const names: string[] = [];
  for (let cause = fault; cause instanceof Error && names.length < maxCauses; cause = cause.cause) {
    const code = codeOf(cause);
    names.push(code === undefined ? cause.name : `${cause.name}:${code}`);
  }
  return names.length === 0 ? undefined : names.join(' < ');
}

function codeOf(fault: Error): string | number | undefined {
  const code = 'code' in fault ? fault.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}

function describeFault(fault: unknown): LogFields {
  if (!(fault instanceof Error)) return { fault: typeof fault };
  const frames = (fault.stack ?? '')
    .split('\n')
    // A line of the message may begin like a frame; only a frame ends in a place.
    .filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 6)
    .map((line) => line.trim().replace(/^at /, ''));
  return {
    fault: fault.name,
    faultCode: codeOf(fault),
    // PostgreSQL puts values of rows into `detail` and sometimes into `message`: neither is logged.
    stack: frames.join(' < ').slice(0, 900),
    cause: causesOf(fault.cause),
  };
}

function masked(value: LogValue): LogValue {
  if (typeof value === 'number' && Math.abs(value) >= insSized) return '***';
  return typeof value === 'string' ? maskTraits(value) : value;
}

/** A log that writes lines at `level` and above through `write` (a line ends with `\n`). */
export function createLog(options: {
  level: LogLevel;
  write: (line: string) => void;
  now?: () => Date;
  fields?: LogFields;
}): Log {
  const now = options.now ?? (() => new Date());
  const emit = (level: LogLevel, event: string, fields: LogFields | undefined): void => {
    if (order[level] < order[options.level]) return;
    const line: Record<string, LogValue> = { at: now().toISOString(), level, event };
    for (const [key, value] of Object.entries({ ...options.fields, ...fields })) {
      if (value === undefined) continue;
      // What the line says of itself is never said by a field of the same name.
      const name = ownFields.has(key) ? `${key}Field` : key;
      line[name] = key === 'stack' ? value : masked(value);
    }
    options.write(`${JSON.stringify(line)}\n`);
  };
  return {
    debug: (event, fields) => emit('debug', event, fields),
    info: (event, fields) => emit('info', event, fields),
    warn: (event, fields) => emit('warn', event, fields),
    error: (event, fields, fault) =>
      emit('error', event, { ...fields, ...(fault === undefined ? {} : describeFault(fault)) }),
    with: (fields) => createLog({ ...options, fields: { ...options.fields, ...fields } }),
  };
}

export const silentLog: Log = createLog({ level: 'error', write: () => undefined });
