/** Mailboxes as JMAP shows them (RFC 8621 §2): `get`, `changes`, `query`, `queryChanges`. */
import { mailLimits } from '../../../../base/domain-limits.ts';
import type { Mailbox, ThreadCounts } from '../../../../domain/mail/mail.ts';
import type { HeldAccount } from '../accounts.ts';
import { type Arguments, invalid } from '../arguments.ts';
import { type JsonObject, type Method, MethodError } from '../method.ts';
import { isId } from '../request.ts';
import {
  answerChanges,
  askedIds,
  askedProperties,
  checkAll,
  type MailCall,
  type MailMethodParts,
  mailMethod,
  maxChanges,
  pick,
  sinceState,
  stateOf,
} from './mail-call.ts';
import {
  cutWindow,
  type FilterTree,
  readFilter,
  readSort,
  readWindow,
  type SortKey,
  windowArguments,
} from './query-window.ts';

const counts = ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'] as const;
export const mailboxProperties = [
  ...['id', 'name', 'parentId', 'role', 'sortOrder'],
  ...counts,
  ...['myRights', 'isSubscribed'],
] as const;

export function mailboxMethods(parts: MailMethodParts): readonly Method[] {
  const queryTakes = ['filter', 'sort', 'sortAsTree', 'filterAsTree'];
  return [
    mailMethod(parts, { name: 'Mailbox/get', takes: ['ids', 'properties'], needs: 'read' }, getMailboxes),
    mailMethod(parts, { name: 'Mailbox/changes', takes: ['sinceState', 'maxChanges'], needs: 'read' }, async (call) => {
      const { answer, changes } = await answerChanges(call, parts.mail.mailboxChanges);
      return { ...answer, updatedProperties: changes.hasOnlyCounts === true ? counts : null };
    }),
    mailMethod(
      parts,
      { name: 'Mailbox/query', takes: [...queryTakes, ...windowArguments], needs: 'read' },
      queryMailboxes,
    ),
    mailMethod(
      parts,
      {
        name: 'Mailbox/queryChanges',
        takes: [...queryTakes, 'sinceQueryState', 'maxChanges', 'upToId', 'calculateTotal'],
        needs: 'read',
      },
      mailboxQueryChanges,
    ),
  ];
}

/** Every property of the mailbox for someone with these rights. */
export function showMailbox(mailbox: Mailbox, threads: ThreadCounts | undefined, account: HeldAccount): JsonObject {
  const has = (right: 'write' | 'send'): boolean => account.rights.has('own') || account.rights.has(right);
  const writes = has('write');
  return {
    id: mailbox.id,
    name: mailbox.name,
    parentId: mailbox.parentId,
    role: mailbox.role,
    sortOrder: mailbox.sortOrder,
    totalEmails: mailbox.totalEmails,
    unreadEmails: mailbox.unreadEmails,
    totalThreads: threads?.totalThreads ?? 0,
    unreadThreads: threads?.unreadThreads ?? 0,
    myRights: {
      mayReadItems: true,
      mayAddItems: writes,
      mayRemoveItems: writes,
      maySetSeen: writes,
      maySetKeywords: writes,
      mayCreateChild: writes,
      mayRename: writes,
      mayDelete: writes && mailbox.role === null,
      maySubmit: has('send'),
    },
    isSubscribed: mailbox.isSubscribed,
  };
}

async function getMailboxes(call: MailCall): Promise<JsonObject> {
  const { parts, args, account } = call;
  const isKnown = (property: string): boolean => mailboxProperties.some((known) => known === property);
  const properties = askedProperties(args, 'properties', isKnown, mailboxProperties);
  const ids = askedIds(args);
  const state = await stateOf(call);
  const all = await parts.mail.listMailboxes(parts.db, account);
  const countsThreads = properties.includes('totalThreads') || properties.includes('unreadThreads');
  const threads = countsThreads ? await parts.mail.countThreads(parts.db, account) : new Map<string, ThreadCounts>();
  const found = ids === undefined ? checkAll(all) : ids.flatMap((id) => all.find((mailbox) => mailbox.id === id) ?? []);
  const list = found.map((mailbox) =>
    pick(showMailbox(mailbox, threads.get(mailbox.id), account), ['id', ...properties]),
  );
  const known = new Set<string>(found.map((mailbox) => mailbox.id));
  return { state, list, notFound: (ids ?? []).filter((id) => !known.has(id)) };
}

type Matches = (mailbox: Mailbox) => boolean;

