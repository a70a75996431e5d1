import { assert } from '../../base/assert.ts';
import type { Db } from '../db/db.ts';
import { type DataKeys, type LookupHasher, operatorWide } from './keys.ts';

/** Opens the operator's lookup key, or makes it the first time. */
export async function openLookupHasher(db: Db, dataKeys: DataKeys): Promise<LookupHasher> {
  const opened = await dataKeys.openOrCreate(db, {
    tenantId: operatorWide,
    purpose: 'lookup',
    ownerId: operatorWide,
  });
  assert(opened.state === 'open', 'the lookup key was destroyed: nothing can be found by address any more');
  assert(opened.key.version === 1, 'the lookup key was rotated: hashes of the first version would no longer be found');
  const { key } = opened;
  // The kind is part of the input, so that an address and a login of equal text do not hash alike.
  return { hash: (kind, text) => key.lookupHash(`${kind}\0${text}`) };
}
