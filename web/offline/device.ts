/** What this browser keeps of the office, and how it forgets. */

/** Forgets everything that this browser kept: called at sign-out and when the session was taken back. */
export async function forgetDevice(): Promise<void> {
  for (const { name } of await indexedDB.databases()) if (name?.startsWith('hygie-')) indexedDB.deleteDatabase(name);
  for (const key of Object.keys(sessionStorage)) if (key.startsWith('hygie-')) sessionStorage.removeItem(key);
}
