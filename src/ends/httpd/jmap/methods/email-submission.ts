/** `EmailSubmission/get`, `changes`, `query`, `queryChanges` (RFC 8621 §7.1 to §7.4). */
import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { asId, type EmailId, isUuid, type ThreadId, type Uuid } from '../../../../base/ids.ts';
import type {
  SendingFilter,
  SendingProgress,
  SendingQuery,
  SendingSort,
} from '../../../../domain/transfer/transfer.ts';
import { type Arguments, invalid } from '../arguments.ts';
import { type Json, type JsonObject, type Method, MethodError } from '../method.ts';
import { readInstant } from './email-query.ts';
import { showEnvelope } from './email-submission-envelope.ts';
import { actorOf, askedIds, askedProperties, checkAll, maxChanges, pick, sinceState, stateOf } from './mail-call.ts';
import { readFilter, readSort, readWindow, type SortKey, windowArguments } from './query-window.ts';
import { type SubmissionCall, type SubmissionMethodParts, submissionMethod } from './submission-call.ts';

export function submissionReading(parts: SubmissionMethodParts): readonly Method[] {
  const query = ['filter', 'sort'];
  const changesTakes = [...query, 'sinceQueryState', 'maxChanges', 'upToId', 'calculateTotal'];
  const read = (name: string, takes: readonly string[], run: (call: SubmissionCall) => Promise<JsonObject>): Method =>
    submissionMethod(parts, { name: `EmailSubmission/${name}`, takes, needs: 'read' }, run);
  return [
    read('get', ['ids', 'properties'], getSubmissions),
    read('changes', ['sinceState', 'maxChanges'], submissionChanges),
    read('query', [...query, ...windowArguments], querySubmissions),
    read('queryChanges', changesTakes, queryChanges),
  ];
}

const known = [
  ...['id', 'identityId', 'emailId', 'threadId', 'envelope', 'sendAt', 'undoStatus', 'deliveryStatus'],
  ...['dsnBlobIds', 'mdnBlobIds'],
];

async function getSubmissions(call: SubmissionCall): Promise<JsonObject> {
  const { args, account, transfer, context } = call;
  const properties = askedProperties(args, 'properties', (property) => known.includes(property), known);
  const asked = askedIds(args);
  const state = await stateOf(call);
  const ids = asked?.filter(isUuid).map((id) => asId<Uuid>(id));
  const limit = ids?.length ?? jmapLimits.objectsInGet + 1;
  const which = ids === undefined ? { limit } : { ids, limit };
  const found = checkAll(await transfer.listSendings(actorOf(context), account, which));
  const there = new Set<string>(found.map(({ id }) => id));
  return {
    state,
    list: found.map((sending) => pick(showSubmission(sending), ['id', ...properties])),
    notFound: (asked ?? []).filter((id) => !there.has(id)),
  };
}

export function showSubmission(sending: SendingProgress): JsonObject {
  const { id, identityId, emailId, threadId, envelope, sendAt, undoStatus, statuses } = sending;
  return {
    ...{ id, identityId, emailId, threadId, undoStatus },
    envelope: showEnvelope(envelope),
    sendAt: utcDate(sendAt),
    deliveryStatus: statuses === null ? null : showStatuses(statuses),
    dsnBlobIds: [],
    mdnBlobIds: [],
  };
}

/** RFC 8620 §1.4: no fraction when it is zero. */
function utcDate(at: Date): string {
  return at.toISOString().replace('.000Z', 'Z');
}

function showStatuses(statuses: NonNullable<SendingProgress['statuses']>): JsonObject {
  return Object.fromEntries(
    statuses.map(({ address, reply, delivered, isDisplayed }) => [
      address,
      { smtpReply: reply, delivered, displayed: isDisplayed ? 'yes' : 'unknown' },
    ]),
  );
}

async function submissionChanges({ args, account, transfer, context }: SubmissionCall): Promise<JsonObject> {
  const asked = { since: sinceState(args, 'sinceState'), limit: maxChanges(args) };
  const changes = await transfer.sendingChanges(actorOf(context), account, asked);
  if (changes === 'too-old') throw new MethodError('cannotCalculateChanges');
  const { oldChange, newChange, hasMore, created, updated, destroyed } = changes;
  const states = { oldState: String(oldChange), newState: String(newChange), hasMoreChanges: hasMore };
  return { ...states, created, updated, destroyed };
}

