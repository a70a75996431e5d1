/** `Email/get` and `Email/changes` (RFC 8621 §4.2, §4.3). */

import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { asId, type EmailId, isUuid } from '../../../../base/ids.ts';
import type { Act } from '../../../../domain/audit/audit.ts';
import type { EmailCard, TextBounds } from '../../../../domain/mail/mail.ts';
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
  const list = opensEmail(shown)
    ? await openAndShow(call, shown, ids)
    : (await parts.mail.listCards(parts.db, account, ids)).map((card) => showCard(shown, card));
  const found = new Set(list.map(({ id }) => id));
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

/** What stands inside the emails, opened in one act: each leaves its event. A few are held at a time, what is shown of all. */
export function openAndShow(call: MailCall, view: EmailView, ids: readonly EmailId[]): Promise<readonly JsonObject[]> {
  const textBytes = view.maxBytes === 0 ? mailLimits.bodyTextBytes : view.maxBytes;
  const openAll = async (act: Act): Promise<readonly JsonObject[]> => {
    const bounds = { textBytes, leftBytes: mailLimits.openedTextBytes };
    const shown: JsonObject[] = [];
    for (let start = 0; start < ids.length; start += jmapLimits.emailsOpened) {
      const some = ids.slice(start, start + jmapLimits.emailsOpened);
      shown.push(...(await openSome({ call, view, act, bounds }, some)));
    }
    return shown;
  };
  return call.act === undefined ? actFor(call, openAll) : openAll(call.act);
}

interface Opening {
  readonly call: MailCall;
  readonly view: EmailView;
  readonly act: Act;
  readonly bounds: TextBounds;
}

async function openSome({ call, view, act, bounds }: Opening, ids: readonly EmailId[]): Promise<readonly JsonObject[]> {
  const { parts, account } = call;
  const summaries = await parts.mail.openSummaries(act, account, ids, 'present');
  const wanted = summaries
    .map(({ id, structure }) => ({ id, ...wantedBodies(view, structure.root) }))
    .filter(({ texts, headers }) => texts.length > 0 || headers.length > 0);
  const bodies = wanted.length === 0 ? undefined : await parts.mail.openBodies(act, account, wanted, bounds);
  return summaries.map((summary) => {
    const { id, structure, preview } = summary;
    const body = bodies?.get(id);
    const partBlobId = (partId: string): string => emailBlobId(id, partId);
    const email = { card: summary, structure, preview, partBlobId, ...(body === undefined ? {} : { body }) };
    return showEmail(view, email);
  });
}
