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

/** Masks what may identify a patient: local parts of addresses, and runs of 11 digits or more (RPPS, INS). */
export function maskTraits(text: string): string {
  return text
    .replace(/[^\s<>"'@:;,()[\]]+@/g, '***@')
    .replace(/(?<![0-9a-fA-F-])\d[\d ]{9,}[\dABab]\d*(?![0-9a-fA-F-])/g, '***')
    .slice(0, maxValueLength);
}

function describeFault(fault: unknown): LogFields {
  if (!(fault instanceof Error)) return { fault: typeof fault };
  const code = (fault as { code?: unknown }).code;
  const frames = (fault.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
    .map((line) => line.trim().replace(/^at /, ''));
  return {
    fault: fault.name,
    faultCode: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    // PostgreSQL puts values of rows into `detail` and sometimes into `message`: neither is logged.
    stack: frames.join(' < ').slice(0, 900),
    cause: fault.cause instanceof Error ? fault.cause.name : undefined,
  };
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
      line[key] = typeof value === 'string' && key !== 'stack' ? maskTraits(value) : value;
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
