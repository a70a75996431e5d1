/** What this installation is. The sandbox and production never meet: the marker is written at the first start and never changes. */
import { randomUUID } from 'node:crypto';
import { present } from '../../base/assert.ts';
import { Refusal } from '../../base/errors.ts';
import type { Db } from './db.ts';
import { databaseTexts } from './texts.ts';

export type Marker = 'sandbox' | 'production';

export interface Instance {
  readonly id: string;
  readonly marker: Marker;
  readonly createdAt: Date;
}

// A type, not an interface: Kysely asks for an index signature.
type InstanceTables = {
  'platform.instance': { only_row: boolean; id: string; marker: Marker; created_at: Date };
};

/** Reads the row of this installation, written at its first start; refuses a database that carries the other marker. */
export async function openInstance(db: Db, marker: Marker): Promise<Instance> {
  const tables = db.withTables<InstanceTables>();
  await tables
    .insertInto('platform.instance')
    .values({ only_row: true, id: randomUUID(), marker, created_at: new Date() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = present(
    await tables.selectFrom('platform.instance').selectAll().executeTakeFirst(),
    'the instance has no row',
  );
  if (row.marker !== marker) throw new Refusal('instance-mismatch', databaseTexts.otherInstance(row.marker, marker));
  return { id: row.id, marker: row.marker, createdAt: row.created_at };
}
