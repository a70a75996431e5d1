/** RFC 8620 §4. */
import type { Method } from '../method.ts';
import { coreCapability } from '../session.ts';

export const echo: Method = {
  name: 'Core/echo',
  capability: coreCapability,
  run: async (args) => ({ kind: 'one', args }),
};
