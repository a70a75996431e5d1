/** What every method of mail begins with: strict arguments, an account that the person may use, states. */

import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import type { Act, Actor, Audit } from '../../../../domain/audit/audit.ts';
import type { AccountRef, Changes, Mail } from '../../../../domain/mail/mail.ts';
import type { Db } from '../../../../platform/db/db.ts';
import { type AccountsParts, accountFor, type HeldAccount } from '../accounts.ts';
import { Arguments, invalid } from '../arguments.ts';
import type { OpenBlob, OpenedBlob } from '../blobs.ts';
import { type CallContext, type JsonObject, type Method, type MethodAnswer, MethodError } from '../method.ts';

export interface MailMethodParts extends AccountsParts {
  readonly mail: Mail;
  readonly audit: Audit;
  /** Emails, their parts and what was uploaded, by blob id. */
  readonly openBlob: OpenBlob;
}

export interface MailCall {
  readonly parts: MailMethodParts;
  readonly context: CallContext;
  readonly args: Arguments;
  readonly account: HeldAccount;
  /** `ifInState`, until the first change of the call has compared it. */
  expectedState?: string | undefined;
  /** The one act of a call that holds its state, while it does. */
  act?: Act | undefined;
}

export interface MailMethodSpec {
  readonly name: string;
  readonly takes: readonly string[];
  readonly needs: 'read' | 'write' | 'send';
  /** The mail capability unless told. */
  readonly capability?: string;
}

export const mailCapability = 'urn:ietf:params:jmap:mail';

export function mailMethod(
  parts: MailMethodParts,
  { name, takes, needs, capability = mailCapability }: MailMethodSpec,
  run: (call: MailCall) => Promise<JsonObject | MethodAnswer>,
): Method {
  return {
    name,
    capability,
    async run(raw, context) {
      const args = new Arguments(raw, ['accountId', ...takes]);
      const account = await accountFor(parts, context.person, args.id('accountId'), needs);
      const answer = await run({ parts, context, args, account });
      return isAnswer(answer) ? answer : { kind: 'one', args: { accountId: account.accountId, ...answer } };
    },
  };
}

function isAnswer(answer: JsonObject | MethodAnswer): answer is MethodAnswer {
  return 'kind' in answer;
}

/** One act of the person. Reading may leave no event: what was opened before in the session is not told again. */
export function actFor<T>({ parts, context }: Pick<MailCall, 'parts' | 'context'>, body: (act: Act) => Promise<T>) {
  return parts.audit.act({ actor: actorOf(context), reason: 'jmap', silent: 'when-nothing-changed' }, body);
}

/** The person, as the audit names them. */
export function actorOf({ person }: CallContext): Extract<Actor, { kind: 'person' }> {
  const { personId, sessionId } = person;
  return { kind: 'person', personId, ...(sessionId === undefined ? {} : { sessionId }) };
}

/**
 * An act that changes the account. The first one of a call compares `ifInState` under the account's lock (RFC 8620 §5.3). In a
 * call that holds its state it is a part of the one act, undone alone when it fails.
 */
export async function changeFor<T>(call: MailCall, body: (act: Act) => Promise<T>): Promise<T> {
  const { act: held } = call;
  if (held !== undefined) return held.attempt(() => body(held));
  const result = await actFor(call, async (act) => {
    await compareState(call, act);
    return body(act);
  });
  call.expectedState = undefined;
  return result;
}

/**
 * Runs `body` with the account locked from the comparison of `ifInState` on, when it is given: all that the call does is one
 * act, and nobody else changes anything in between.
 */
export async function holdState<T>(call: MailCall, body: () => Promise<T>): Promise<T> {
  if (call.args.optionalString('ifInState') === undefined) return body();
  return actFor(call, async (act) => {
    call.expectedState = call.args.optionalString('ifInState');
    await compareState(call, act);
    call.act = act;
    try {
      return await body();
    } finally {
      call.act = undefined;
    }
  });
}

/** What the call reads from: what it changed itself is there. */
export function dbOf({ act, parts }: MailCall): Db {
  return act?.tx ?? parts.db;
}

/** Compares `ifInState`, until the first change of the call has done so, under the account's lock. */
export async function compareState({ parts, account, expectedState }: MailCall, act: Act): Promise<void> {
  if (expectedState === undefined) return;
  await parts.mail.lockAccount(act, account);
  const state = String(await parts.mail.currentChange(act.tx, account));
  if (state !== expectedState) throw new MethodError('stateMismatch');
}

/** Refuses a call whose `ifInState` is past already; what comes meanwhile, {@link changeFor} finds. */
export function expectState(call: MailCall, state: string): void {
  const expected = call.args.optionalString('ifInState');
  if (expected !== undefined && expected !== state) throw new MethodError('stateMismatch');
  call.expectedState = expected;
}

/** The blob that a call names; undefined when the account has none of that id. */
export function openNamed(call: MailCall, blobId: string): Promise<OpenedBlob | undefined> {
  const open = (act: Act) => call.parts.openBlob(act, call.account, blobId);
  return call.act === undefined ? actFor(call, open) : open(call.act);
}

/** States are the account's counter: what changed has a higher one. */
export async function stateOf(call: MailCall): Promise<string> {
  return String(await call.parts.mail.currentChange(dbOf(call), call.account));
}

function readState(text: string): number {
  const since = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(since)) throw new MethodError('cannotCalculateChanges');
  return since;
}

export function sinceState(args: Arguments, name: string): number {
  return readState(args.string(name));
}

/** `maxChanges`, which is positive when it is given (RFC 8620 §5.2). */
export function maxChanges(args: Arguments): number {
  const limit = args.optionalUnsigned('maxChanges');
  if (limit === 0) throw invalid(['maxChanges']);
  return Math.min(limit ?? mailLimits.page, mailLimits.page);
}

/** `Foo/changes` (RFC 8620 §5.2). */
export async function answerChanges(
  { args, account, parts }: MailCall,
  read: (db: MailMethodParts['db'], account: AccountRef, since: number, limit: number) => Promise<Changes | 'too-old'>,
): Promise<{ readonly answer: JsonObject; readonly changes: Changes }> {
  const limit = maxChanges(args);
  const changes = await read(parts.db, account, sinceState(args, 'sinceState'), limit);
  if (changes === 'too-old') throw new MethodError('cannotCalculateChanges');
  const { oldChange, newChange, hasMore, created, updated, destroyed } = changes;
  const states = { oldState: String(oldChange), newState: String(newChange), hasMoreChanges: hasMore };
  return { answer: { ...states, created, updated, destroyed }, changes };
}

/** The ids asked, each once (RFC 8620 §5.1); null asks for all. */
export function askedIds(args: Arguments): readonly string[] | undefined {
  const ids = args.optionalIds('ids');
  return ids === undefined ? undefined : [...new Set(ids)];
}

/** All of a type at once are as many as one call may ask for, or too many. */
export function checkAll<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length > jmapLimits.objectsInGet) throw new MethodError('requestTooLarge');
  return items;
}

/** The asked properties, all known; `id` always comes with them (RFC 8620 §5.1). */
export function askedProperties(
  args: Arguments,
  name: 'properties' | 'bodyProperties',
  isKnown: (property: string) => boolean,
  unlessGiven: readonly string[],
): readonly string[] {
  const asked = args.optionalStrings(name) ?? unlessGiven;
  if (asked.length > jmapLimits.properties || !asked.every(isKnown)) throw invalid([name]);
  return [...new Set(asked)];
}

export function pick(object: JsonObject, properties: readonly string[]): JsonObject {
  return Object.fromEntries(properties.map((property) => [property, object[property] ?? null]));
}
