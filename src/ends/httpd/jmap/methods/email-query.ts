/** `Email/query` and `Email/queryChanges` (RFC 8621 §4.4, §4.5). */
import { mailLimits } from '../../../../base/domain-limits.ts';
import { asId, type EmailId, isUuid, type MailboxId } from '../../../../base/ids.ts';
import type { EmailFilter, EmailQuery, SearchedField } from '../../../../domain/mail/mail.ts';
import { type Arguments, invalid, isUnsigned } from '../arguments.ts';
import { type Json, type JsonObject, type Method, MethodError } from '../method.ts';
import { isId } from '../request.ts';
import { type MailCall, type MailMethodParts, mailMethod, maxChanges, sinceState } from './mail-call.ts';
import { readFilter, readSort, readWindow, type SortKey, windowArguments } from './query-window.ts';

export function emailQueries(parts: MailMethodParts): readonly Method[] {
  const takes = ['filter', 'sort', 'collapseThreads'];
  return [
    mailMethod(parts, { name: 'Email/query', takes: [...takes, ...windowArguments], needs: 'read' }, queryEmails),
    mailMethod(
      parts,
      {
        name: 'Email/queryChanges',
        takes: [...takes, 'sinceQueryState', 'maxChanges', 'upToId', 'calculateTotal'],
        needs: 'read',
      },
      queryChanges,
    ),
  ];
}

function readQuery(args: Arguments): EmailQuery {
  const filter = readEmailFilter(args);
  return {
    ...(filter === undefined ? {} : { filter }),
    sort: readSort(args).map(readSortKey),
    collapseThreads: args.flag('collapseThreads', false),
  };
}

async function queryEmails({ parts, args, account }: MailCall): Promise<JsonObject> {
  const query = readQuery(args);
  const { from: asked, limit, told, countAll } = readWindow(args);
  if ('anchor' in asked && !isUuid(asked.anchor)) throw new MethodError('anchorNotFound');
  const from = 'anchor' in asked ? { anchor: asId<EmailId>(asked.anchor), offset: asked.offset } : asked;
  const page = await parts.mail.queryEmails(parts.db, account, query, { from, limit, countAll });
  if (page === 'anchor-not-found') throw new MethodError('anchorNotFound');
  return {
    queryState: String(page.change),
    canCalculateChanges: parts.mail.followsChanges(query),
    collapseThreads: query.collapseThreads,
    position: page.position,
    ids: page.ids,
    ...(page.total === undefined ? {} : { total: page.total }),
    ...told,
  };
}

async function queryChanges({ parts, args, account }: MailCall): Promise<JsonObject> {
  const query = readQuery(args);
  const since = sinceState(args, 'sinceQueryState');
  args.optionalId('upToId');
  const asked = { since, limit: maxChanges(args), countAll: args.flag('calculateTotal', false) };
  const changes = await parts.mail.emailQueryChanges(parts.db, account, query, asked);
  if (changes === 'too-old') throw new MethodError('cannotCalculateChanges');
  if (changes === 'too-many') throw new MethodError('tooManyChanges');
  return {
    oldQueryState: String(since),
    newQueryState: String(changes.change),
    collapseThreads: query.collapseThreads,
    ...(changes.total === undefined ? {} : { total: changes.total }),
    removed: changes.removed,
    added: changes.added.map(({ id, position }) => ({ id, index: position })),
  };
}

export function readEmailFilter(args: Arguments): EmailFilter | undefined {
  return readFilter<EmailFilter>(args, readCondition);
}

/** RFC 8621 §4.4.1: all properties of one condition must hold. */
function readCondition(condition: JsonObject): EmailFilter {
  const filters = Object.entries(condition).map(([name, value]): EmailFilter => {
    const read = conditions.get(name);
    if (read === undefined) throw new MethodError('unsupportedFilter');
    const filter = read(value);
    if (filter === undefined) throw invalid(['filter']);
    return filter;
  });
  const [only] = filters;
  return only !== undefined && filters.length === 1 ? only : { kind: 'and', filters };
}

type ReadCondition = (value: Json) => EmailFilter | undefined;

