/** `Mailbox/set` (RFC 8621 §2.5). */

import { mailLimits } from '../../../../base/domain-limits.ts';
import { Refusal } from '../../../../base/errors.ts';
import { asId, isUuid, type MailboxId } from '../../../../base/ids.ts';
import type { Mailbox } from '../../../../domain/mail/mail.ts';
import type { Json, JsonObject, Method } from '../method.ts';
import { changeFor, dbOf, type MailCall, type MailMethodParts, mailMethod, pick } from './mail-call.ts';
import { mailboxProperties, showMailbox } from './mailbox.ts';
import {
  answerSet,
  badProperties,
  resolveId,
  type SetChange,
  SetFault,
  type SetResults,
  setArguments,
  setErrorOf,
} from './set-call.ts';

export function mailboxSetting(parts: MailMethodParts): readonly Method[] {
  const spec = { name: 'Mailbox/set', takes: [...setArguments, 'onDestroyRemoveEmails'], needs: 'write' } as const;
  return [mailMethod(parts, spec, setMailboxes)];
}

function setMailboxes(call: MailCall): Promise<JsonObject> {
  const removesEmails = call.args.flag('onDestroyRemoveEmails', false);
  return answerSet(call, {
    holdsState: true,
    dependsOn({ parentId }) {
      return typeof parentId === 'string' && parentId.startsWith('#') ? parentId.slice(1) : undefined;
    },
    create: (properties) => createMailbox(call, properties),
    update: (changes) => eachAlone(changes, (change) => updateMailbox(call, change)),
    destroy: async (ids) =>
      eachAlone(
        (await innermostFirst(call, ids)).map((id) => ({ id })),
        ({ id }) => destroyMailbox(call, id, removesEmails),
      ),
  });
}

/** Whatever order they are named in, what is inside goes before what holds it. */
async function innermostFirst(call: MailCall, ids: readonly string[]): Promise<readonly string[]> {
  const all = await call.parts.mail.listMailboxes(dbOf(call), call.account);
  const parents = new Map<string, string | null>(all.map(({ id, parentId }) => [id, parentId]));
  const depthOf = (id: string): number => {
    const parent = parents.get(id) ?? null;
    return parent === null ? 0 : 1 + depthOf(parent);
  };
  return [...ids].sort((one, other) => depthOf(other) - depthOf(one));
}

async function eachAlone<Item extends { readonly id: string }>(
  items: readonly Item[],
  deed: (item: Item) => Promise<JsonObject | null>,
): Promise<SetResults> {
  const results = new Map<string, JsonObject | null | SetFault>();
  for (const item of items) {
    try {
      results.set(item.id, await deed(item));
    } catch (fault) {
      const { type, ...told } = setErrorOf(fault);
      results.set(item.id, new SetFault(String(type), told));
    }
  }
  return results;
}

interface Wanted {
  name?: string;
  parentId?: MailboxId | null;
  sortOrder?: number;
  isSubscribed?: boolean;
}

/** RFC 8621 §2: `sortOrder` stays below 2^31. */
const sortOrderEnd = 2 ** 31;

/** What `properties` want; those that equal what `current` shows may be given and want nothing. */
function readWanted(call: MailCall, properties: JsonObject, current: JsonObject): Wanted {
  const wanted: Wanted = {};
  const bad: string[] = [];
  for (const [property, value] of Object.entries(properties)) {
    if (property === 'name' && typeof value === 'string') wanted.name = value;
    else if (property === 'sortOrder' && isSortOrder(value)) wanted.sortOrder = value;
    else if (property === 'isSubscribed' && typeof value === 'boolean') wanted.isSubscribed = value;
    else if (property === 'parentId') {
      const parentId = readParent(call, value);
      if (parentId === undefined) bad.push(property);
      else wanted.parentId = parentId;
    } else if (!Object.hasOwn(current, property) || !isSame(value, current[property])) bad.push(property);
  }
  if (bad.length > 0) throw badProperties(...bad);
  return wanted;
}

function isSortOrder(value: Json): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < sortOrderEnd;
}

