/**
 * A change of one mailbox among the `telecom` of a resource, as FHIRPath Patch (FHIR R4, FHIRPath Patch): the operations and the paths that
 * the Annuaire describes, and no others.
 */
import { type MailboxTelecom, printMailboxTelecom } from './mailbox-telecom.ts';
import type { ContactPoint, ResourceType } from './resources.ts';

export type TelecomChange =
  | { readonly kind: 'insert'; readonly mailbox: MailboxTelecom }
  /** Of the whole ContactPoint: also how a mailbox gets another address, and how it goes to the red list. */
  | { readonly kind: 'replace'; readonly written: string; readonly mailbox: MailboxTelecom }
  | { readonly kind: 'delete'; readonly written: string };

export interface PatchPart {
  readonly name: 'type' | 'path' | 'index' | 'value';
  readonly valueCode?: 'insert' | 'replace' | 'delete';
  readonly valueString?: string;
  readonly valueInteger?: number;
  readonly valueContactPoint?: ContactPoint;
}

export interface PatchParameters {
  readonly resourceType: 'Parameters';
  readonly parameter: readonly { readonly name: 'operation'; readonly part: readonly PatchPart[] }[];
}

/** One PATCH that makes all `changes`, or none. */
export function patchParameters(resource: ResourceType, changes: readonly TelecomChange[]): PatchParameters {
  return {
    resourceType: 'Parameters',
    parameter: changes.map((change) => ({ name: 'operation', part: partsOf(resource, change) })),
  };
}

function partsOf(resource: ResourceType, change: TelecomChange): readonly PatchPart[] {
  switch (change.kind) {
    case 'insert':
      return [
        { name: 'type', valueCode: 'insert' },
        { name: 'path', valueString: `${resource}.telecom` },
        { name: 'index', valueInteger: 0 },
        { name: 'value', valueContactPoint: printMailboxTelecom(change.mailbox) },
      ];
    case 'replace':
      return [
        { name: 'type', valueCode: 'replace' },
        { name: 'path', valueString: telecomPath(resource, change.written) },
        { name: 'value', valueContactPoint: printMailboxTelecom(change.mailbox) },
      ];
    case 'delete':
      return [
        { name: 'type', valueCode: 'delete' },
        { name: 'path', valueString: telecomPath(resource, change.written) },
      ];
  }
}

/** An address may hold an apostrophe, which would end the string: FHIRPath, literals (string), escapes it and the backslash. */
function telecomPath(resource: ResourceType, written: string): string {
  return `${resource}.telecom.where(value = '${written.replace(/[\\']/g, '\\$&')}')`;
}
