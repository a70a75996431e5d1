/** A list and its search, as one JMAP filter for each account (RFC 8621 §4.4.1). */
import type { JmapId, Mailbox } from '../../../contract/jmap/mail.ts';
import type { ListSearch } from '../list-search.ts';
import type { View } from '../views.ts';

/** Those conditions of RFC 8621 §4.4.1 that the lists ask for. */
export interface FilterCondition {
  readonly inMailbox?: JmapId;
  readonly inMailboxOtherThan?: readonly JmapId[];
  readonly before?: string;
  readonly after?: string;
  readonly hasAttachment?: true;
  readonly hasKeyword?: string;
  readonly notKeyword?: string;
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cc?: string;
}

export interface FilterOperator {
  readonly operator: 'AND' | 'OR' | 'NOT';
  readonly conditions: readonly Filter[];
}

export type Filter = FilterCondition | FilterOperator;

/** What of an account the filter must know. */
export interface FilteredAccount {
  readonly accountId: JmapId;
  readonly mailboxes: readonly Mailbox[];
  /** Of the session's operator: what comes from them comes from patients. */
  readonly patientDomains: readonly string[];
}

/**
 * What to ask an account for. `nothing`: it has no such mailbox, or another account alone is asked for, so there is
 * nothing to ask; `null`: everything.
 */
export function emailFilter(view: View, search: ListSearch, account: FilteredAccount): Filter | null | 'nothing' {
  if (search.compte !== undefined && search.compte !== account.accountId) return 'nothing';
  const place = placeConditions(view, account.mailboxes, account.accountId);
  if (place === undefined) return 'nothing';
  const conditions = [...place, ...searchConditions(search, account.patientDomains)];
  const [only] = conditions;
  if (only === undefined) return null;
  return conditions.length === 1 ? only : { operator: 'AND', conditions };
}

function placeConditions(view: View, mailboxes: readonly Mailbox[], accountId: JmapId): Filter[] | undefined {
  switch (view.kind) {
    case 'role': {
      const mailbox = mailboxes.find(({ role }) => role === view.role);
      return mailbox === undefined ? undefined : [{ inMailbox: mailbox.id }];
    }
    case 'mailbox':
      return view.accountId === accountId ? [{ inMailbox: view.mailboxId }] : undefined;
    case 'starred':
      return [{ hasKeyword: '$flagged' }, ...outside(mailboxes, ['trash'])];
    case 'all':
      return outside(mailboxes, ['trash', 'junk']);
  }
}

function outside(mailboxes: readonly Mailbox[], roles: readonly string[]): Filter[] {
  const left = mailboxes.filter(({ role }) => role !== null && roles.includes(role)).map(({ id }) => id);
  return left.length === 0 ? [] : [{ inMailboxOtherThan: left }];
}

function searchConditions(search: ListSearch, patientDomains: readonly string[]): Filter[] {
  const { q, nonlus, pieces, de, a, depuis, jusque, qui } = search;
  const conditions: Filter[] = [];
  if (q !== undefined) conditions.push({ text: q });
  if (de !== undefined) conditions.push({ from: de });
  if (a !== undefined) conditions.push({ operator: 'OR', conditions: [{ to: a }, { cc: a }] });
  if (depuis !== undefined) conditions.push({ after: startOfDay(depuis) });
  if (jusque !== undefined) conditions.push({ before: startOfDay(dayAfter(jusque)) });
  if (nonlus === true) conditions.push({ notKeyword: '$seen' });
  if (pieces === true) conditions.push({ hasAttachment: true });
  if (qui !== undefined) conditions.push(senderCondition(qui, patientDomains));
  return conditions;
}

/**
 * The index answers by words, not by domains: a patient is who has all the words of a citizens' domain in name and
 * address. The space at the end asks for whole words. A professional whose own address bears the word « patient » is
 * taken for one: the avatar of the row, which reads the domain itself, says so.
 */
function senderCondition(who: 'pro' | 'patient', patientDomains: readonly string[]): Filter {
  const fromPatients = patientDomains.map((domain): Filter => ({ from: `${domain} ` }));
  const [only] = fromPatients;
  if (who === 'pro') return { operator: 'NOT', conditions: fromPatients };
  return only !== undefined && fromPatients.length === 1 ? only : { operator: 'OR', conditions: fromPatients };
}

/** Midnight of a day as a person in France lives it, in universal time: `2026-11-21T23:00:00Z`. */
export function startOfDay(day: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // Paris is one or two hours ahead; which of them is read at midnight itself, before any change of the clocks (at 2 or 3).
  const ahead = [1, 2].find((hours) => parisHour(midnight - hours * hourMs) === 0) ?? 1;
  return new Date(midnight - ahead * hourMs).toISOString().replace('.000Z', 'Z');
}

const hourMs = 3_600_000;

function parisHour(instant: number): number {
  return Number(
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', hour: '2-digit', hourCycle: 'h23' }).format(instant),
  );
}

/** Days are the calendar's, without hours. */
export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 24 * hourMs).toISOString().slice(0, 10);
}

/** The day of an instant in France: `2026-11-22`. */
export function parisDay(at: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(at);
}
