/** Quotas (RFC 9425): one for each account, of the octets that its emails take. */
import { present } from '../../../../base/assert.ts';
import { type AccountCount, readCounts } from '../../../../domain/mail/mail.ts';
import { type AccountsParts, accountFor } from '../accounts.ts';
import { Arguments, invalid } from '../arguments.ts';
import { type Json, type JsonObject, type Method, MethodError } from '../method.ts';
import { isJsonObject } from '../request.ts';
import { quotaCapability } from '../session.ts';
import { quotaState } from '../states.ts';
import { jmapQuotaName } from '../texts.ts';
import { pick } from './mail-call.ts';

/** The one quota of an account. */
const quotaId = 'octets';

const properties = [
  ...['id', 'resourceType', 'used', 'hardLimit', 'scope', 'name', 'types', 'warnLimit', 'softLimit', 'description'],
];

interface Call {
  readonly args: Arguments;
  readonly accountId: string;
  readonly count: AccountCount;
}

function quotaMethod(
  parts: AccountsParts,
  { name, takes }: { readonly name: string; readonly takes: readonly string[] },
  run: (call: Call) => JsonObject,
): Method {
  return {
    name,
    capability: quotaCapability,
    async run(raw, context) {
      const args = new Arguments(raw, ['accountId', ...takes]);
      const account = await accountFor(parts, context.person, args.id('accountId'), 'read');
      const [count] = await readCounts(parts.db, [account]);
      const call = { args, accountId: account.accountId, count: present(count, 'an account with rights is not there') };
      return { kind: 'one', args: { accountId: account.accountId, ...run(call) } };
    },
  };
}

export function quotaMethods(parts: AccountsParts): readonly Method[] {
  const queryTakes = ['filter', 'sort', 'calculateTotal'];
  return [
    quotaMethod(parts, { name: 'Quota/get', takes: ['ids', 'properties'] }, getQuotas),
    quotaMethod(parts, { name: 'Quota/changes', takes: ['sinceState', 'maxChanges'] }, quotaChanges),
    quotaMethod(
      parts,
      { name: 'Quota/query', takes: [...queryTakes, 'position', 'anchor', 'anchorOffset', 'limit'] },
      queryQuotas,
    ),
    quotaMethod(
      parts,
      { name: 'Quota/queryChanges', takes: [...queryTakes, 'sinceQueryState', 'maxChanges', 'upToId'] },
      () => {
        throw new MethodError('cannotCalculateChanges');
      },
    ),
  ];
}

/** RFC 9425 §4.1. */
function quotaOf({ quotaBytes, usedBytes }: AccountCount): JsonObject {
  return {
    id: quotaId,
    resourceType: 'octets',
    used: usedBytes,
    hardLimit: quotaBytes,
    scope: 'account',
    name: jmapQuotaName,
    types: ['Email'],
    warnLimit: null,
    softLimit: null,
    description: null,
  };
}

function getQuotas({ args, count }: Call): JsonObject {
  const asked = args.optionalStrings('properties') ?? properties;
  if (!asked.every((property) => properties.includes(property))) throw invalid(['properties']);
  const ids = new Set(args.optionalIds('ids') ?? [quotaId]);
  const list = ids.has(quotaId) ? [pick(quotaOf(count), ['id', ...asked])] : [];
  return { state: quotaState(count), list, notFound: [...ids].filter((id) => id !== quotaId) };
}

/** RFC 9425 §4.3: who follows is told when nothing but what is used has changed. */
function quotaChanges({ args, count }: Call): JsonObject {
  const oldState = args.string('sinceState');
  if (args.optionalUnsigned('maxChanges') === 0) throw invalid(['maxChanges']);
  const [, oldLimit] = /^(\d{1,16})-\d{1,16}$/.exec(oldState) ?? [];
  if (oldLimit === undefined) throw new MethodError('cannotCalculateChanges');
  const newState = quotaState(count);
  const isChanged = oldState !== newState;
  return {
    oldState,
    newState,
    hasMoreChanges: false,
    created: [],
    updated: isChanged ? [quotaId] : [],
    destroyed: [],
    updatedProperties: isChanged && Number(oldLimit) === count.quotaBytes ? ['used'] : null,
  };
}

/** RFC 9425 §4.4: what a condition may ask, each a list of texts or one text. */
function matches(filter: JsonObject): boolean {
  const held: Readonly<Record<string, Json>> = { scope: 'account', resourceType: 'octets', type: 'Email' };
  for (const [name, value] of Object.entries(filter)) {
    if (name === 'operator' || name === 'conditions') return matchesOperator(filter);
    if (typeof value !== 'string') throw invalid(['filter']);
    if (name === 'name') {
      if (!jmapQuotaName.toLowerCase().includes(value.toLowerCase())) return false;
    } else if (!Object.hasOwn(held, name)) {
      throw new MethodError('unsupportedFilter');
    } else if (held[name] !== value) return false;
  }
  return true;
}

/** One level of operators is enough for one quota. */
function matchesOperator({ operator, conditions }: JsonObject): boolean {
  if (!Array.isArray(conditions)) throw invalid(['filter']);
  const found = conditions.map((condition: Json) => {
    if (!isJsonObject(condition)) throw invalid(['filter']);
    if (Object.hasOwn(condition, 'operator')) throw new MethodError('unsupportedFilter');
    return matches(condition);
  });
  if (operator === 'AND') return found.every(Boolean);
  if (operator === 'OR') return found.some(Boolean);
  if (operator === 'NOT') return !found.some(Boolean);
  throw invalid(['filter']);
}

function checkSort(sort: Json | undefined): void {
  if (sort === undefined || sort === null) return;
  if (!Array.isArray(sort)) throw invalid(['sort']);
  for (const comparator of sort) {
    if (!isJsonObject(comparator)) throw invalid(['sort']);
    const { property } = comparator;
    if (property !== 'name' && property !== 'used') throw new MethodError('unsupportedSort');
  }
}

/** RFC 9425 §4.4. One quota stands in one order. */
function queryQuotas({ args, count }: Call): JsonObject {
  checkSort(args.raw('sort'));
  const filter = args.optionalObject('filter');
  const found = filter === undefined || matches(filter) ? [quotaId] : [];
  const anchor = args.optionalId('anchor');
  if (anchor !== undefined && !found.includes(anchor)) throw new MethodError('anchorNotFound');
  const asked =
    anchor === undefined ? (args.optionalInteger('position') ?? 0) : (args.optionalInteger('anchorOffset') ?? 0);
  const position = Math.max(0, anchor === undefined && asked < 0 ? found.length + asked : asked);
  const limit = args.optionalUnsigned('limit') ?? found.length;
  return {
    queryState: quotaState(count),
    canCalculateChanges: false,
    position,
    ids: found.slice(position, position + limit),
    ...(args.flag('calculateTotal', false) ? { total: found.length } : {}),
  };
}
