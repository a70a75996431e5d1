/** `Email/set` (RFC 8621 §4.6): new messages, keywords and mailboxes, deletion. */
import { isDeepStrictEqual } from 'node:util';
import { asId, type EmailId, isUuid, type MailboxId } from '../../../../base/ids.ts';
import type { EditOutcome, EmailEdit, SetEdit } from '../../../../domain/mail/mail.ts';
import { Arguments } from '../arguments.ts';
import type { Json, JsonObject, Method } from '../method.ts';
import { isJsonObject } from '../request.ts';
import { jmapSendingTexts } from '../texts.ts';
import { composeEmail } from './email-compose.ts';
import { emailIdsAmong, openAndShow } from './email-get.ts';
import { readInstant } from './email-query.ts';
import { isEmailProperty, readView } from './email-view.ts';
import { changeFor, type MailCall, type MailMethodParts, mailMethod } from './mail-call.ts';
import {
  answerSet,
  badProperties,
  resolveId,
  type SetChange,
  SetFault,
  type SetResults,
  setArguments,
} from './set-call.ts';
import { type NewPlace, storeMessage } from './store-message.ts';

export function emailSet(parts: MailMethodParts): Method {
  return mailMethod(parts, { name: 'Email/set', takes: setArguments, needs: 'write' }, (call) =>
    answerSet(call, {
      holdsState: true,
      create: (properties) => createEmail(call, properties),
      update: (changes) => updateEmails(call, changes),
      destroy: (ids) => destroyEmails(call, ids),
    }),
  );
}

async function createEmail(call: MailCall, properties: JsonObject): Promise<JsonObject & { readonly id: string }> {
  const { mailboxIds, keywords, receivedAt, ...content } = properties;
  const place = readPlace(call, { mailboxIds, keywords, receivedAt });
  return storeMessage(call, place, await composeEmail(call, content));
}

/** Where a new email goes, and as what: shared by `Email/set`, `Email/import` and `Email/copy`. */
export function readPlace(
  call: MailCall,
  { mailboxIds, keywords, receivedAt }: Readonly<Record<'mailboxIds' | 'keywords' | 'receivedAt', Json | undefined>>,
): NewPlace {
  const ids = readSet(mailboxIds);
  if (ids === undefined || ids.length === 0) throw badProperties('mailboxIds');
  const marks = keywords === undefined ? [] : readSet(keywords);
  if (marks === undefined) throw badProperties('keywords');
  const at = receivedAt === undefined || receivedAt === null ? undefined : readInstant(receivedAt);
  if (at === undefined && receivedAt !== undefined && receivedAt !== null) throw badProperties('receivedAt');
  return {
    mailboxIds: ids.map((id) => readMailboxId(call, id)),
    keywords: marks,
    receivedAt: at ?? call.parts.clock.now(),
  };
}

/** `Id[Boolean]`, whose values are all true. */
function readSet(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined || !isJsonObject(value)) return undefined;
  return Object.values(value).every((each) => each === true) ? Object.keys(value) : undefined;
}

function readMailboxId({ context }: MailCall, given: string): MailboxId {
  const id = resolveId(context, given);
  if (id === undefined || !isUuid(id)) throw badProperties('mailboxIds');
  return asId<MailboxId>(id);
}

async function updateEmails(call: MailCall, changes: readonly SetChange[]): Promise<SetResults> {
  const { parts, account } = call;
  const results = new Map<string, JsonObject | null | SetFault>();
  const edits: EmailEdit[] = [];
  for (const { id, patch } of changes) {
    try {
      if (!isUuid(id)) throw new SetFault('notFound');
      edits.push(readEdit(call, asId<EmailId>(id), await withoutSame(call, asId<EmailId>(id), patch)));
    } catch (fault) {
      if (!(fault instanceof SetFault)) throw fault;
      results.set(id, fault);
    }
  }
  if (edits.length === 0) return results;
  const outcomes = await changeFor(call, (act) => parts.mail.editEmails(act, account, edits));
  for (const [index, edit] of edits.entries()) {
    results.set(edit.id, faultOf(outcomes[index] ?? 'unknown'));
  }
  return results;
}

function faultOf(outcome: EditOutcome): SetFault | null {
  switch (outcome) {
    case 'edited':
      return null;
    case 'unknown':
      return new SetFault('notFound');
    case 'no-mailbox':
    case 'mailbox-unknown':
      return badProperties('mailboxIds');
    case 'too-many-mailboxes':
      return new SetFault('tooManyMailboxes');
    case 'bad-keyword':
      return badProperties('keywords');
    case 'too-many-keywords':
      return new SetFault('tooManyKeywords');
  }
}

