/** `Email/import` and `Email/copy` (RFC 8621 §4.7, §4.8): messages that exist already, whole. */

import { assert } from '../../../../base/assert.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { asId, type EmailId, isUuid } from '../../../../base/ids.ts';
import type { Act } from '../../../../domain/audit/audit.ts';
import { accountFor, type HeldAccount } from '../accounts.ts';
import { invalid } from '../arguments.ts';
import { type Json, type JsonObject, type Method, type MethodAnswer, MethodError } from '../method.ts';
import { isId, isJsonObject } from '../request.ts';
import { emailSet, readPlace } from './email-set.ts';
import {
  actFor,
  dbOf,
  expectState,
  holdState,
  type MailCall,
  type MailMethodParts,
  mailMethod,
  openNamed,
  stateOf,
} from './mail-call.ts';
import { badProperties, SetFault, setErrorOf } from './set-call.ts';
import { storeMessage } from './store-message.ts';

export function emailImporting(parts: MailMethodParts): readonly Method[] {
  const copyTakes = ['fromAccountId', 'ifFromInState', 'ifInState', 'create', 'onSuccessDestroyOriginal'];
  return [
    mailMethod(parts, { name: 'Email/import', takes: ['ifInState', 'emails'], needs: 'write' }, importEmails),
    mailMethod(
      parts,
      { name: 'Email/copy', takes: [...copyTakes, 'destroyFromIfInState'], needs: 'write' },
      copyEmails,
    ),
  ];
}

type Response = { readonly name: string; readonly args: JsonObject };
type Created = JsonObject & { readonly id: string };

/** Each of the objects of `argument`, created for itself. */
async function createEach(
  call: MailCall,
  argument: 'emails' | 'create',
  deed: (properties: JsonObject) => Promise<Created>,
): Promise<JsonObject> {
  const wanted = call.args.optionalObject(argument);
  if (wanted === undefined) throw invalid([argument]);
  if (Object.keys(wanted).length > jmapLimits.objectsInSet) throw new MethodError('requestTooLarge');
  return holdState(call, async () => {
    const oldState = await stateOf(call);
    expectState(call, oldState);
    const created = new Map<string, Json>();
    const notCreated = new Map<string, Json>();
    for (const [creationId, properties] of Object.entries(wanted)) {
      try {
        if (!isId(creationId)) throw badProperties('id');
        if (!isJsonObject(properties)) throw badProperties();
        const told = await deed(properties);
        call.context.createdIds.set(creationId, told.id);
        created.set(creationId, told);
      } catch (fault) {
        notCreated.set(creationId, setErrorOf(fault));
      }
    }
    const orNull = (map: ReadonlyMap<string, Json>) => (map.size === 0 ? null : Object.fromEntries(map));
    return { oldState, newState: await stateOf(call), created: orNull(created), notCreated: orNull(notCreated) };
  });
}

function importEmails(call: MailCall): Promise<JsonObject> {
  return createEach(call, 'emails', async (properties) => {
    const { blobId, mailboxIds, keywords, receivedAt, ...more } = properties;
    if (Object.keys(more).length > 0) throw badProperties(...Object.keys(more));
    const place = readPlace(call, { mailboxIds, keywords, receivedAt });
    const named =
      typeof blobId === 'string' && blobId.startsWith('#') ? call.context.createdIds.get(blobId.slice(1)) : blobId;
    const blob = typeof named === 'string' ? await openNamed(call, named) : undefined;
    if (blob === undefined) throw badProperties('blobId');
    return storeMessage(call, place, blob.read());
  });
}

async function copyEmails(call: MailCall): Promise<MethodAnswer> {
  const { args, account, parts } = call;
  const fromAccountId = args.id('fromAccountId');
  const destroys = args.flag('onSuccessDestroyOriginal', false);
  // RFC 8620 §5.4: from one account to another.
  if (fromAccountId === account.accountId) throw invalid(['fromAccountId']);
  const from = await fromAccount(call, fromAccountId);
  const ifFromInState = args.optionalString('ifFromInState');
  const fromState = String(await parts.mail.currentChange(parts.db, from));
  if (ifFromInState !== undefined && ifFromInState !== fromState) throw new MethodError('stateMismatch');
  const answer = await createEach(call, 'create', (properties) => copyOne(call, from, properties));
  const copied = originalsOf(args.optionalObject('create') ?? {}, answer['created'] ?? null);
  const own = { name: 'Email/copy', args: { accountId: account.accountId, fromAccountId, ...answer } };
  if (!destroys || copied.length === 0) return { kind: 'several', responses: [own] };
  // RFC 8620 §5.4: an implied `Email/set` of the account copied from, which answers beside.
  const ifInState = args.optionalString('destroyFromIfInState');
  const set = { accountId: fromAccountId, destroy: copied, ...(ifInState === undefined ? {} : { ifInState }) };
  return { kind: 'several', responses: [own, await destroyOriginals(call, set)] };
}

/** The ids of what was copied. */
function originalsOf(wanted: JsonObject, created: Json): readonly string[] {
  if (!isJsonObject(created)) return [];
  return Object.entries(wanted).flatMap(([creationId, properties]) =>
    Object.hasOwn(created, creationId) && isJsonObject(properties) ? [String(properties['id'])] : [],
  );
}

/** What is copied stays, whatever becomes of its original. */
async function destroyOriginals({ parts, context }: MailCall, set: JsonObject): Promise<Response> {
  try {
    const answer = await emailSet(parts).run(set, context);
    assert(answer.kind === 'one', 'Email/set answered more than once');
    return { name: 'Email/set', args: answer.args };
  } catch (fault) {
    if (!(fault instanceof MethodError)) throw fault;
    return { name: 'error', args: { type: fault.type } };
  }
}

async function fromAccount(call: MailCall, accountId: string): Promise<HeldAccount> {
  try {
    return await accountFor(call.parts, call.context.person, accountId, 'read');
  } catch (fault) {
    if (fault instanceof MethodError && fault.type === 'accountNotFound') throw new MethodError('fromAccountNotFound');
    throw fault;
  }
}

async function copyOne(call: MailCall, from: HeldAccount, properties: JsonObject): Promise<Created> {
  const { id, mailboxIds, keywords, receivedAt, ...more } = properties;
  if (Object.keys(more).length > 0) throw badProperties(...Object.keys(more));
  if (typeof id !== 'string' || !isUuid(id)) throw new SetFault('notFound');
  const { mail } = call.parts;
  const [card] = await mail.listCards(dbOf(call), from, [asId<EmailId>(id)]);
  if (card === undefined) throw new SetFault('notFound');
  const place = readPlace(call, {
    mailboxIds,
    keywords: keywords ?? Object.fromEntries(card.keywords.map((keyword) => [keyword, true])),
    receivedAt: receivedAt ?? card.receivedAt.toISOString(),
  });
  const open = (act: Act) => mail.openContent(act, from, card.id);
  return storeMessage(call, place, await (call.act === undefined ? actFor(call, open) : open(call.act)));
}