function readCondition(condition: JsonObject): FilterTree<Matches> {
  const tests = Object.entries(condition).map(([name, value]): Matches => {
    if (name === 'parentId' && (value === null || isId(value))) return (mailbox) => mailbox.parentId === value;
    if (name === 'name' && typeof value === 'string') {
      const part = foldName(value);
      return (mailbox) => foldName(mailbox.name).includes(part);
    }
    if (name === 'role' && (value === null || typeof value === 'string')) return (mailbox) => mailbox.role === value;
    if (name === 'hasAnyRole' && typeof value === 'boolean') return (mailbox) => (mailbox.role !== null) === value;
    if (name === 'isSubscribed' && typeof value === 'boolean') return (mailbox) => mailbox.isSubscribed === value;
    if (['parentId', 'name', 'role', 'hasAnyRole', 'isSubscribed'].includes(name)) throw invalid(['filter']);
    throw new MethodError('unsupportedFilter');
  });
  return (mailbox) => tests.every((matches) => matches(mailbox));
}

function foldName(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function matchesOf(filter: FilterTree<Matches> | undefined): Matches {
  if (filter === undefined) return () => true;
  if (typeof filter === 'function') return filter;
  const inside = filter.filters.map(matchesOf);
  if (filter.kind === 'and') return (mailbox) => inside.every((matches) => matches(mailbox));
  const isAny = filter.kind === 'or';
  return (mailbox) => inside.some((matches) => matches(mailbox)) === isAny;
}

type Order = (one: Mailbox, other: Mailbox) => number;

function orderOf(keys: readonly SortKey[]): Order {
  const byName = new Intl.Collator('fr', { numeric: true });
  const orders = keys.map(({ property, ascending }): Order => {
    const sign = ascending ? 1 : -1;
    if (property === 'sortOrder') return (one, other) => sign * (one.sortOrder - other.sortOrder);
    if (property === 'name') return (one, other) => sign * byName.compare(one.name, other.name);
    if (property === 'parentId') return (one, other) => sign * compare(one.parentId ?? '', other.parentId ?? '');
    throw new MethodError('unsupportedSort');
  });
  orders.push((one, other) => compare(one.id, other.id));
  return (one, other) => orders.map((order) => order(one, other)).find((result) => result !== 0) ?? 0;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** The ids that a query finds, in order (RFC 8621 §2.3). */
function findMailboxes(args: Arguments, all: readonly Mailbox[]): readonly string[] {
  const matches = matchesOf(readFilter(args, readCondition));
  const order = orderOf(readSort(args));
  const sortAsTree = args.flag('sortAsTree', false);
  const filterAsTree = args.flag('filterAsTree', false);
  const byId = new Map(all.map((mailbox) => [mailbox.id, mailbox]));
  const isShown = (mailbox: Mailbox): boolean => {
    if (!matches(mailbox)) return false;
    const parent = mailbox.parentId === null ? undefined : byId.get(mailbox.parentId);
    return !filterAsTree || parent === undefined || isShown(parent);
  };
  const sorted = [...all].sort(order);
  const inTree = (parentId: string | null): readonly Mailbox[] =>
    sorted.filter((mailbox) => mailbox.parentId === parentId).flatMap((mailbox) => [mailbox, ...inTree(mailbox.id)]);
  return (sortAsTree ? inTree(null) : sorted).filter(isShown).map((mailbox) => mailbox.id);
}

/** In a tree, a mailbox moves with those above it: what moved cannot be told from what changed. */
function canFollow(args: Arguments): boolean {
  return !args.flag('sortAsTree', false) && !args.flag('filterAsTree', false);
}

async function queryMailboxes(call: MailCall): Promise<JsonObject> {
  const { parts, args, account } = call;
  const window = readWindow(args);
  const queryState = await stateOf(call);
  const found = findMailboxes(args, await parts.mail.listMailboxes(parts.db, account));
  const { position, ids } = cutWindow(found, window);
  return {
    queryState,
    canCalculateChanges: canFollow(args),
    position,
    ids,
    ...(window.countAll ? { total: found.length } : {}),
    ...window.told,
  };
}

async function mailboxQueryChanges(call: MailCall): Promise<JsonObject> {
  const { parts, args, account } = call;
  const limit = maxChanges(args);
  const since = sinceState(args, 'sinceQueryState');
  args.optionalId('upToId');
  if (!canFollow(args)) throw new MethodError('cannotCalculateChanges');
  // A page holds more mailboxes than an account may have had; what is beyond cannot be told exactly.
  const changes = await parts.mail.mailboxChanges(parts.db, account, since, mailLimits.page);
  if (changes === 'too-old' || changes.hasMore) throw new MethodError('cannotCalculateChanges');
  const found = findMailboxes(args, await parts.mail.listMailboxes(parts.db, account));
  const moved = new Set([...changes.created, ...changes.updated]);
  const removed = [...changes.updated, ...changes.destroyed];
  const added = found.flatMap((id, index) => (moved.has(id) ? [{ id, index }] : []));
  if (removed.length + added.length > limit) throw new MethodError('tooManyChanges');
  return {
    oldQueryState: String(since),
    newQueryState: String(changes.newChange),
    ...(args.flag('calculateTotal', false) ? { total: found.length } : {}),
    removed,
    added,
  };
}
