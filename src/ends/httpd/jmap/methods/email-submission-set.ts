/** `EmailSubmission/set` (RFC 8621 §7.5): an email leaves, now or later, is taken back, is forgotten. */

import { idempotencyBounds, idempotencyCapability } from '../../../../../contract/jmap/submission.ts';
import { assert } from '../../../../base/assert.ts';
import { asId, type EmailId, isUuid, type Uuid } from '../../../../base/ids.ts';
import {
  type AcceptanceReply,
  type SendRefusal,
  type SendRequest,
  sayReply,
} from '../../../../domain/transfer/transfer.ts';
import { invalid } from '../arguments.ts';
import { type Json, type JsonObject, type Method, type MethodAnswer, MethodError } from '../method.ts';
import { isJsonObject } from '../request.ts';
import { jmapSendingTexts as texts } from '../texts.ts';
import { emailSet } from './email-set.ts';
import { showSubmission } from './email-submission.ts';
import { readEnvelope } from './email-submission-envelope.ts';
import { actorOf, compareState } from './mail-call.ts';
import {
  answerSet,
  badProperties,
  resolveId,
  type SetChange,
  SetFault,
  type SetResults,
  setArguments,
  setErrorOf,
} from './set-call.ts';
import { type SubmissionCall, type SubmissionMethodParts, submissionMethod } from './submission-call.ts';

export function submissionSet(parts: SubmissionMethodParts): Method {
  const takes = [...setArguments, 'onSuccessUpdateEmail', 'onSuccessDestroyEmail'];
  return submissionMethod(parts, { name: 'EmailSubmission/set', takes, needs: 'send' }, setSubmissions);
}

async function setSubmissions(call: SubmissionCall): Promise<MethodAnswer> {
  const { account, context } = call;
  const wanted = readOnSuccess(call);
  const emails = new Map<string, EmailId>();
  const touched = new Map<string, EmailId>();
  const answer = await answerSet(call, {
    create: (properties) => createSubmission(call, properties, emails),
    update: (changes) =>
      eachAlone(
        call,
        changes.map(({ id }) => id),
        async (id) => {
          touched.set(id, await updateSubmission(call, changes, id));
        },
      ),
    destroy: (ids) =>
      eachAlone(call, ids, async (id) => {
        touched.set(id, await destroySubmission(call, id));
      }),
  });
  const own = { name: 'EmailSubmission/set', args: { accountId: account.accountId, ...answer } };
  const done = new Map([...emails, ...touched]);
  const emailOf = (reference: string): EmailId | undefined => done.get(resolveId(context, reference) ?? '');
  const implied = impliedSet(wanted, emailOf);
  if (implied === undefined) return { kind: 'several', responses: [own] };
  return { kind: 'several', responses: [own, await setEmails(call, { accountId: account.accountId, ...implied })] };
}

async function eachAlone(
  call: SubmissionCall,
  ids: readonly string[],
  deed: (id: string) => Promise<void>,
): Promise<SetResults> {
  const results = new Map<string, JsonObject | null | SetFault>();
  for (const id of ids) {
    try {
      await deed(id);
      results.set(id, null);
      call.expectedState = undefined;
    } catch (fault) {
      const { type, ...told } = setErrorOf(fault);
      results.set(id, new SetFault(String(type), told));
    }
  }
  return results;
}

function requestOf(call: SubmissionCall): SendRequest {
  const actor = actorOf(call.context);
  return { actor, reason: 'jmap', guard: (act) => compareState(call, act) };
}

const creatable = ['emailId', 'identityId', 'envelope'];

async function createSubmission(
  call: SubmissionCall,
  properties: JsonObject,
  emails: Map<string, EmailId>,
): Promise<JsonObject & { readonly id: string }> {
  const { account, context, transfer } = call;
  const takesId = context.using.has(idempotencyCapability);
  const knownNames = takesId ? [...creatable, 'idempotencyId'] : creatable;
  const unknown = Object.keys(properties).filter((name) => !knownNames.includes(name));
  if (unknown.length > 0) throw badProperties(...unknown);
  const { idempotencyId = null } = properties;
  const envelope = readEnvelope(properties['envelope']);
  const outcome = await transfer.send(requestOf(call), {
    account: { tenantId: account.tenantId, accountId: account.accountId },
    emailId: asId<EmailId>(readId(call, properties, 'emailId')),
    identityId: asId<Uuid>(readId(call, properties, 'identityId')),
    ...(envelope !== undefined && { envelope }),
    ...(idempotencyId !== null && { idempotencyId: readIdempotencyId(idempotencyId) }),
  });
  if (outcome.kind === 'repeated') {
    throw new SetFault('alreadyExists', { existingId: outcome.id, emailId: outcome.emailId });
  }
  if (outcome.kind === 'refused') throw faultOf(outcome.refusal);
  call.expectedState = undefined;
  const { sending } = outcome;
  emails.set(sending.id, sending.emailId);
  const { id, identityId: _, emailId: __, envelope: shown, ...told } = showSubmission(sending);
  return { id: String(id), ...told, ...(envelope === undefined && { envelope: shown ?? null }) };
}

function readId(call: SubmissionCall, properties: JsonObject, name: 'emailId' | 'identityId'): Uuid {
  const given = properties[name];
  const id = typeof given === 'string' ? resolveId(call.context, given) : undefined;
  if (id === undefined || !isUuid(id)) throw badProperties(name);
  return id;
}

function readIdempotencyId(value: Json): string {
  const isFit = typeof value === 'string' && value !== '' && value.length <= idempotencyBounds.characters;
  if (!isFit) throw badProperties('idempotencyId');
  return value;
}

