/** The line that the keyboard is on. When its email leaves the list, the cursor stays where it was, on what moved up. */
import type { EmailRef, ListView } from '../store/types.ts';

export interface Cursor {
  readonly index: number;
  readonly ref: EmailRef | undefined;
}

export const noCursor: Cursor = { index: -1, ref: undefined };

function at(view: ListView, index: number): Cursor {
  const last = view.count - 1;
  const place = Math.max(0, Math.min(index, last));
  return last < 0 ? noCursor : { index: place, ref: view.refAt(place) };
}

/** Where the cursor is in the list as it is now. */
export function settled(cursor: Cursor, view: ListView): Cursor {
  if (cursor.index < 0) return cursor;
  const index = cursor.ref === undefined ? -1 : view.indexOf(cursor.ref);
  if (index >= 0) return index === cursor.index ? cursor : { index, ref: cursor.ref };
  const stays = Math.min(cursor.index, view.count - 1);
  return stays === cursor.index ? cursor : { index: stays, ref: cursor.ref };
}

/** One line on, or `by` of them. From what has left the list, the next is what stands in its place. */
export function moved(cursor: Cursor, by: number, view: ListView): Cursor {
  if (cursor.index < 0) return at(view, by > 0 ? by - 1 : 0);
  const now = settled(cursor, view);
  const isThere = now.ref !== undefined && view.indexOf(now.ref) === now.index;
  const hasLeft = now.ref !== undefined && !isThere;
  return at(view, now.index + by - (hasLeft && by > 0 ? 1 : 0));
}

export function placedOn(ref: EmailRef, view: ListView): Cursor {
  const index = view.indexOf(ref);
  return index < 0 ? { index: -1, ref } : { index, ref };
}
