/** `Foo/set` (RFC 8620 §5.3): what is created, updated and destroyed, each for itself. */

import { jmapLimits } from '../../../../base/end-limits.ts';
import { Refusal } from '../../../../base/errors.ts';
import { invalid } from '../arguments.ts';
import { type CallContext, type Json, type JsonObject, MethodError } from '../method.ts';
import { isId, isJsonObject } from '../request.ts';
import { expectState, holdState, type MailCall, stateOf } from './mail-call.ts';

export const setArguments = ['ifInState', 'create', 'update', 'destroy'] as const;

/** Why one object was not created, updated or destroyed: thrown for it, told as its SetError. */
export class SetFault extends Error {
  override readonly name = 'SetFault';
  readonly told: JsonObject;

  constructor(type: string, told: JsonObject = {}) {
    super(type);
    this.told = { type, ...told };
  }
}

export function badProperties(...properties: readonly string[]): SetFault {
  return new SetFault('invalidProperties', { properties });
}

/** What the domain refuses, in the words of RFC 8620 §5.3 and RFC 8621 §2.5, §4.6, §6.3. */
const refusalErrors: Readonly<Record<string, JsonObject>> = {
  'not-permitted': { type: 'forbidden' },
  'account-closed': { type: 'forbidden' },
  'over-quota': { type: 'overQuota' },
  'message-too-large': { type: 'tooLarge' },
  'mailbox-exists': { type: 'alreadyExists', properties: ['name'] },
  'mailbox-has-child': { type: 'mailboxHasChild' },
  'mailbox-has-email': { type: 'mailboxHasEmail' },
  'mailbox-has-role': { type: 'forbidden' },
  'mailbox-limit': { type: 'overQuota' },
  'mailbox-depth': { type: 'invalidProperties', properties: ['parentId'] },
  'mailbox-cycle': { type: 'invalidProperties', properties: ['parentId'] },
  'bad-mailbox-name': { type: 'invalidProperties', properties: ['name'] },
  'bad-keyword': { type: 'invalidProperties', properties: ['keywords'] },
  'too-many-keywords': { type: 'tooManyKeywords' },
  'email-unknown': { type: 'notFound' },
  'identity-unknown': { type: 'notFound' },
  'identity-stays': { type: 'forbidden' },
  'identity-limit': { type: 'overQuota' },
  'foreign-identity': { type: 'forbiddenFrom' },
  'too-many-push': { type: 'overQuota' },
};

/** The SetError of a fault; what is neither the caller's nor an expected answer goes on. */
export function setErrorOf(fault: unknown): JsonObject {
  if (fault instanceof SetFault) return fault.told;
  if (!(fault instanceof Refusal)) throw fault;
  return { ...(refusalErrors[fault.code] ?? { type: 'invalidProperties' }), description: fault.publicText };
}

export interface SetChange {
  readonly id: string;
  readonly patch: JsonObject;
}

export type SetResults = ReadonlyMap<string, JsonObject | null | SetFault>;

export interface SetDeeds {
  /** All deeds of a call with `ifInState` are one act: each changes the account by {@link changeFor}, and reads by `dbOf`. */
  readonly holdsState?: true;
  /** The creation id of the same call that must come first, if any. */
  dependsOn?(properties: JsonObject): string | undefined;
  /** What is told of the new object, its `id` among it. */
  create(properties: JsonObject): Promise<JsonObject & { readonly id: string }>;
  update(changes: readonly SetChange[]): Promise<SetResults>;
  destroy(ids: readonly string[]): Promise<SetResults>;
}

export async function answerSet(call: MailCall, deeds: SetDeeds): Promise<JsonObject> {
  const { args, context } = call;
  const create = objects(args.optionalObject('create'), 'create');
  const update = objects(args.optionalObject('update'), 'update');
  const destroy = args.optionalStrings('destroy') ?? [];
  // RFC 8620 §5.3: more than `maxObjectsInSet` in all are too many.
  if (create.size + update.size + destroy.length > jmapLimits.objectsInSet) throw new MethodError('requestTooLarge');
  const run = async (): Promise<JsonObject> => {
    const oldState = await stateOf(call);
    expectState(call, oldState);
    const created = await createAll(context, create, deeds);
    const updated = await updateAll(context, { update, destroy }, deeds);
    const destroyed = await destroyAll(context, destroy, deeds);
    return { oldState, newState: await stateOf(call), ...created, ...updated, ...destroyed };
  };
  return deeds.holdsState === true ? holdState(call, run) : run();
}