/** RFC 8621 §7.5. */
function faultOf(refusal: SendRefusal): SetFault {
  switch (refusal.what) {
    case 'email-unknown':
      return badProperties('emailId');
    case 'identity-unknown':
      return badProperties('identityId');
    case 'idempotency-id':
      return badProperties('idempotencyId');
    case 'held-too-long':
      return new SetFault('invalidProperties', { properties: ['envelope'], description: texts.heldTooLong });
    case 'too-many-held':
      return new SetFault('overQuota', { description: texts.tooManyHeld });
    case 'no-recipients':
      return new SetFault('noRecipients');
    case 'too-many-recipients':
      return new SetFault('tooManyRecipients', { maxRecipients: refusal.max });
    case 'too-large':
      return new SetFault('tooLarge', { maxSize: refusal.maxBytes });
    case 'sender':
      return new SetFault('forbiddenToSend', { description: say(refusal.reply) });
    case 'mail-from':
      return new SetFault('forbiddenMailFrom', { description: say(refusal.reply) });
    case 'author':
      return new SetFault('forbiddenFrom', { description: say(refusal.reply) });
    case 'email':
      return new SetFault('invalidEmail', {
        properties: propertiesOf(refusal.fields),
        description: say(refusal.reply),
      });
    case 'recipients': {
      const reasons = new Set(refusal.recipients.map(({ reply }) => say(reply)));
      const invalidRecipients = refusal.recipients.map(({ address }) => address);
      return new SetFault('invalidRecipients', { invalidRecipients, description: [...reasons].join(' ') });
    }
  }
}

function say(reply: AcceptanceReply): string {
  return sayReply(reply, { smtpUtf8: true });
}

const propertyOf: Readonly<Record<string, string>> = {
  Date: 'sentAt',
  'Message-ID': 'messageId',
  From: 'from',
  Sender: 'sender',
};

function propertiesOf(fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => propertyOf[field] ?? []);
}

/** The one thing that changes of a submission: it is taken back. Its email. */
async function updateSubmission(call: SubmissionCall, changes: readonly SetChange[], id: string): Promise<EmailId> {
  const patch = changes.find((change) => change.id === id)?.patch ?? {};
  const bad = Object.keys(patch).filter((name) => name !== 'undoStatus');
  if (bad.length > 0) throw badProperties(...bad);
  const { sending, ref } = await find(call, id);
  const { undoStatus = sending.undoStatus } = patch;
  if (undoStatus === sending.undoStatus) return sending.emailId;
  if (undoStatus !== 'canceled') throw badProperties('undoStatus');
  const outcome = await call.transfer.cancelSending(requestOf(call), ref);
  if (outcome === 'too-late') throw new SetFault('cannotUnsend', { description: texts.cannotUnsend });
  if (outcome === 'unknown') throw new SetFault('notFound');
  return sending.emailId;
}

async function destroySubmission(call: SubmissionCall, id: string): Promise<EmailId> {
  const { sending, ref } = await find(call, id);
  const outcome = await call.transfer.destroySending(requestOf(call), ref);
  if (outcome === 'pending') throw new SetFault('forbidden', { description: texts.pendingStays });
  if (outcome === 'unknown') throw new SetFault('notFound');
  return sending.emailId;
}

async function find({ account, transfer, context }: SubmissionCall, id: string) {
  if (!isUuid(id)) throw new SetFault('notFound');
  const [sending] = await transfer.listSendings(actorOf(context), account, { ids: [id], limit: 1 });
  if (sending === undefined) throw new SetFault('notFound');
  return { sending, ref: { tenantId: account.tenantId, accountId: account.accountId, id } };
}

interface OnSuccess {
  readonly update: ReadonlyMap<string, JsonObject>;
  readonly destroy: readonly string[];
}

function readOnSuccess({ args }: SubmissionCall): OnSuccess {
  const given = Object.entries(args.optionalObject('onSuccessUpdateEmail') ?? {});
  const update = new Map<string, JsonObject>();
  for (const [id, patch] of given) {
    if (!isJsonObject(patch)) throw invalid(['onSuccessUpdateEmail']);
    update.set(id, patch);
  }
  return { update, destroy: args.optionalStrings('onSuccessDestroyEmail') ?? [] };
}

/** The `Email/set` that follows from what succeeded; undefined when nothing does. */
function impliedSet(
  { update, destroy }: OnSuccess,
  emailOf: (reference: string) => EmailId | undefined,
): JsonObject | undefined {
  const updates: [string, JsonObject][] = [...update].flatMap(([reference, patch]) => {
    const id = emailOf(reference);
    return id === undefined ? [] : [[id, patch]];
  });
  const gone = [...new Set(destroy.flatMap((reference) => emailOf(reference) ?? []))];
  if (updates.length === 0 && gone.length === 0) return undefined;
  return {
    ...(updates.length > 0 && { update: Object.fromEntries(updates) }),
    ...(gone.length > 0 && { destroy: gone }),
  };
}

/** What was sent stays sent, whatever becomes of its email. */
async function setEmails({ parts, context }: SubmissionCall, args: JsonObject) {
  try {
    const answer = await emailSet(parts).run(args, context);
    assert(answer.kind === 'one', 'Email/set answered more than once');
    return { name: 'Email/set', args: answer.args };
  } catch (fault) {
    if (!(fault instanceof MethodError)) throw fault;
    return { name: 'error', args: { type: fault.type } };
  }
}
