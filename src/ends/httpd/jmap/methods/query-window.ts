/** The part of the results that a query asks for (RFC 8620 §5.5), and filters of operators over conditions. */
import { jmapLimits } from '../../../../base/end-limits.ts';
import { type Arguments, invalid } from '../arguments.ts';
import { type Json, type JsonObject, MethodError } from '../method.ts';
import { isJsonObject } from '../request.ts';

export const windowArguments = ['position', 'anchor', 'anchorOffset', 'limit', 'calculateTotal'] as const;

export interface AskedWindow {
  readonly from: { readonly position: number } | { readonly anchor: string; readonly offset: number };
  readonly limit: number;
  /** What the answer says of the limit when the server chose it. */
  readonly told: { readonly limit?: number };
  readonly countAll: boolean;
}

export function readWindow(args: Arguments): AskedWindow {
  const position = args.optionalInteger('position') ?? 0;
  const anchor = args.optionalId('anchor');
  const offset = args.optionalInteger('anchorOffset') ?? 0;
  const wanted = args.optionalUnsigned('limit');
  const limit = Math.min(wanted ?? jmapLimits.idsInQuery, jmapLimits.idsInQuery);
  return {
    from: anchor === undefined ? { position } : { anchor, offset },
    limit,
    told: wanted === limit ? {} : { limit },
    countAll: args.flag('calculateTotal', false),
  };
}

/** The window of results that are all here. */
export function cutWindow(ids: readonly string[], { from, limit }: AskedWindow): { position: number; ids: string[] } {
  let position: number;
  if ('anchor' in from) {
    const at = ids.indexOf(from.anchor);
    if (at < 0) throw new MethodError('anchorNotFound');
    position = Math.max(0, at + from.offset);
  } else {
    position = from.position < 0 ? Math.max(0, ids.length + from.position) : from.position;
  }
  return { position, ids: ids.slice(position, position + limit) };
}

export type FilterTree<Condition> =
  | { readonly kind: 'and' | 'or' | 'not'; readonly filters: readonly FilterTree<Condition>[] }
  | Condition;

const operators = { AND: 'and', OR: 'or', NOT: 'not' } as const;

/** The filter of a query; null and absent match all. Bounded in depth and in number. */
export function readFilter<Condition>(
  args: Arguments,
  readCondition: (condition: JsonObject) => FilterTree<Condition>,
): FilterTree<Condition> | undefined {
  const raw = args.optionalObject('filter');
  let count = 0;
  const read = (value: Json, depth: number): FilterTree<Condition> => {
    count += 1;
    if (!isJsonObject(value)) throw invalid(['filter']);
    if (depth > jmapLimits.filterDepth || count > jmapLimits.filterConditions)
      throw new MethodError('unsupportedFilter');
    if (!Object.hasOwn(value, 'operator')) return readCondition(value);
    const { operator, conditions, ...more } = value;
    const kind = operator === 'AND' || operator === 'OR' || operator === 'NOT' ? operators[operator] : undefined;
    if (kind === undefined || !Array.isArray(conditions) || Object.keys(more).length > 0) throw invalid(['filter']);
    return { kind, filters: conditions.map((each) => read(each, depth + 1)) };
  };
  return raw === undefined ? undefined : read(raw, 1);
}

export interface SortKey {
  readonly property: string;
  readonly ascending: boolean;
  readonly keyword: string | undefined;
}

/** The comparators of a query (RFC 8620 §5.5); `collation` is not offered. */
export function readSort(args: Arguments): readonly SortKey[] {
  const raw = args.raw('sort');
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) throw invalid(['sort']);
  if (raw.length > jmapLimits.sortKeys) throw new MethodError('unsupportedSort');
  return raw.map((each: Json) => {
    if (!isJsonObject(each)) throw invalid(['sort']);
    const { property, isAscending = true, collation, keyword } = each;
    if (typeof property !== 'string' || typeof isAscending !== 'boolean') throw invalid(['sort']);
    if (keyword !== undefined && typeof keyword !== 'string') throw invalid(['sort']);
    if (collation !== undefined && collation !== null) throw new MethodError('unsupportedSort');
    return { property, ascending: isAscending, keyword };
  });
}