function isSame(one: Json, other: Json | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function readParent({ context }: MailCall, value: Json): MailboxId | null | undefined {
  if (value === null) return null;
  const id = typeof value === 'string' ? resolveId(context, value) : undefined;
  return id !== undefined && isUuid(id) ? asId<MailboxId>(id) : undefined;
}

/** The mailbox that another of the same name stands in the way of, in the words of RFC 8620 §5.4. */
async function tellExisting<T>(
  call: MailCall,
  wanted: { readonly name: string; readonly parentId: MailboxId | null },
  deed: () => Promise<T>,
): Promise<T> {
  try {
    return await deed();
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    if (fault.code === 'mailbox-unknown') throw badProperties('parentId');
    if (fault.code !== 'mailbox-exists') throw fault;
    const name = wanted.name.normalize('NFC');
    const all = await call.parts.mail.listMailboxes(dbOf(call), call.account);
    const existing = all.find((each) => each.parentId === wanted.parentId && each.name === name);
    throw new SetFault('alreadyExists', {
      ...(existing === undefined ? {} : { existingId: existing.id }),
      description: fault.publicText,
    });
  }
}

async function createMailbox(call: MailCall, properties: JsonObject): Promise<JsonObject & { readonly id: string }> {
  const { parts, account } = call;
  const { name, parentId = null, sortOrder, isSubscribed } = readWanted(call, properties, { role: null });
  if (name === undefined) throw badProperties('name');
  const wanted = { name, parentId, ...(sortOrder === undefined ? {} : { sortOrder }) };
  const id = await tellExisting(call, wanted, () =>
    changeFor(call, async (act) => {
      const made = await parts.mail.createMailbox(act, account, wanted);
      if (isSubscribed === false) await parts.mail.changeMailbox(act, account, made, { isSubscribed });
      return made;
    }),
  );
  const shown = showMailbox(await findMailbox(call, id), undefined, account);
  const told = mailboxProperties.filter((property) => !isSame(shown[property] ?? null, properties[property]));
  return { ...pick(shown, told), id };
}

async function findMailbox(call: MailCall, id: string): Promise<Mailbox> {
  const { parts, account } = call;
  const all = await parts.mail.listMailboxes(dbOf(call), account);
  const mailbox = all.find((each) => each.id === id);
  if (mailbox === undefined) throw new SetFault('notFound');
  return mailbox;
}

async function updateMailbox(call: MailCall, { id, patch }: SetChange): Promise<null> {
  const { parts, account } = call;
  const mailbox = await findMailbox(call, id);
  const namesThreads = Object.hasOwn(patch, 'totalThreads') || Object.hasOwn(patch, 'unreadThreads');
  const threads = namesThreads ? (await parts.mail.countThreads(dbOf(call), account)).get(mailbox.id) : undefined;
  const wanted = readWanted(call, patch, showMailbox(mailbox, threads, account));
  const { name = mailbox.name, parentId = mailbox.parentId } = wanted;
  await tellExisting(call, { name, parentId }, () =>
    changeFor(call, (act) => parts.mail.changeMailbox(act, account, mailbox.id, wanted)),
  );
  return null;
}

async function destroyMailbox(call: MailCall, id: string, removesEmails: boolean): Promise<null> {
  const { parts, account } = call;
  const mailbox = await findMailbox(call, id);
  if (removesEmails && mailbox.totalEmails > 0) {
    // Nothing is taken out of a mailbox that will not go: RFC 8621 §2.5 keeps `mailboxHasChild` whatever is asked.
    const all = await parts.mail.listMailboxes(dbOf(call), account);
    if (all.some((each) => each.parentId === mailbox.id)) throw new SetFault('mailboxHasChild');
    if (mailbox.role !== null) throw new SetFault('forbidden');
    const limit = mailLimits.emailsPerCall;
    while ((await changeFor(call, (act) => parts.mail.emptyMailbox(act, account, mailbox.id, limit))) === limit);
  }
  await changeFor(call, (act) => parts.mail.destroyMailbox(act, account, mailbox.id));
  return null;
}
