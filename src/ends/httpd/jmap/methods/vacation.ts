/** `VacationResponse/get` and `VacationResponse/set` (RFC 8621 §8): one for each account. */
import { jmapLimits } from '../../../../base/end-limits.ts';
import type { KeptVacation, Transfer, Vacation } from '../../../../domain/transfer/transfer.ts';
import { invalid } from '../arguments.ts';
import { type Json, type JsonObject, type Method, MethodError } from '../method.ts';
import { isJsonObject } from '../request.ts';
import { readInstant } from './email-query.ts';
import {
  actFor,
  actorOf,
  askedIds,
  askedProperties,
  type MailCall,
  type MailMethodParts,
  mailMethod,
  pick,
} from './mail-call.ts';
import { badProperties, SetFault, setErrorOf } from './set-call.ts';

export const vacationCapability = 'urn:ietf:params:jmap:vacationresponse';

const singleton = 'singleton';

const properties = ['id', 'isEnabled', 'fromDate', 'toDate', 'subject', 'textBody', 'htmlBody'];

export interface VacationMethodParts extends MailMethodParts {
  readonly transfer: Pick<Transfer, 'getVacation' | 'changeVacation'>;
}

interface VacationCall extends MailCall {
  readonly transfer: VacationMethodParts['transfer'];
}

export function vacationMethods(parts: VacationMethodParts): readonly Method[] {
  const { transfer } = parts;
  const capability = vacationCapability;
  const takes = ['ifInState', 'create', 'update', 'destroy'];
  return [
    mailMethod(
      parts,
      { name: 'VacationResponse/get', takes: ['ids', 'properties'], needs: 'read', capability },
      (call) => get({ ...call, transfer }),
    ),
    mailMethod(parts, { name: 'VacationResponse/set', takes, needs: 'send', capability }, (call) =>
      set({ ...call, transfer }),
    ),
  ];
}

function show(vacation: KeptVacation): JsonObject {
  const { isEnabled, fromDate, toDate, subject, textBody, htmlBody } = vacation;
  return {
    id: singleton,
    isEnabled,
    fromDate: dateText(fromDate),
    toDate: dateText(toDate),
    subject,
    textBody,
    htmlBody,
  };
}

/** RFC 8620 §1.4: a `UTCDate`, without a fraction that says nothing. */
function dateText(date: Date | null): string | null {
  return date === null ? null : date.toISOString().replace(/\.0+Z$/, 'Z');
}

function stateText({ change }: KeptVacation): string {
  return String(change);
}

async function get({ args, account, context, transfer }: VacationCall): Promise<JsonObject> {
  const ids = askedIds(args) ?? [singleton];
  const asked = askedProperties(args, 'properties', (name) => properties.includes(name), properties);
  const vacation = await transfer.getVacation(actorOf(context), account);
  return {
    state: stateText(vacation),
    list: ids.includes(singleton) ? [pick(show(vacation), ['id', ...asked])] : [],
    notFound: ids.filter((id) => id !== singleton),
  };
}

async function set(call: VacationCall): Promise<JsonObject> {
  const { args, account, context, parts, transfer } = call;
  const create = Object.keys(args.optionalObject('create') ?? {});
  const update = Object.entries(args.optionalObject('update') ?? {});
  const destroy = args.optionalStrings('destroy') ?? [];
  if (create.length + update.length + destroy.length > jmapLimits.objectsInSet)
    throw new MethodError('requestTooLarge');
  const ifInState = args.optionalString('ifInState');
  const { tenantId, accountId } = account;
  const [updated, notUpdated]: [Record<string, Json>, Map<string, Json>] = [{}, new Map()];
  const states = await actFor(call, async (act) => {
    await parts.mail.lockAccount(act, account);
    const old = await transfer.getVacation(actorOf(context), account);
    if (ifInState !== undefined && ifInState !== stateText(old)) throw new MethodError('stateMismatch');
    let kept = old;
    for (const [id, patch] of update) {
      try {
        if (!isJsonObject(patch)) throw invalid(['update']);
        if (id !== singleton) throw new SetFault('notFound');
        kept = await transfer.changeVacation(act, { tenantId, accountId }, readPatch(patch));
        updated[singleton] = null;
      } catch (fault) {
        if (fault instanceof MethodError) throw fault;
        notUpdated.set(id, setErrorOf(fault));
      }
    }
    return { oldState: stateText(old), newState: stateText(kept) };
  });
  // RFC 8620 §5.3: there is always one, and never another.
  const refusals = (ids: readonly string[]) =>
    ids.length === 0 ? null : Object.fromEntries(ids.map((id) => [id, { type: 'singleton' }] as const));
  return {
    ...states,
    created: null,
    notCreated: refusals(create),
    updated: Object.keys(updated).length === 0 ? null : updated,
    notUpdated: notUpdated.size === 0 ? null : Object.fromEntries(notUpdated),
    destroyed: null,
    notDestroyed: refusals(destroy),
  };
}

function readPatch(patch: JsonObject): Partial<Vacation> {
  const bad = Object.entries(patch).flatMap(([name, value]) => (isFit(name, value) ? [] : [name]));
  if (bad.length > 0) throw badProperties(...bad);
  const { isEnabled, subject, textBody, htmlBody } = patch;
  return {
    ...(typeof isEnabled === 'boolean' && { isEnabled }),
    ...readDate(patch, 'fromDate'),
    ...readDate(patch, 'toDate'),
    ...(isText(subject) && { subject }),
    ...(isText(textBody) && { textBody }),
    ...(isText(htmlBody) && { htmlBody }),
  };
}

function isFit(name: string, value: Json): boolean {
  switch (name) {
    case 'id':
      return value === singleton;
    case 'isEnabled':
      return typeof value === 'boolean';
    case 'fromDate':
    case 'toDate':
      return value === null || readInstant(value) !== undefined;
    case 'subject':
    case 'textBody':
    case 'htmlBody':
      return isText(value);
    default:
      return false;
  }
}

function isText(value: Json | undefined): value is string | null {
  return value === null || typeof value === 'string';
}

function readDate(patch: JsonObject, name: 'fromDate' | 'toDate'): Partial<Vacation> {
  const value = patch[name];
  if (value === undefined) return {};
  return { [name]: value === null ? null : (readInstant(value) ?? null) };
}
