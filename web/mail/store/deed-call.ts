/** Tells a deed to the server (RFC 8621 §4.6), in as many requests as it takes. */
import type { JmapId, SetError } from '../../../contract/jmap/mail.ts';
import type { Arguments, JmapClient } from '../../jmap/client.ts';
import { type Patch, patchObject } from './patches.ts';

export interface DeedOutcome {
  readonly done: ReadonlySet<JmapId>;
  /** Why not all of it was done: the server's word on the first that it refused, or the fault of a request. */
  readonly fault: SetError | Error | undefined;
}

interface SetAnswer {
  readonly updated: Readonly<Record<JmapId, unknown>> | null;
  readonly destroyed: readonly JmapId[] | null;
  readonly notUpdated: Readonly<Record<JmapId, SetError>> | null;
  readonly notDestroyed: Readonly<Record<JmapId, SetError>> | null;
}

/** Of one request: the server takes 500. */
const most = 250;

export async function tellDeed(
  jmap: Pick<JmapClient, 'call'>,
  accountId: JmapId,
  patches: ReadonlyMap<JmapId, Patch>,
): Promise<DeedOutcome> {
  const done = new Set<JmapId>();
  let fault: DeedOutcome['fault'];
  const all = [...patches];
  for (let start = 0; start < all.length; start += most) {
    const some = all.slice(start, start + most);
    const destroy = some.filter(([, patch]) => patch.isDestroyed).map(([id]) => id);
    const update = Object.fromEntries(
      some.filter(([, patch]) => !patch.isDestroyed).map(([id, patch]) => [id, patchObject(patch)]),
    );
    const asked: Arguments = {
      accountId,
      ...(Object.keys(update).length === 0 ? {} : { update }),
      ...(destroy.length === 0 ? {} : { destroy }),
    };
    try {
      const answers = await jmap.call([['Email/set', asked, 's']]);
      const { updated, destroyed, notUpdated, notDestroyed } = answers.of<SetAnswer>('s');
      for (const id of [...Object.keys(updated ?? {}), ...(destroyed ?? [])]) done.add(id);
      fault ??= Object.values({ ...notUpdated, ...notDestroyed })[0];
    } catch (problem) {
      return { done, fault: problem instanceof Error ? problem : new Error(String(problem)) };
    }
  }
  return { done, fault };
}