function objects(given: JsonObject | undefined, name: string): ReadonlyMap<string, JsonObject> {
  const entries = Object.entries(given ?? {});
  return new Map(
    entries.map(([key, value]): [string, JsonObject] => {
      if (!isJsonObject(value)) throw invalid([name]);
      return [key, value];
    }),
  );
}

async function createAll(
  context: CallContext,
  wanted: ReadonlyMap<string, JsonObject>,
  deeds: SetDeeds,
): Promise<JsonObject> {
  const created = byName();
  const notCreated = byName();
  const left = new Map(wanted);
  while (left.size > 0) {
    const ready = [...left].filter(([, properties]) => {
      const first = deeds.dependsOn?.(properties);
      return first === undefined || !left.has(first);
    });
    // Those that wait for each other are tried all the same: their references lead nowhere, and that is told.
    for (const [creationId, properties] of ready.length > 0 ? ready : [...left]) {
      left.delete(creationId);
      try {
        if (!isId(creationId)) throw badProperties('id');
        const told = await deeds.create(properties);
        context.createdIds.set(creationId, told.id);
        created[creationId] = told;
      } catch (fault) {
        notCreated[creationId] = setErrorOf(fault);
      }
    }
  }
  return { created: orNull(created), notCreated: orNull(notCreated) };
}

/** The id that `id` stands for: itself, or what a creation made of it (RFC 8620 §5.3). */
export function resolveId(context: CallContext, id: string): string | undefined {
  return id.startsWith('#') ? context.createdIds.get(id.slice(1)) : id;
}

async function updateAll(
  context: CallContext,
  { update, destroy }: { readonly update: ReadonlyMap<string, JsonObject>; readonly destroy: readonly string[] },
  deeds: SetDeeds,
): Promise<JsonObject> {
  const updated = byName();
  const notUpdated = byName();
  const goes = new Set(destroy.map((id) => resolveId(context, id)));
  const changes: SetChange[] = [];
  for (const [given, patch] of update) {
    const id = resolveId(context, given);
    if (id === undefined) notUpdated[given] = { type: 'notFound' };
    else if (goes.has(id)) notUpdated[given] = { type: 'willDestroy' };
    else changes.push({ id, patch });
  }
  sort(changes.length === 0 ? new Map() : await deeds.update(changes), updated, notUpdated);
  return { updated: orNull(updated), notUpdated: orNull(notUpdated) };
}

async function destroyAll(context: CallContext, given: readonly string[], deeds: SetDeeds): Promise<JsonObject> {
  const notDestroyed = byName();
  const ids = new Set<string>();
  for (const each of given) {
    const id = resolveId(context, each);
    if (id === undefined) notDestroyed[each] = { type: 'notFound' };
    else ids.add(id);
  }
  const destroyed = byName();
  sort(ids.size === 0 ? new Map() : await deeds.destroy([...ids]), destroyed, notDestroyed);
  const gone = Object.keys(destroyed);
  return { destroyed: gone.length === 0 ? null : gone, notDestroyed: orNull(notDestroyed) };
}

function sort(results: SetResults, done: Record<string, Json>, not: Record<string, Json>): void {
  for (const [id, result] of results) {
    if (result instanceof SetFault) not[id] = result.told;
    else done[id] = result;
  }
}

/** Names are the client's: one of them may be `__proto__`. */
function byName(): Record<string, Json> {
  return Object.create(null) as Record<string, Json>; // of nothing
}

function orNull(object: Record<string, Json>): JsonObject | null {
  return Object.keys(object).length === 0 ? null : object;
}
