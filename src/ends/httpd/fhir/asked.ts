/** What a request says about how it wants to be answered: its parameters, its strictness, its format. */
import type { FastifyRequest } from 'fastify';
import { fhirRefusal } from '../../../formats/fhir/refusals.ts';
import { fhirEndTexts } from './texts.ts';

export type Pairs = readonly (readonly [string, string])[];

/** As they stand in the address, repeated ones included, then in the form of a POST. */
export function pairsOf(request: FastifyRequest): Pairs {
  const query = /\?(.*)$/s.exec(request.raw.url ?? '')?.[1] ?? '';
  const form = typeof request.body === 'string' ? request.body : '';
  return [...new URLSearchParams(query), ...new URLSearchParams(form)];
}

/** FHIR R4, search (handling errors): `Prefer: handling=lenient`; whoever says nothing gets strictness. */
export function isLenient(request: FastifyRequest): boolean {
  const preferences = String(request.headers['prefer'] ?? '').split(/[,;]/);
  return preferences.some((one) => /^\s*handling\s*=\s*"?lenient"?\s*$/i.test(one));
}

const accepted = ['*/*', 'application/*', 'application/fhir+json', 'application/json', 'text/json'];

/** Throws for a caller who takes no JSON; `_format` wins over the header field. */
export function checkFormat(request: FastifyRequest, pairs: Pairs): void {
  const accept = request.headers.accept;
  if (accept === undefined || pairs.some(([name]) => name === '_format')) return;
  const ranges = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  const isTaken = ranges.some(([type = '', ...parameters]) => {
    const isRefused = parameters.some((one) => /^q=0(?:\.0*)?$/.test(one));
    return accepted.includes(type) && !isRefused;
  });
  if (!isTaken) throw fhirRefusal('fhir-format', fhirEndTexts.notAcceptable);
}
