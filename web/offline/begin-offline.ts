/** A message begun without network: as online, from what the copy has. */
import type { Office } from '../app/session.ts';
import { type Beginning, begin, printOrigin } from '../mail/compose/begin.ts';
import type { Origin } from '../mail/compose/message.ts';
import type { KeptFrame } from './copy.ts';

export async function beginOffline(
  { office, frame, to }: { readonly office: Office; readonly frame: KeptFrame; readonly to?: string },
  origin: Origin | undefined,
): Promise<Beginning> {
  const { cleanHtml } = await import('../mail/compose/editor-schema.ts');
  const { places, accounts } = frame;
  const ownAddresses = [
    ...accounts.map(({ address }) => address),
    ...places.flatMap(({ identities }) => identities.map(({ email }) => email)),
  ];
  const parts = {
    ...{ jmap: office.jmap, places, ownAddresses, clean: cleanHtml },
    ...{ newId: () => crypto.randomUUID(), signal: new AbortController().signal },
  };
  return begin(parts, undefined, { ...printOrigin(origin), ...(to === undefined ? {} : { a: to }) });
}
