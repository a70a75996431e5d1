/**
 * `PushSubscription/get` and `PushSubscription/set` (RFC 8620 §7.2): a person's own, of no account and without states. Another
 * person's do not exist.
 */
import { jmapLimits } from '../../../../base/end-limits.ts';
import { asId, isUuid, type Uuid } from '../../../../base/ids.ts';
import type { Access, PushChange, PushSubscription } from '../../../../domain/access/access.ts';
import type { Act, Audit } from '../../../../domain/audit/audit.ts';
import { arePushKeys } from '../../../../platform/web-push/web-push.ts';
import type { PushSender } from '../../../product-push.ts';
import type { AccountsParts } from '../accounts.ts';
import { Arguments, invalid } from '../arguments.ts';
import { type CallContext, type Json, type JsonObject, type Method, MethodError } from '../method.ts';
import { readableStates } from '../push-states.ts';
import { isId, isJsonObject } from '../request.ts';
import { coreCapability } from '../session.ts';
import { jmapPushTexts as texts } from '../texts.ts';
import { readInstant } from './email-query.ts';
import { actorOf, askedIds, askedProperties, pick } from './mail-call.ts';
import { badProperties, resolveId, SetFault, setErrorOf } from './set-call.ts';

export interface PushMethodParts extends Omit<AccountsParts, 'access'> {
  readonly access: Pick<Access, 'accountsOf' | 'push'>;
  readonly audit: Audit;
  readonly push: PushSender | undefined;
}

interface PushCall {
  readonly parts: PushMethodParts;
  readonly context: CallContext;
  readonly args: Arguments;
}

const shown = ['id', 'deviceClientId', 'verificationCode', 'expires', 'types'];
const hidden = ['url', 'keys'];

export function pushMethods(parts: PushMethodParts): readonly Method[] {
  const method = (name: string, takes: readonly string[], run: (call: PushCall) => Promise<JsonObject>): Method => ({
    name,
    capability: coreCapability,
    run: async (raw, context) => ({
      kind: 'one',
      args: await run({ parts, context, args: new Arguments(raw, takes) }),
    }),
  });
  return [
    method('PushSubscription/get', ['ids', 'properties'], get),
    method('PushSubscription/set', ['create', 'update', 'destroy'], set),
  ];
}

