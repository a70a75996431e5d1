/** How a person uses the web application. */
import { sql } from 'kysely';
import { Refusal } from '../../base/errors.ts';
import type { Db } from '../../platform/db/db.ts';
import type { Act } from '../audit/audit.ts';
import type { PersonRef, Settings } from './access.ts';
import { accessTexts } from './texts.ts';

/** Of who has chosen nothing yet: calm, nothing sent and nothing fetched without being asked. */
const defaults: Settings = {
  theme: 'system',
  density: 'comfortable',
  conversations: true,
  undoSeconds: 10,
  notifications: false,
  receipts: 'ask',
  unified: true,
  remoteImages: 'ask',
};

export async function getSettings(db: Db, { tenantId, personId }: PersonRef): Promise<Settings> {
  const found = await sql<Settings>`
    select theme, density, conversations, undo_seconds as "undoSeconds", notifications, receipts, unified,
           remote_images as "remoteImages"
      from access.settings where tenant_id = ${tenantId} and person_id = ${personId}`.execute(db);
  return found.rows[0] ?? defaults;
}

export async function changeSettings(act: Act, person: PersonRef, change: Partial<Settings>): Promise<Settings> {
  const { actor } = act;
  const { tenantId, personId } = person;
  if (actor.kind !== 'person' || actor.personId !== personId) {
    throw new Refusal('not-permitted', accessTexts.settingsNotPermitted);
  }
  const wanted = { ...defaults, ...change };
  // What is not given stays as it is now, whoever changes the rest at the same time.
  const orKept = (column: string, value: unknown) =>
    value === undefined ? sql`settings.${sql.ref(column)}` : sql`excluded.${sql.ref(column)}`;
  await sql`
    insert into access.settings as settings
           (tenant_id, person_id, theme, density, conversations, undo_seconds, notifications, receipts, unified,
            remote_images, changed_at)
    values (${tenantId}, ${personId}, ${wanted.theme}, ${wanted.density}, ${wanted.conversations},
            ${wanted.undoSeconds}, ${wanted.notifications}, ${wanted.receipts}, ${wanted.unified},
            ${wanted.remoteImages}, ${act.at})
    on conflict (tenant_id, person_id) do update set
      theme = ${orKept('theme', change.theme)}, density = ${orKept('density', change.density)},
      conversations = ${orKept('conversations', change.conversations)},
      undo_seconds = ${orKept('undo_seconds', change.undoSeconds)},
      notifications = ${orKept('notifications', change.notifications)},
      receipts = ${orKept('receipts', change.receipts)}, unified = ${orKept('unified', change.unified)},
      remote_images = ${orKept('remote_images', change.remoteImages)}, changed_at = excluded.changed_at`.execute(
    act.tx,
  );
  act.record({
    tenantId,
    kind: 'settings.changed',
    object: { kind: 'person', id: personId },
    facts: { ...change },
  });
  return getSettings(act.tx, person);
}
