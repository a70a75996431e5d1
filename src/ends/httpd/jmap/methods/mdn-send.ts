/** `MDN/send` (RFC 9007 §2.1). */
import { assert } from '../../../../base/assert.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { asId, type EmailId, isUuid, type Uuid } from '../../../../base/ids.ts';
import type { ReceiptRefusal, WantedReceipt } from '../../../../domain/transfer/transfer.ts';
import { invalid } from '../arguments.ts';
import { type Json, type JsonObject, type MethodAnswer, MethodError } from '../method.ts';
import { isId, isJsonObject } from '../request.ts';
import { jmapReceiptTexts as texts } from '../texts.ts';
import { emailSet } from './email-set.ts';
import { actorOf } from './mail-call.ts';
import type { MdnCall } from './mdn.ts';
import { badProperties, resolveId, SetFault, setErrorOf } from './set-call.ts';

/** What a client may say of a receipt; the other properties are the server's. */
const known = [
  ...['forEmailId', 'subject', 'textBody', 'includeOriginalMessage', 'reportingUA', 'disposition', 'finalRecipient'],
  'extensionFields',
];

export async function sendNotifications(call: MdnCall): Promise<MethodAnswer> {
  const { args, account, context } = call;
  const identity = resolveId(context, args.id('identityId'));
  const wanted = args.optionalObject('send');
  if (wanted === undefined) throw invalid(['send']);
  if (Object.keys(wanted).length > jmapLimits.objectsInSet) throw new MethodError('requestTooLarge');
  const updates = readUpdates(call);
  const emails = new Map<string, EmailId>();
  const sent = new Map<string, Json>();
  const notSent = new Map<string, Json>();
  for (const [creationId, properties] of Object.entries(wanted)) {
    try {
      if (!isId(creationId)) throw badProperties('id');
      if (!isJsonObject(properties)) throw badProperties();
      const receipt = readReceipt(call, identity, properties);
      sent.set(creationId, await sendOne(call, receipt));
      emails.set(`#${creationId}`, receipt.emailId);
    } catch (fault) {
      notSent.set(creationId, setErrorOf(fault));
    }
  }
  const orNull = (map: ReadonlyMap<string, Json>) => (map.size === 0 ? null : Object.fromEntries(map));
  const { accountId } = account;
  const own = { name: 'MDN/send', args: { accountId, sent: orNull(sent), notSent: orNull(notSent) } };
  const changed = [...updates].flatMap(([reference, patch]): [string, JsonObject][] => {
    const id = emails.get(reference);
    return id === undefined ? [] : [[id, patch]];
  });
  if (changed.length === 0) return { kind: 'several', responses: [own] };
  // RFC 9007 §2.1: an implied `Email/set`, which answers beside.
  const implied = await setEmails(call, { accountId, update: Object.fromEntries(changed) });
  return { kind: 'several', responses: [own, implied] };
}

function readUpdates({ args }: MdnCall): ReadonlyMap<string, JsonObject> {
  const given = Object.entries(args.optionalObject('onSuccessUpdateEmail') ?? {});
  return new Map(
    given.map(([reference, patch]): [string, JsonObject] => {
      if (!isJsonObject(patch)) throw invalid(['onSuccessUpdateEmail']);
      return [reference, patch];
    }),
  );
}

async function sendOne({ account, context, transfer }: MdnCall, receipt: WantedReceipt): Promise<JsonObject> {
  const { tenantId, accountId } = account;
  const by = { actor: actorOf(context), reason: 'jmap' };
  const outcome = await transfer.sendReceipt(by, { tenantId, accountId }, receipt);
  if (outcome.kind === 'refused') throw faultOf(outcome.why);
  const { finalRecipient, originalRecipient, originalMessageId } = outcome;
  return { finalRecipient, originalRecipient, originalMessageId, mdnGateway: null, error: null };
}