function inMailbox(value: Json): EmailFilter | undefined {
  if (!isId(value)) return undefined;
  // An id that is no mailbox's finds nothing.
  return isUuid(value) ? { kind: 'in-mailbox', id: asId<MailboxId>(value) } : { kind: 'or', filters: [] };
}

function inOtherThan(value: Json): EmailFilter | undefined {
  if (!Array.isArray(value) || !value.every(isId)) return undefined;
  if (value.length > mailLimits.mailboxes) throw new MethodError('unsupportedFilter');
  return { kind: 'in-other-than', ids: value.filter(isUuid).map((id) => asId<MailboxId>(id)) };
}

const utcDate = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** `UTCDate` (RFC 8620 §1.4). */
export function readInstant(value: Json): Date | undefined {
  if (typeof value !== 'string' || !utcDate.test(value)) return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function when(kind: 'before' | 'after'): ReadCondition {
  return (value) => {
    const at = readInstant(value);
    return at === undefined ? undefined : { kind, at };
  };
}

function size(kind: 'min-size' | 'max-size'): ReadCondition {
  return (value) => (isUnsigned(value) ? { kind, bytes: value } : undefined);
}

function keyword(of: 'email' | 'all-in-thread' | 'some-in-thread', isNot = false): ReadCondition {
  return (value) => {
    if (typeof value !== 'string') return undefined;
    const filter = { kind: 'keyword', keyword: value, of } as const;
    return isNot ? { kind: 'not', filters: [filter] } : filter;
  };
}

function words(field: SearchedField): ReadCondition {
  return (value) => (typeof value === 'string' ? { kind: 'words', field, text: value } : undefined);
}

/** `[name]` or `[name, text]`. */
function header(value: Json): EmailFilter | undefined {
  if (!Array.isArray(value) || value.length < 1 || value.length > 2) return undefined;
  const [name, text] = value;
  if (typeof name !== 'string' || !/^[\x21-\x39\x3b-\x7e]{1,100}$/.test(name)) return undefined;
  if (text !== undefined && typeof text !== 'string') return undefined;
  return { kind: 'header', name, ...(text === undefined ? {} : { text }) };
}

const conditions: ReadonlyMap<string, ReadCondition> = new Map<string, ReadCondition>([
  ['inMailbox', inMailbox],
  ['inMailboxOtherThan', inOtherThan],
  ['before', when('before')],
  ['after', when('after')],
  ['minSize', size('min-size')],
  ['maxSize', size('max-size')],
  ['allInThreadHaveKeyword', keyword('all-in-thread')],
  ['someInThreadHaveKeyword', keyword('some-in-thread')],
  ['noneInThreadHaveKeyword', keyword('some-in-thread', true)],
  ['hasKeyword', keyword('email')],
  ['notKeyword', keyword('email', true)],
  ['hasAttachment', (value) => (typeof value === 'boolean' ? { kind: 'has-attachment', is: value } : undefined)],
  ['text', words('any')],
  ['from', words('from')],
  ['to', words('to')],
  ['cc', words('cc')],
  ['bcc', words('bcc')],
  ['subject', words('subject')],
  ['body', words('body')],
  ['header', header],
]);

/** RFC 8621 §4.4.2 */
const sortsBy = new Map([
  ['receivedAt', 'received'],
  ['size', 'size'],
  ['from', 'from'],
  ['to', 'to'],
  ['subject', 'subject'],
  ['sentAt', 'sent'],
] as const);

const keywordSortsBy = new Map([
  ['hasKeyword', 'email'],
  ['allInThreadHaveKeyword', 'all-in-thread'],
  ['someInThreadHaveKeyword', 'some-in-thread'],
] as const);

/** RFC 8621 §1.3.1: what `Email/query` sorts by. */
export const emailSorts: readonly string[] = [...sortsBy.keys(), ...keywordSortsBy.keys()];

function readSortKey({ property, ascending, keyword: name }: SortKey): EmailQuery['sort'][number] {
  const by = find(sortsBy, property);
  if (by !== undefined) return { by, ascending };
  const of = find(keywordSortsBy, property);
  if (of === undefined) throw new MethodError('unsupportedSort');
  if (name === undefined) throw invalid(['sort']);
  return { by: { keyword: name, of }, ascending };
}

function find<Value>(known: ReadonlyMap<string, Value>, name: string): Value | undefined {
  return known.get(name);
}
