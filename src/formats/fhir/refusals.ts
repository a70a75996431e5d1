/** What a FHIR request can break, and what a server says of it: its issue code and its HTTP status. */
import { Refusal } from '../../base/errors.ts';
import type { IssueCode } from './resources.ts';

const refusals = {
  'fhir-parameter-unknown': { issue: 'not-supported', status: 400 },
  'fhir-modifier': { issue: 'not-supported', status: 400 },
  'fhir-value': { issue: 'value', status: 400 },
  'fhir-value-too-long': { issue: 'too-long', status: 400 },
  'fhir-too-many': { issue: 'too-costly', status: 400 },
  'fhir-repeated': { issue: 'invalid', status: 400 },
  'fhir-include': { issue: 'not-supported', status: 400 },
  'fhir-cursor': { issue: 'value', status: 400 },
  'fhir-format': { issue: 'not-supported', status: 406 },
} as const satisfies Record<string, { readonly issue: IssueCode; readonly status: number }>;

export type FhirRefusalCode = keyof typeof refusals;

export function fhirRefusal(code: FhirRefusalCode, text: string): Refusal {
  return new Refusal(code, text);
}

/** How `code` is answered, when it is one of ours. */
export function answerOfRefusal(code: string): { readonly issue: IssueCode; readonly status: number } | undefined {
  return Object.entries(refusals).find(([known]) => known === code)?.[1];
}
