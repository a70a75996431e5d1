/** Threads (RFC 8621 §3). */

import { jmapLimits } from '../../../../base/end-limits.ts';
import { asId, isUuid, type ThreadId } from '../../../../base/ids.ts';
import type { JsonObject, Method } from '../method.ts';
import {
  answerChanges,
  askedIds,
  askedProperties,
  checkAll,
  type MailCall,
  type MailMethodParts,
  mailMethod,
  pick,
  stateOf,
} from './mail-call.ts';

export function threadMethods(parts: MailMethodParts): readonly Method[] {
  return [
    mailMethod(parts, { name: 'Thread/get', takes: ['ids', 'properties'], needs: 'read' }, getThreads),
    mailMethod(
      parts,
      { name: 'Thread/changes', takes: ['sinceState', 'maxChanges'], needs: 'read' },
      async (call) => (await answerChanges(call, parts.mail.threadChanges)).answer,
    ),
  ];
}

async function getThreads(call: MailCall): Promise<JsonObject> {
  const { parts, args, account } = call;
  const known = ['id', 'emailIds'];
  const properties = askedProperties(args, 'properties', (property) => known.includes(property), known);
  const asked = askedIds(args);
  const state = await stateOf(call);
  const ids = asked?.filter(isUuid).map((id) => asId<ThreadId>(id)) ?? (await allThreads(call));
  const threads = await parts.mail.listThreads(parts.db, account, ids);
  const found = new Set<string>(threads.map((thread) => thread.id));
  const list = threads.map(({ id, emailIds }) => pick({ id, emailIds }, ['id', ...properties]));
  return { state, list, notFound: (asked ?? []).filter((id) => !found.has(id)) };
}

async function allThreads({ parts, account }: MailCall): Promise<readonly ThreadId[]> {
  const window = { from: { position: 0 }, limit: jmapLimits.objectsInGet + 1, countAll: false };
  const page = await parts.mail.queryEmails(parts.db, account, { sort: [], collapseThreads: true }, window);
  const ids = page === 'anchor-not-found' ? [] : checkAll(page.ids);
  const cards = await parts.mail.listCards(parts.db, account, ids);
  return [...new Set(cards.map((card) => card.threadId))];
}
