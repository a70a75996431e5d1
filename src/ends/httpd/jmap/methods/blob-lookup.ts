/** `Blob/lookup` (RFC 9404 §4.3): where blobs are named. An upload is named nowhere: an email made of it has its own bytes. */
import type { EmailCard } from '../../../../domain/mail/mail.ts';
import { accountFor, type HeldAccount } from '../accounts.ts';
import { Arguments, invalid } from '../arguments.ts';
import { readUploadBlobId } from '../blobs.ts';
import { type CallContext, type JsonObject, type Method, type MethodAnswer, MethodError } from '../method.ts';
import { lookupTypes } from '../session.ts';
import type { BlobMethodParts } from './blob.ts';
import { type EmailBlob, readEmailBlobId } from './blob-id.ts';
import { actorOf, mailCapability } from './mail-call.ts';

export function blobLookup(parts: BlobMethodParts, capability: string): Method {
  return { name: 'Blob/lookup', capability, run: (args, context) => lookUp(parts, args, context) };
}

async function lookUp(parts: BlobMethodParts, raw: JsonObject, context: CallContext): Promise<MethodAnswer> {
  const args = new Arguments(raw, ['accountId', 'typeNames', 'ids']);
  const account = await accountFor(parts, context.person, args.id('accountId'), 'read');
  const [typeNames, asked] = [args.optionalStrings('typeNames'), args.optionalIds('ids')];
  if (typeNames === undefined) throw invalid(['typeNames']);
  if (asked === undefined) throw invalid(['ids']);
  // Each type is of the mail capability, which the request must name.
  const isKnown = (name: string): boolean => context.using.has(mailCapability) && lookupTypes.includes(name);
  if (!typeNames.every(isKnown)) throw new MethodError('unknownDataType');
  const ids = [...new Set(asked)];
  const blobs = new Map(ids.map((id) => [id, readEmailBlobId(id)]));
  const emailIds = [...new Set([...blobs.values()].flatMap((blob) => blob?.emailId ?? []))];
  const cards = new Map((await parts.mail.listCards(parts.db, account, emailIds)).map((card) => [card.id, card]));
  const list: JsonObject[] = [];
  const notFound: string[] = [];
  for (const id of ids) {
    const blob = blobs.get(id);
    if (blob === undefined && readUploadBlobId(id) === undefined) {
      notFound.push(id);
      continue;
    }
    const card = blob === undefined ? undefined : cards.get(blob.emailId);
    const isThere = card !== undefined && (await holds({ parts, context, account }, id, blob));
    // What is not there, and what is another's, is named nowhere: the same answer.
    list.push({ id, matchedIds: matched(typeNames, isThere ? card : undefined) });
  }
  return { kind: 'one', args: { accountId: account.accountId, list, notFound } };
}

interface Looking {
  readonly parts: BlobMethodParts;
  readonly context: CallContext;
  readonly account: HeldAccount;
}

/** Whether the email has the part that is named. */
async function holds({ parts, context, account }: Looking, id: string, blob: EmailBlob | undefined): Promise<boolean> {
  if (blob?.partId === undefined) return true;
  const request = { actor: actorOf(context), reason: 'jmap', silent: 'when-nothing-changed' } as const;
  return parts.audit.act(request, async (act) => (await parts.openBlob(act, account, id)) !== undefined);
}

function matched(typeNames: readonly string[], card: EmailCard | undefined): JsonObject {
  const all: Readonly<Record<string, readonly string[]>> =
    card === undefined ? {} : { Mailbox: card.mailboxIds, Thread: [card.threadId], Email: [card.id] };
  return Object.fromEntries(typeNames.map((name) => [name, all[name] ?? []]));
}