/** A PatchObject (RFC 8620 §5.3) over the two properties of an email that may change. */
function readEdit(call: MailCall, id: EmailId, patch: JsonObject): EmailEdit {
  const bad = Object.keys(patch).filter((path) => !/^(?:keywords|mailboxIds)(?:\/[^/]+)?$/.test(path));
  if (bad.length > 0) throw badProperties(...bad.map((path) => path.split('/')[0] ?? path));
  const keywords = readSetEdit(patch, 'keywords');
  const mailboxes = readSetEdit(patch, 'mailboxIds');
  return {
    id,
    ...(keywords === undefined ? {} : { keywords }),
    ...(mailboxes === undefined ? {} : { mailboxes: mapEdit(mailboxes, (each) => readMailboxId(call, each)) }),
  };
}

/** RFC 8620 §5.3: a client may give back what it was shown; only another value is a mistake. */
async function withoutSame(call: MailCall, id: EmailId, patch: JsonObject): Promise<JsonObject> {
  const [settable, shown] = [new Map<string, Json>(), new Map<string, Json>()];
  for (const [path, value] of Object.entries(patch)) {
    (/^(?:keywords|mailboxIds)(?:\/|$)/.test(path) ? settable : shown).set(path, value);
  }
  if (shown.size === 0) return patch;
  const current = await showEmailAs(call, id, [...shown.keys()]);
  const bad = [...shown].filter(([name, value]) => !isDeepStrictEqual(value, current?.[name])).map(([name]) => name);
  if (current !== undefined && bad.length > 0) throw badProperties(...bad);
  return Object.fromEntries(settable);
}

/** The email in these properties; undefined when there is none, and none of what no email has. */
async function showEmailAs(call: MailCall, id: EmailId, names: readonly string[]): Promise<JsonObject | undefined> {
  const properties = names.filter(isEmailProperty);
  const view = readView(new Arguments({ properties: [...properties, 'id'] }, ['properties']));
  const [shown] = await openAndShow(call, view, [id]);
  return shown;
}

function mapEdit<Item>(edit: SetEdit<string>, read: (text: string) => Item): SetEdit<Item> {
  if (edit.kind === 'replace') return { kind: 'replace', all: edit.all.map(read) };
  return { kind: 'patch', add: edit.add.map(read), remove: edit.remove.map(read) };
}

function readSetEdit(patch: JsonObject, property: 'keywords' | 'mailboxIds'): SetEdit<string> | undefined {
  const steps = Object.entries(patch).filter(([path]) => path.startsWith(`${property}/`));
  if (Object.hasOwn(patch, property)) {
    // RFC 8620 §5.3: no path is the beginning of another.
    if (steps.length > 0) throw new SetFault('invalidPatch');
    const all = readSet(patch[property] === null && property === 'keywords' ? {} : patch[property]);
    if (all === undefined) throw badProperties(property);
    return { kind: 'replace', all };
  }
  if (steps.length === 0) return undefined;
  const [add, remove]: [string[], string[]] = [[], []];
  for (const [path, value] of steps) {
    const name = path
      .slice(property.length + 1)
      .replaceAll('~1', '/')
      .replaceAll('~0', '~');
    if (value !== true && value !== null) throw badProperties(property);
    (value === true ? add : remove).push(property === 'keywords' ? name.toLowerCase() : name);
  }
  return { kind: 'patch', add, remove };
}

/** The store's deletion, through the trash: what a person destroys by mistake can be undeleted for a time. */
async function destroyEmails(call: MailCall, ids: readonly string[]): Promise<SetResults> {
  const { parts, account } = call;
  const emailIds = emailIdsAmong(ids);
  const results = await changeFor(call, async (act) => {
    await parts.mail.lockAccount(act, account); // what is held now is held to the end of the act
    const held = await parts.mail.heldEmails(act.tx, account, emailIds);
    const present = await parts.mail.deleteEmails(
      act,
      account,
      emailIds.filter((id) => !held.has(id)),
    );
    await parts.mail.deleteEmails(act, account, present);
    const stays = new SetFault('forbidden', { description: jmapSendingTexts.emailHeld });
    return new Map<string, SetFault | null>([
      ...[...held].map((id) => [id, stays] as const),
      ...present.map((id) => [id, null] as const),
    ]);
  });
  return new Map(
    ids.map((id) => {
      const result = results.get(id);
      return [id, result === undefined ? new SetFault('notFound') : result];
    }),
  );
}
