/**
 * What this browser keeps of the office, and how it forgets. By the browser's own calls alone: the page's first load and the service
 * worker have this, and nothing else of the copy.
 */
import { type DeviceRecord, isOver } from './standing.ts';

export const copyDatabase = 'hygie-copy';

const patienceMs = 3_000;

/** Thrown when something stayed: the person is told to clear the site's data by the browser's own settings. */
export class NotForgotten extends Error {}

/**
 * Forgets everything that this browser kept: copy, journal, what waits to leave. Called at sign-out and wherever the copy is over.
 * Looks afterwards whether it is gone, and throws {@link NotForgotten} otherwise.
 */
export async function forgetDevice(): Promise<void> {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith('hygie-')) sessionStorage.removeItem(key);
  await forget(await databaseNames());
}

/** The copy alone: what the open session typed and did not save yet stays. */
export async function forgetCopy(): Promise<void> {
  await forget((await databaseNames()).filter((name) => name === copyDatabase));
}

async function forget(names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => emptied(name).then(() => deleted(name))));
  const left = await databaseNames();
  if (names.some((name) => left.includes(name))) throw new NotForgotten();
}

/** Undefined: this browser keeps no copy. Asking makes none. */
export async function readDevice(): Promise<DeviceRecord | undefined> {
  if (!(await databaseNames()).includes(copyDatabase)) return undefined;
  let found: DeviceRecord | undefined;
  await settled((done) => {
    const opening = indexedDB.open(copyDatabase);
    opening.onerror = done;
    opening.onsuccess = () => {
      const database = opening.result;
      const close = (): void => {
        database.close();
        done();
      };
      if (!database.objectStoreNames.contains('device')) return close();
      const reading = database.transaction('device').objectStore('device').get('device');
      reading.onsuccess = () => {
        found = reading.result as DeviceRecord | undefined; // written by copy-store.ts alone
        close();
      };
      reading.onerror = close;
    };
  });
  return found;
}

/** A copy that is over ends at the next start of the page or of the service worker, whoever is there. True: it was. */
export async function endIfOver(now: number): Promise<boolean> {
  const device = await readDevice();
  if (device === undefined || !isOver(device, now)) return false;
  await forgetCopy();
  return true;
}

async function databaseNames(): Promise<readonly string[]> {
  return (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => name.startsWith('hygie-'));
}

/** First the records: another tab that holds the database open keeps it from being deleted, not from being emptied. */
function emptied(name: string): Promise<void> {
  return settled((done) => {
    const opening = indexedDB.open(name);
    opening.onerror = done;
    opening.onblocked = done;
    opening.onsuccess = () => {
      const database = opening.result;
      const stores = [...database.objectStoreNames];
      const close = (): void => {
        database.close();
        done();
      };
      if (stores.length === 0) return close();
      const clearing = database.transaction(stores, 'readwrite');
      for (const store of stores) clearing.objectStore(store).clear();
      clearing.oncomplete = close;
      clearing.onabort = close;
    };
  });
}

function deleted(name: string): Promise<void> {
  return settled((done) => {
    const deleting = indexedDB.deleteDatabase(name);
    deleting.onsuccess = done;
    deleting.onerror = done;
  });
}

function settled(begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    begin(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
