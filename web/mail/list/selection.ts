/** Which lines of a list are ticked. Lines are known by their emails: they stay ticked when the list moves. */
import type { EmailRef, ListView } from '../store/types.ts';

export interface Selection {
  readonly refs: ReadonlyMap<string, EmailRef>;
  /** Where a range begins. */
  readonly anchor: EmailRef | undefined;
}

export const noSelection: Selection = { refs: new Map(), anchor: undefined };

/** Lines that one gesture may change. */
export const mostSelected = 500;

export function keyOf({ accountId, emailId }: EmailRef): string {
  return `${accountId}/${emailId}`;
}

export function toggled(selection: Selection, ref: EmailRef): Selection {
  const refs = new Map(selection.refs);
  if (!refs.delete(keyOf(ref))) refs.set(keyOf(ref), ref);
  return { refs, anchor: ref };
}

/** Ticks all from the anchor to `ref`, in addition to what is ticked; without anchor, `ref` alone. */
export function extended(selection: Selection, ref: EmailRef, view: ListView): Selection {
  const to = view.indexOf(ref);
  const from = selection.anchor === undefined ? -1 : view.indexOf(selection.anchor);
  if (to < 0 || from < 0) return { refs: new Map([...selection.refs, [keyOf(ref), ref]]), anchor: ref };
  const refs = new Map(selection.refs);
  for (let index = Math.min(from, to); index <= Math.max(from, to) && refs.size < mostSelected; index += 1) {
    const each = view.refAt(index);
    if (each !== undefined) refs.set(keyOf(each), each);
  }
  return { refs, anchor: selection.anchor };
}

/** All that is loaded, up to the bound. */
export function everything(view: ListView): Selection {
  const refs = new Map<string, EmailRef>();
  for (let index = 0; index < view.count && refs.size < mostSelected; index += 1) {
    const ref = view.refAt(index);
    if (ref !== undefined) refs.set(keyOf(ref), ref);
  }
  return { refs, anchor: view.refAt(0) };
}