async function querySubmissions({ args, account, transfer, context }: SubmissionCall): Promise<JsonObject> {
  const query = readQuery(args);
  const { from: asked, limit, told, countAll } = readWindow(args);
  if ('anchor' in asked && !isUuid(asked.anchor)) throw new MethodError('anchorNotFound');
  const from = 'anchor' in asked ? { anchor: asId<Uuid>(asked.anchor), offset: asked.offset } : asked;
  const page = await transfer.querySendings(actorOf(context), account, { query, window: { from, limit } });
  if (page === 'anchor-not-found') throw new MethodError('anchorNotFound');
  return {
    queryState: String(page.change),
    canCalculateChanges: true,
    position: page.position,
    ids: page.ids,
    ...(countAll ? { total: page.total } : {}),
    ...told,
  };
}

async function queryChanges({ args, account, transfer, context }: SubmissionCall): Promise<JsonObject> {
  const query = readQuery(args);
  args.optionalId('upToId');
  const since = sinceState(args, 'sinceQueryState');
  const asked = { query, since, limit: maxChanges(args) };
  const changes = await transfer.sendingQueryChanges(actorOf(context), account, asked);
  if (changes === 'too-old') throw new MethodError('cannotCalculateChanges');
  if (changes === 'too-many') throw new MethodError('tooManyChanges');
  return {
    oldQueryState: String(since),
    newQueryState: String(changes.change),
    ...(args.flag('calculateTotal', false) ? { total: changes.total } : {}),
    removed: changes.removed,
    added: changes.added.map(({ id, position }) => ({ id, index: position })),
  };
}

function readQuery(args: Arguments): SendingQuery {
  const filter = readFilter<Exclude<SendingFilter, { filters: unknown }>>(args, readCondition);
  return { ...(filter === undefined ? {} : { filter }), sort: readSort(args).map(readSortKey) };
}

type Condition = Exclude<SendingFilter, { filters: unknown }>;
type ReadCondition = (value: Json) => Condition | undefined;

const conditions: Readonly<Record<string, ReadCondition>> = {
  identityIds: ids((found) => ({ kind: 'identity', ids: found.map((id) => asId<Uuid>(id)) })),
  emailIds: ids((found) => ({ kind: 'email', ids: found.map((id) => asId<EmailId>(id)) })),
  threadIds: ids((found) => ({ kind: 'thread', ids: found.map((id) => asId<ThreadId>(id)) })),
  undoStatus: (value) =>
    value === 'pending' || value === 'final' || value === 'canceled' ? { kind: 'status', status: value } : undefined,
  before: instant('before'),
  after: instant('from'),
};

function ids(of: (found: readonly Uuid[]) => Condition): ReadCondition {
  return (value) => {
    if (!Array.isArray(value) || value.length > mailLimits.page) return undefined;
    const texts = value.filter((each: Json) => typeof each === 'string');
    return texts.length === value.length ? of(texts.filter(isUuid)) : undefined;
  };
}

function instant(kind: 'before' | 'from'): ReadCondition {
  return (value) => {
    const at = readInstant(value);
    return at === undefined ? undefined : { kind, at };
  };
}

/** RFC 8621 §7.3: all that one condition says. */
function readCondition(condition: JsonObject): SendingFilter & { readonly kind: 'and' } {
  const filters = Object.entries(condition)
    .filter(([, value]) => value !== null)
    .map(([name, value]): Condition => {
      const read = Object.hasOwn(conditions, name) ? conditions[name] : undefined;
      if (read === undefined) throw new MethodError('unsupportedFilter');
      const filter = read(value);
      if (filter === undefined) throw invalid(['filter']);
      return filter;
    });
  return { kind: 'and', filters };
}

function readSortKey({ property, ascending, keyword }: SortKey): SendingSort {
  if (keyword !== undefined) throw invalid(['sort']);
  switch (property) {
    case 'emailId':
      return { by: 'email', ascending };
    case 'threadId':
      return { by: 'thread', ascending };
    case 'sentAt':
      return { by: 'send-at', ascending };
    default:
      throw new MethodError('unsupportedSort');
  }
}
