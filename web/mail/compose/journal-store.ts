/** The journal's place in this browser; forgotten with everything else of the office (offline/device.ts). */
import { type DBSchema, openDB } from 'idb';
import type { JournalStore, SealedEntry } from './journal.ts';

interface Schema extends DBSchema {
  entries: { key: string; value: SealedEntry };
}

export async function openJournalStore(): Promise<JournalStore> {
  const database = await openDB<Schema>('hygie-journal', 1, {
    upgrade: (made) => void made.createObjectStore('entries', { keyPath: 'draftId' }),
    // Sign-out deletes it: an open tab must not stand in the way.
    blocking: (_current, _next, event) => {
      const { target } = event;
      if (target instanceof IDBDatabase) target.close();
    },
  });
  return {
    put: async (entry) => void (await database.put('entries', entry)),
    remove: (draftId) => database.delete('entries', draftId),
    all: () => database.getAll('entries'),
  };
}