/** RFC 9007 §2.1. */
function faultOf(why: ReceiptRefusal): SetFault {
  switch (why) {
    case 'email-unknown':
      return new SetFault('notFound');
    case 'already-sent':
      return new SetFault('mdnAlreadySent');
    case 'not-permitted':
      return new SetFault('forbidden');
    case 'identity-unknown':
      return new SetFault('notFound', { properties: ['identityId'] });
    case 'foreign-recipient':
      return new SetFault('forbiddenFrom');
    case 'bad-texts':
      return badProperties('subject', 'textBody', 'reportingUA', 'extensionFields');
    case 'not-asked':
    case 'report':
      return new SetFault('invalidProperties', { properties: ['forEmailId'], description: texts[why] });
    case 'patient':
    case 'untrusted':
    case 'consent-needed':
      return new SetFault('forbidden', { description: texts[why] });
  }
}

function readReceipt(call: MdnCall, identity: string | undefined, properties: JsonObject): WantedReceipt {
  const unknown = Object.keys(properties).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw badProperties(...unknown);
  const { forEmailId } = properties;
  const emailId = typeof forEmailId === 'string' ? resolveId(call.context, forEmailId) : undefined;
  if (emailId === undefined || !isUuid(emailId)) throw new SetFault('notFound');
  if (identity === undefined || !isUuid(identity)) throw new SetFault('notFound', { properties: ['identityId'] });
  const includesOriginal = properties['includeOriginalMessage'] ?? false;
  if (typeof includesOriginal !== 'boolean') throw badProperties('includeOriginalMessage');
  const [subject, text] = [readText(properties, 'subject'), readText(properties, 'textBody')];
  const [reportingUa, finalRecipient] = [readText(properties, 'reportingUA'), readText(properties, 'finalRecipient')];
  const extensions = readExtensions(properties['extensionFields']);
  return {
    emailId: asId<EmailId>(emailId),
    identityId: asId<Uuid>(identity),
    disposition: readDisposition(properties['disposition']),
    includesOriginal,
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(reportingUa !== undefined && { reportingUa }),
    ...(finalRecipient !== undefined && { finalRecipient }),
    ...(extensions !== undefined && { extensions }),
  };
}

function readText(properties: JsonObject, name: string): string | undefined {
  const value = properties[name] ?? null;
  if (value === null) return undefined;
  if (typeof value !== 'string') throw badProperties(name);
  return value;
}

/** RFC 9007 §2: the words of RFC 8098, in lower case. */
function readDisposition(value: Json | undefined): WantedReceipt['disposition'] {
  if (value === undefined || !isJsonObject(value)) throw badProperties('disposition');
  const { actionMode, sendingMode, type, ...more } = value;
  const mode = actionMode === 'manual-action' ? 'manual' : actionMode === 'automatic-action' ? 'automatic' : undefined;
  const sending =
    sendingMode === 'mdn-sent-manually' ? 'manual' : sendingMode === 'mdn-sent-automatically' ? 'automatic' : undefined;
  const isKnown = type === 'displayed' || type === 'deleted' || type === 'dispatched' || type === 'processed';
  if (mode === undefined || sending === undefined || !isKnown || Object.keys(more).length > 0) {
    throw badProperties('disposition');
  }
  return { mode, sending, disposition: type };
}

function readExtensions(value: Json | undefined): WantedReceipt['extensions'] {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw badProperties('extensionFields');
  return Object.entries(value).map(([name, text]) => {
    if (typeof text !== 'string') throw badProperties('extensionFields');
    return { name, value: text };
  });
}

/** What was sent stays sent, whatever becomes of the marks of its email. */
async function setEmails({ parts, context }: MdnCall, args: JsonObject) {
  try {
    const answer = await emailSet(parts).run(args, context);
    assert(answer.kind === 'one', 'Email/set answered more than once');
    return { name: 'Email/set', args: answer.args };
  } catch (fault) {
    if (!(fault instanceof MethodError)) throw fault;
    return { name: 'error', args: { type: fault.type } };
  }
}
