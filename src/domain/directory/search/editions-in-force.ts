import { sql } from 'kysely';
import type { Db } from '../../../platform/db/db.ts';

/** When the extraction of mailboxes in force was published; without one, that of the activities; null before any import. */
export async function publishedAt(db: Db): Promise<Date | null> {
  const { rows } = await sql<{ published_at: Date }>`
    select published_at from directory.edition where state = 'current' and source in ('mailboxes', 'activities')
     order by source = 'mailboxes' desc limit 1`.execute(db);
  return rows[0]?.published_at ?? null;
}
