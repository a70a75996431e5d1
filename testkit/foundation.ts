/** The parts of the platform that every test of the domain stands on, over a fresh database. */
import { type Clock, systemClock } from '../src/base/clock.ts';
import { type Access, createAccess } from '../src/domain/access/access.ts';
import { type Audit, createAudit } from '../src/domain/audit/audit.ts';
import { createDataKeys } from '../src/platform/keys/data-keys.ts';
import { createKeyRing } from '../src/platform/keys/key-ring.ts';
import { type DataKeys, type LookupHasher, newKey } from '../src/platform/keys/keys.ts';
import { openLookupHasher } from '../src/platform/keys/lookup-hasher.ts';
import { openTestDatabase, type Scope, type TestDatabase } from './database.ts';

export interface Foundation extends TestDatabase {
  readonly clock: Clock;
  readonly dataKeys: DataKeys;
  readonly lookup: LookupHasher;
  readonly audit: Audit;
  readonly access: Access;
}

export async function openFoundation(scope: Scope, clock: Clock = systemClock): Promise<Foundation> {
  const opened = await openTestDatabase(scope);
  const { db } = opened.database;
  const dataKeys = createDataKeys({ ring: createKeyRing([newKey()]), clock });
  const lookup = await openLookupHasher(db, dataKeys);
  const audit = createAudit({ db, dataKeys, clock });
  return { ...opened, clock, dataKeys, lookup, audit, access: createAccess({ dataKeys, lookup }) };
}
