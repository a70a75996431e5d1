/** `Email/get` and `Email/changes` (RFC 8621 §4.2, §4.3). */

import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { asId, type EmailId, isUuid } from '../../../../base/ids.ts';
import type { EmailCard } from '../../../../domain/mail/mail.ts';
import type { JsonObject, Method } from '../method.ts';
import { emailBlobId } from './blob-id.ts';
import { type EmailView, opensEmail, readView, showEmail, viewArguments, wantedBodies } from './email-view.ts';
import {
  actFor,
  answerChanges,
  askedIds,
  checkAll,
  type MailCall,
  type MailMethodParts,
  mailMethod,
  stateOf,
} from './mail-call.ts';

export function emailReading(parts: MailMethodParts): readonly Method[] {
  return [
    mailMethod(parts, { name: 'Email/get', takes: ['ids', ...viewArguments], needs: 'read' }, getEmails),
    mailMethod(
      parts,
      { name: 'Email/changes', takes: ['sinceState', 'maxChanges'], needs: 'read' },
      async (call) => (await answerChanges(call, parts.mail.emailChanges)).answer,
    ),
  ];
}

/** The ids among `ids` that have the form of an email's. */
export function emailIdsAmong(ids: readonly string[]): readonly EmailId[] {
  return ids.filter(isUuid).map((id) => asId<EmailId>(id));
}

async function getEmails(call: MailCall): Promise<JsonObject> {
  const { parts, args, account } = call;
  const asked = askedIds(args);
  const view = readView(args);
  const shown = { ...view, properties: [...new Set(['id', ...view.properties])] };
  const state = await stateOf(call);
  const ids = asked === undefined ? await allEmails(call) : emailIdsAmong(asked);
  const cards = await parts.mail.listCards(parts.db, account, ids);
  const list = opensEmail(shown) ? await openAndShow(call, shown, cards) : cards.map((card) => showCard(shown, card));
  const found = new Set<string>(cards.map((card) => card.id));
  return { state, list, notFound: (asked ?? []).filter((id) => !found.has(id)) };
}

async function allEmails({ parts, account }: MailCall): Promise<readonly EmailId[]> {
  const window = { from: { position: 0 }, limit: jmapLimits.objectsInGet + 1, countAll: false };
  const page = await parts.mail.queryEmails(parts.db, account, { sort: [], collapseThreads: false }, window);
  return page === 'anchor-not-found' ? [] : checkAll(page.ids);
}

function showCard(view: EmailView, card: EmailCard): JsonObject {
  return showEmail(view, { card, partBlobId: (partId) => emailBlobId(card.id, partId) });
}

/** What stands inside the emails, opened in one act: each leaves its event. */
function openAndShow(call: MailCall, view: EmailView, cards: readonly EmailCard[]): Promise<readonly JsonObject[]> {
  const { parts, account } = call;
  return actFor(call, async (act) => {
    const ids = cards.map((card) => card.id);
    const summaries = await parts.mail.openSummaries(act, account, ids);
    const wanted = summaries
      .map(({ id, structure }) => ({ id, ...wantedBodies(view, structure.root) }))
      .filter(({ texts, headers }) => texts.length > 0 || headers.length > 0);
    const maxBytes = view.maxBytes === 0 ? mailLimits.bodyTextBytes : view.maxBytes;
    const bodies = wanted.length === 0 ? undefined : await parts.mail.openBodies(act, account, wanted, maxBytes);
    const byId = new Map(summaries.map((summary) => [summary.id, summary]));
    return cards.flatMap((card) => {
      const summary = byId.get(card.id);
      if (summary === undefined) return [];
      const { structure, preview } = summary;
      const body = bodies?.get(card.id);
      const partBlobId = (partId: string): string => emailBlobId(card.id, partId);
      return [showEmail(view, { card, structure, preview, partBlobId, ...(body === undefined ? {} : { body }) })];
    });
  });
}
