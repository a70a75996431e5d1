/** Where the copy lies in this browser: sealed records by shelf, and what the device knows of itself. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { copyDatabase } from './device.ts';
import type { DeviceRecord } from './standing.ts';
import { type RecordStore, type SealedRecord, type Shelf, shelves } from './vault.ts';

interface Sealed {
  readonly key: string;
  readonly value: SealedRecord;
}

interface Schema extends DBSchema {
  readonly device: { readonly key: string; readonly value: DeviceRecord };
  readonly emails: Sealed;
  readonly files: Sealed;
  readonly drafts: Sealed;
  readonly outbox: Sealed;
  readonly frame: Sealed;
}

export interface CopyStore extends RecordStore {
  device(): Promise<DeviceRecord | undefined>;
  putDevice(device: DeviceRecord): Promise<void>;
  /** Octets of all sealed records. */
  bytes(): Promise<number>;
  /** Messages that wait: their number is no secret to who cannot open them. */
  countWaiting(): Promise<number>;
  close(): void;
}

export async function openCopyStore(): Promise<CopyStore> {
  const database: IDBPDatabase<Schema> = await openDB<Schema>(copyDatabase, 1, {
    upgrade(made) {
      made.createObjectStore('device', { keyPath: 'id' });
      for (const shelf of shelves) made.createObjectStore(shelf, { keyPath: 'id' });
    },
    // A wipe deletes it: an open tab must not stand in the way.
    blocking: (_current, _next, event) => {
      const { target } = event;
      if (target instanceof IDBDatabase) target.close();
    },
  });
  return {
    put: async (shelf, record) => void (await database.put(shelf, record)),
    get: (shelf, id) => database.get(shelf, id),
    remove: (shelf, id) => database.delete(shelf, id),
    all: (shelf: Shelf) => database.getAll(shelf),
    device: () => database.get('device', 'device'),
    putDevice: async (device) => void (await database.put('device', device)),
    async bytes() {
      const all = await Promise.all(shelves.map((shelf) => database.getAll(shelf)));
      return all.flat().reduce((sum, { sealed }) => sum + sealed.byteLength, 0);
    },
    countWaiting: () => database.count('outbox'),
    close: () => database.close(),
  };
}
