import type { CreateDOMPurify } from './sanitise.ts';

/** Brought when the first message in HTML is opened. */
export async function loadPurify(): Promise<CreateDOMPurify> {
  const { default: createDOMPurify } = await import('dompurify');
  return createDOMPurify;
}
