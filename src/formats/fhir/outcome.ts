/** FHIR R4, OperationOutcome. What went wrong, for a program and for its author. */
import type { IssueCode, OperationOutcome } from './resources.ts';

export function outcome(
  severity: 'error' | 'warning',
  code: IssueCode,
  text: string,
  /** Our stable code, or an incident's number. */
  diagnostics?: string,
): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity, code, details: { text }, ...(diagnostics === undefined ? {} : { diagnostics }) }],
  };
}
