/** Identities (RFC 8621 §6): as what the accounts that a person may send from write. */
import { jmapLimits } from '../../../../base/end-limits.ts';
import { isUuid } from '../../../../base/ids.ts';
import type { Identity, IdentityContent, NamedAddress } from '../../../../domain/mail/mail.ts';
import { parseAddress } from '../../../../formats/address/address.ts';
import { type Json, type JsonObject, type Method, MethodError } from '../method.ts';
import { isJsonObject } from '../request.ts';
import { canDo } from '../session.ts';
import { answerChanges, askedIds, askedProperties, changeFor, pick, stateOf } from './mail-call.ts';
import {
  answerSet,
  badProperties,
  type SetChange,
  SetFault,
  type SetResults,
  setArguments,
  setErrorOf,
} from './set-call.ts';
import { type SubmissionCall, type SubmissionMethodParts, submissionMethod } from './submission-call.ts';

export function identityMethods(parts: SubmissionMethodParts): readonly Method[] {
  return [
    submissionMethod(parts, { name: 'Identity/get', takes: ['ids', 'properties'], needs: 'read' }, getIdentities),
    submissionMethod(
      parts,
      { name: 'Identity/changes', takes: ['sinceState', 'maxChanges'], needs: 'read' },
      async (call) => (await answerChanges(call, parts.mail.identities.changes)).answer,
    ),
    submissionMethod(parts, { name: 'Identity/set', takes: setArguments, needs: 'send' }, setIdentities),
  ];
}

const known = ['id', 'name', 'email', 'replyTo', 'bcc', 'textSignature', 'htmlSignature', 'mayDelete'];

/** Who may only read an account writes as nobody there. */
async function getIdentities(call: SubmissionCall): Promise<JsonObject> {
  const { parts, args, account } = call;
  const properties = askedProperties(args, 'properties', (property) => known.includes(property), known);
  const asked = askedIds(args);
  const state = await stateOf(call);
  const held = canDo(account.rights, 'send') ? await parts.mail.identities.list(parts.db, account) : [];
  const found = held.filter(({ id }) => asked === undefined || asked.includes(id));
  if (found.length > jmapLimits.objectsInGet) throw new MethodError('requestTooLarge');
  const there = new Set<string>(found.map(({ id }) => id));
  return {
    state,
    list: found.map((identity) => pick(showIdentity(identity), ['id', ...properties])),
    notFound: (asked ?? []).filter((id) => !there.has(id)),
  };
}

function showIdentity({ id, address, mayDelete, ...content }: Identity): JsonObject {
  return { id, email: address, mayDelete, ...content, replyTo: show(content.replyTo), bcc: show(content.bcc) };
}

function show(list: readonly NamedAddress[] | null): Json {
  return list?.map(({ name, address }) => ({ name, email: address })) ?? null;
}

function setIdentities(call: SubmissionCall): Promise<JsonObject> {
  const { parts, account } = call;
  return answerSet(call, {
    create: (properties) => createIdentity(call, properties),
    update: (changes) =>
      eachAlone(changes, async ({ id, patch }: SetChange) => {
        if (!isUuid(id)) throw new SetFault('notFound');
        const edit = readContent(patch);
        await changeFor(call, (act) => parts.mail.identities.change(act, account, id, edit));
      }),
    destroy: (ids) =>
      eachAlone(
        ids.map((id) => ({ id })),
        async ({ id }) => {
          if (!isUuid(id)) throw new SetFault('notFound');
          await changeFor(call, (act) => parts.mail.identities.destroy(act, account, id));
        },
      ),
  });
}

async function eachAlone<Item extends { readonly id: string }>(
  items: readonly Item[],
  deed: (item: Item) => Promise<void>,
): Promise<SetResults> {
  const results = new Map<string, null | SetFault>();
  for (const item of items) {
    try {
      await deed(item);
      results.set(item.id, null);
    } catch (fault) {
      const { type, ...told } = setErrorOf(fault);
      results.set(item.id, new SetFault(String(type), told));
    }
  }
  return results;
}

async function createIdentity(
  call: SubmissionCall,
  properties: JsonObject,
): Promise<JsonObject & { readonly id: string }> {
  const { parts, account } = call;
  const { email, ...content } = properties;
  if (typeof email !== 'string') throw badProperties('email');
  const address = parseAddress(email);
  // RFC 8621 §6.3
  if (address === undefined) throw new SetFault('forbiddenFrom');
  const wanted = { ...readContent(content), address };
  const identity = await changeFor(call, (act) => parts.mail.identities.create(act, account, wanted));
  const told = Object.entries(showIdentity(identity)).filter(([name, value]) => properties[name] !== value);
  return { ...Object.fromEntries(told), id: identity.id };
}

/** What may be set: `email`, `id` and `mayDelete` may not. */
function readContent(properties: JsonObject): Partial<IdentityContent> {
  const content: { -readonly [Name in keyof IdentityContent]?: IdentityContent[Name] } = {};
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'name' || name === 'textSignature' || name === 'htmlSignature') {
      // RFC 8620 §5.3: null asks for what it is by default.
      if (typeof value !== 'string' && value !== null) throw badProperties(name);
      content[name] = value ?? '';
    } else if (name === 'replyTo' || name === 'bcc') {
      content[name] = readList(value, name);
    } else throw badProperties(name);
  }
  return content;
}

function readList(value: Json, property: 'replyTo' | 'bcc'): readonly NamedAddress[] | null {
  if (value === null) return null;
  if (!Array.isArray(value)) throw badProperties(property);
  return value.map((each: Json) => {
    const { name = null, email, ...more } = isJsonObject(each) ? each : {};
    const address = typeof email === 'string' ? parseAddress(email) : undefined;
    const isFit = (name === null || typeof name === 'string') && Object.keys(more).length === 0;
    if (address === undefined || !isFit) throw badProperties(property);
    return { name, address };
  });
}