function dateText(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function show({ id, deviceClientId, verificationCode, expiresAt, types }: PushSubscription): JsonObject {
  return { id, deviceClientId, verificationCode, expires: dateText(expiresAt), types };
}

async function get({ parts, context, args }: PushCall): Promise<JsonObject> {
  const { access, clock, db } = parts;
  const ids = askedIds(args);
  const known = (name: string): boolean => shown.includes(name) || hidden.includes(name);
  const asked = askedProperties(args, 'properties', known, shown);
  // RFC 8620 §7.2.1: they are given to nobody.
  if (asked.some((name) => hidden.includes(name))) throw new MethodError('forbidden');
  const list = await access.push.list(db, context.person, clock.now());
  const found = list.filter(({ id }) => ids === undefined || ids.includes(id));
  const there = new Set<string>(found.map(({ id }) => id));
  return {
    list: found.map((each) => pick(show(each), ['id', ...asked])),
    notFound: (ids ?? []).filter((id) => !there.has(id)),
  };
}

/** What was done, and why the rest was not, by id. */
class Results {
  readonly #done = new Map<string, Json>();
  readonly #not = new Map<string, Json>();

  async add(id: string, deed: () => Promise<Json>): Promise<void> {
    try {
      this.#done.set(id, await deed());
    } catch (fault) {
      this.#not.set(id, setErrorOf(fault));
    }
  }

  get done(): JsonObject | null {
    return this.#done.size === 0 ? null : Object.fromEntries(this.#done);
  }

  get not(): JsonObject | null {
    return this.#not.size === 0 ? null : Object.fromEntries(this.#not);
  }
}

/** RFC 8620 §7.2.2 */
async function set(call: PushCall): Promise<JsonObject> {
  const { args, context } = call;
  const create = Object.entries(args.optionalObject('create') ?? {});
  const update = Object.entries(args.optionalObject('update') ?? {});
  const destroy = args.optionalStrings('destroy') ?? [];
  if (create.length + update.length + destroy.length > jmapLimits.objectsInSet) {
    throw new MethodError('requestTooLarge');
  }
  if (![...create, ...update].every(([, value]) => isJsonObject(value))) throw invalid(['create', 'update']);
  const [created, updated, destroyed] = [new Results(), new Results(), new Results()];
  for (const [creationId, properties] of create) {
    await created.add(creationId, async () => {
      if (!isId(creationId) || !isJsonObject(properties)) throw badProperties('id');
      return createOne(call, creationId, properties);
    });
  }
  for (const [given, patch] of update) {
    await updated.add(given, async () => {
      if (!isJsonObject(patch)) throw badProperties();
      return updateOne(call, idOf(context, given), patch);
    });
  }
  for (const given of new Set(destroy)) await destroyed.add(given, () => destroyOne(call, idOf(context, given)));
  const gone = destroyed.done;
  return {
    created: created.done,
    updated: updated.done,
    destroyed: gone === null ? null : Object.values(gone),
    notCreated: created.not,
    notUpdated: updated.not,
    notDestroyed: destroyed.not,
  };
}

function actFor<T>({ parts, context }: PushCall, body: (act: Act) => Promise<T>): Promise<T> {
  return parts.audit.act({ actor: actorOf(context), reason: 'jmap', silent: 'when-nothing-changed' }, body);
}

function idOf(context: CallContext, given: string): Uuid {
  const id = resolveId(context, given);
  if (id === undefined || !isUuid(id)) throw new SetFault('notFound');
  return asId<Uuid>(id);
}

async function createOne(call: PushCall, creationId: string, properties: JsonObject): Promise<JsonObject> {
  const { parts, context } = call;
  const { push } = parts;
  if (push === undefined) throw new SetFault('forbidden', { description: texts.off });
  const { url, keys, ...wanted } = readNew(properties, parts.clock.now());
  if (!push.webPush.mayCall(url)) throw new SetFault('forbidden', { description: texts.hostNotAllowed });
  const { subscriptionId, expiresAt } = await actFor(call, async (act) => {
    const made = await parts.access.push.create(act, { person: context.person, url, keys, ...wanted });
    await push.askVerification(act.tx, made);
    return made;
  });
  context.createdIds.set(creationId, subscriptionId);
  // RFC 8620 §7.2.2: neither its address nor its keys
  return { id: subscriptionId, expires: dateText(expiresAt) };
}

function readNew(properties: JsonObject, now: Date) {
  const { deviceClientId, url, keys, types } = properties;
  const isKey = (name: string): boolean =>
    ['deviceClientId', 'url', 'keys', 'expires', 'types', 'verificationCode'].includes(name);
  const bad = Object.keys(properties).filter((name) => !isKey(name));
  const isDevice = isShort(deviceClientId, jmapLimits.deviceClientIdCharacters);
  if (!isDevice) bad.push('deviceClientId');
  const isUrl = isShort(url, jmapLimits.pushUrlCharacters) && URL.canParse(url) && /^https?:/.test(url);
  if (!isUrl) bad.push('url');
  const endpointKeys = readKeys(keys);
  if (endpointKeys === undefined) bad.push('keys');
  if ((properties['verificationCode'] ?? null) !== null) bad.push('verificationCode');
  const rest = readCommon(properties, now, bad);
  if (!isDevice || !isUrl || endpointKeys === undefined || bad.length > 0) throw badProperties(...bad);
  return {
    deviceClientId,
    url,
    keys: endpointKeys,
    expiresAt: rest.expiresAt ?? undefined,
    types: readTypes(types) ?? null,
  };
}

/** What is null as when nothing is said; adds what is malformed to `bad`. */
function readCommon(properties: JsonObject, now: Date, bad: string[]): Pick<PushChange, 'expiresAt' | 'types'> {
  const { expires, types } = properties;
  const expiresAt = expires === undefined || expires === null ? expires : readInstant(expires);
  // RFC 8620 §7.2: an expiry is in the future.
  if (expires !== undefined && expires !== null && (expiresAt ?? now).getTime() <= now.getTime()) bad.push('expires');
  const read = readTypes(types);
  if (types !== undefined && read === undefined) bad.push('types');
  return { ...(expiresAt !== undefined && { expiresAt }), ...(read !== undefined && { types: read }) };
}

function readTypes(types: Json | undefined): readonly string[] | null | undefined {
  if (types === null) return null;
  if (!Array.isArray(types) || types.length > jmapLimits.pushTypes) return undefined;
  const texts = types.filter((type): type is string => isShort(type, jmapLimits.pushTypeCharacters));
  return texts.length === types.length ? [...new Set(texts)] : undefined;
}

function readKeys(keys: Json | undefined): { readonly p256dh: string; readonly auth: string } | undefined {
  if (keys === undefined || !isJsonObject(keys)) return undefined;
  const { p256dh, auth } = keys;
  if (typeof p256dh !== 'string' || typeof auth !== 'string' || !arePushKeys({ p256dh, auth })) return undefined;
  return { p256dh, auth };
}

function isShort(value: Json | undefined, characters: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= characters;
}

async function updateOne(call: PushCall, subscriptionId: Uuid, patch: JsonObject): Promise<Json> {
  const { parts, context } = call;
  const { access, clock, db } = parts;
  const { person } = context;
  const now = clock.now();
  // The rest never changes: another subscription takes its place (RFC 8620 §7.2.2).
  const bad = Object.keys(patch).filter((name) => !['expires', 'types', 'verificationCode'].includes(name));
  const { verificationCode } = patch;
  if (verificationCode !== undefined && typeof verificationCode !== 'string') bad.push('verificationCode');
  const common = readCommon(patch, now, bad);
  if (bad.length > 0) throw badProperties(...bad);
  // Read before it is verified: what changes from here on is told.
  const verification =
    typeof verificationCode === 'string'
      ? { verificationCode, told: await readableStates({ access, db }, person, now) }
      : {};
  const change: PushChange = { ...common, ...verification };
  const outcome = await actFor(call, (act) => access.push.change(act, { person, subscriptionId, change }));
  if (outcome === 'unknown') throw new SetFault('notFound');
  if (outcome === 'bad-code') {
    throw new SetFault('invalidProperties', { properties: ['verificationCode'], description: texts.wrongCode });
  }
  // RFC 8620 §7.2.2: what the server made of it.
  return change.expiresAt === undefined ? null : { expires: dateText(outcome) };
}

async function destroyOne(call: PushCall, subscriptionId: Uuid): Promise<Json> {
  const { person } = call.context;
  const isGone = await actFor(call, (act) => call.parts.access.push.destroy(act, { person, subscriptionId }));
  if (!isGone) throw new SetFault('notFound');
  return subscriptionId;
}
