import { findField } from '../../formats/mime/header-block.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';

/**
 * The sandbox alone: `send --inject` brings messages that others wrote. This field tells the operator that takes one not to
 * compare its authors with who hands it over; it then shows the warning of an author that nobody vouches for. In production
 * nobody writes the field and nobody reads it.
 */
const name = 'X-Hygie-Injected';

export const injectedField = `${name}: sandbox\r\n`;

export function isInjected(fields: readonly HeaderField[]): boolean {
  return findField(fields, name) !== undefined;
}
