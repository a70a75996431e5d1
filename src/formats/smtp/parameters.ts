import { refusal } from './refusals.ts';

/** ESMTP parameters by upper-case keyword; a keyword without a value maps to undefined. */
export type Parameters = ReadonlyMap<string, string | undefined>;

// RFC 5321 §4.1.2 esmtp-param; RFC 6531 §3.4 lets values hold UTF-8.
const parameter = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u0080-\u{10ffff}]+))?$/u;

/** Reads ` KEYWORD[=value] …`; a keyword given twice is refused, since two servers might read it differently. */
export function readParameters(rest: string): Parameters {
  const parameters = new Map<string, string | undefined>();
  if (rest === '') return parameters;
  if (!rest.startsWith(' ')) throw refusal('smtp-arguments');
  for (const word of rest.slice(1).split(' ')) {
    const match = parameter.exec(word);
    const keyword = match?.[1]?.toUpperCase();
    if (keyword === undefined || parameters.has(keyword)) throw refusal('smtp-parameter');
    parameters.set(keyword, match?.[2]);
  }
  return parameters;
}

/** Refuses any keyword outside `known` (RFC 5321 §4.1.1.11: 555). */
export function refuseUnknownParameters(parameters: Parameters, known: readonly string[]): void {
  for (const keyword of parameters.keys()) {
    if (!known.includes(keyword)) throw refusal('smtp-parameter-unknown');
  }
}
