/**
 * The job `follow-received`: an email that came is opened once more, after the commit that stored it. What it says of sent
 * messages is written on their recipients' rows, if it is believed; and it is answered when the account's holder is away.
 *
 * Believed is only who can know. An operator speaks for the domains that are its own in the white list: its name was
 * compared with the domain of the author when the message came in. A recipient speaks for itself. Everybody else of the
 * trust space, who could know a Message-ID from a letter of theirs, changes nothing.
 *
 * Being run twice changes nothing: the first evidence of a kind stays.
 */
import { sql } from 'kysely';
import { deliveryLimits, transferLimits } from '../../base/domain-limits.ts';
import type { EmailId, Uuid } from '../../base/ids.ts';
import { mimeLimits } from '../../base/limits.ts';
import { type Address, type DomainName, domainOf } from '../../formats/address/address.ts';
import { parseHeaderBlock } from '../../formats/mime/header-block.ts';
import type { HeaderField, Part } from '../../formats/mime/mime.ts';
import { reportParts } from '../../formats/mime/report-reading.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef, EmailSummary } from '../mail/mail.ts';
import { type Arrived, type Claim, claimsOf, type Fact } from './evidence-claims.ts';
import { tellProgress } from './evidence-news.ts';
import { sentMessageHash } from './evidence-signs.ts';
import { type MessageRef, openQueueKey, openRecipient, sealReturned } from './queued-message.ts';
import { causeIn } from './record-attempts.ts';
import type { TransferParts } from './transfer.ts';

const request = {
  actor: { kind: 'system', task: 'follow-received' },
  reason: 'delivery-evidence',
  silent: 'when-nothing-changed',
} as const;

/** Reads what the email says of sent messages, and writes down what is believed. */
export async function recordEvidence(parts: TransferParts, account: AccountRef, email: EmailSummary): Promise<void> {
  const claims = claimsOf(await openArrived(parts, account, email));
  if (claims.length === 0) return;
  await parts.audit.act(request, async (act) => {
    for (const sent of await findSent(parts, act, account, claims)) {
      await writeEvidence(parts, act, { account, email, sent, claims });
    }
  });
}

/** The email with what its report holds; bounded, whatever its size. */
async function openArrived(parts: TransferParts, account: AccountRef, email: EmailSummary): Promise<Arrived> {
  const { structure } = email;
  const found = reportParts(structure.root);
  if (found === undefined) return { structure };
  const status = await readPart(parts, account, email.id, found.status);
  const { returned } = found;
  return {
    structure,
    report: { parts: found, status, returned: await returnedFields(parts, account, email.id, returned) },
  };
}

async function returnedFields(
  parts: TransferParts,
  account: AccountRef,
  id: EmailId,
  returned: Part | undefined,
): Promise<readonly HeaderField[]> {
  if (returned === undefined) return [];
  if (returned.message !== undefined) return returned.message.fields;
  return parseHeaderBlock(await readPart(parts, account, id, returned));
}

async function readPart(parts: TransferParts, account: AccountRef, id: EmailId, part: Part): Promise<Buffer> {
  const { bytes } = await parts.audit.act(request, (act) => parts.mail.openPart(act, account, id, part.partId));
  const pieces: Uint8Array[] = [];
  let length = 0;
  // Read after the transaction: nothing is fetched while it is open (invariant 5).
  for await (const piece of bytes) {
    pieces.push(Buffer.from(piece));
    length += piece.length;
    if (length > mimeLimits.reportBytes) break;
  }
  return Buffer.concat(pieces).subarray(0, mimeLimits.reportBytes);
}

interface SentMessage {
  readonly ref: MessageRef;
  readonly emailId: EmailId;
  readonly messageId: string;
  readonly keyVersion: number;
}

/** What this account sent under the names that the claims give. */
async function findSent(
  parts: TransferParts,
  act: Act,
  account: AccountRef,
  claims: readonly Claim[],
): Promise<readonly SentMessage[]> {
  const named = [...new Set(claims.flatMap(({ messageIds }) => messageIds))];
  const byHash = new Map(named.map((id) => [sentMessageHash(parts.lookup, account, id).toString('hex'), id]));
  const found = await sql<{ id: Uuid; emailId: EmailId; hash: Buffer; keyVersion: number }>`
    select id, email_id as "emailId", message_id_hash as hash, key_version as "keyVersion" from transfer.message
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and email_id is not null
       and message_id_hash = any(${[...byHash.keys()].map((hash) => Buffer.from(hash, 'hex'))}::bytea[])
     order by queued_at desc limit ${deliveryLimits.copiesLookedThrough}`.execute(act.tx);
  return found.rows.map(({ id, emailId, hash, keyVersion }) => ({
    ref: { tenantId: account.tenantId, id },
    emailId,
    messageId: byHash.get(hash.toString('hex')) ?? '',
    keyVersion,
  }));
}

interface Occasion {
  readonly account: AccountRef;
  readonly email: EmailSummary;
  readonly sent: SentMessage;
  readonly claims: readonly Claim[];
}

interface SentRow {
  readonly number: number;
  readonly sealed: Buffer;
  readonly domain: DomainName | '';
}

async function writeEvidence(parts: TransferParts, act: Act, occasion: Occasion): Promise<void> {
  const { account, email, sent, claims } = occasion;
  const { ref } = sent;
  const key = await openQueueKey(parts.dataKeys, act.tx, ref.tenantId, sent.keyVersion);
  if (key === undefined) return;
  const rows = await sql<SentRow>`
    select number, sealed, domain from transfer.recipient
     where tenant_id = ${ref.tenantId} and message_id = ${ref.id}
     order by number`.execute(act.tx); // as many as one submission may name
  const held = rows.rows.map((row) => ({ ...row, address: openRecipient(key, ref, row).address }));
  let isNews = false;
  for (const claim of claims.filter(({ messageIds }) => messageIds.includes(sent.messageId))) {
    // The sender's own name for the recipient counts first: the final one may be where it was forwarded to.
    const row = claim.recipients.flatMap((named) => held.find(({ address }) => isSame(address, named)) ?? [])[0];
    if (row === undefined || !isBelieved(parts, claim, row)) continue;
    const columns = columnsOf(parts, claim.fact, row.address);
    const sealed =
      columns.words === '' ? null : sealReturned(key, ref, { number: row.number, text: cut(columns.words) });
    if (!(await writeFact(act, { ref, row, email }, { ...columns, sealed }))) continue;
    isNews = true;
    act.record({
      tenantId: account.tenantId,
      accountId: account.accountId,
      kind: 'delivery.evidenced',
      object: { kind: 'email', id: sent.emailId },
      facts: { evidence: claim.fact.kind, domain: domainOf(row.address), by: email.id },
      identifying: { recipient: row.address },
    });
  }
  if (isNews) await tellProgress(parts, act, { account, emailId: sent.emailId, message: ref });
}

/** Addresses of the trust space know no case, as sign-in and delivery do. */
function isSame(one: Address, other: Address): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isBelieved(
  parts: Pick<TransferParts, 'trust'>,
  { by }: Claim,
  row: { readonly address: Address; readonly domain: DomainName | '' },
): boolean {
  if (by.kind === 'recipient') return isSame(by.author, row.address);
  // What we delivered ourselves needs no report: one that says otherwise is not ours.
  if (row.domain === '') return false;
  const operators = parts.trust.lookup(domainOf(by.author));
  const domain = domainOf(row.address);
  // Of a domain with several operators, we do not know which of them handed this over: each must be the recipient's.
  return operators.length > 0 && operators.every(({ dnKey }) => parts.trust.isOperatorOf(dnKey, domain));
}

interface FactColumns {
  readonly kind: Fact['kind'];
  readonly status: string | null;
  readonly cause: string | null;
  readonly words: string;
}

function columnsOf({ options }: Pick<TransferParts, 'options'>, fact: Fact, to: Address): FactColumns {
  switch (fact.kind) {
    case 'returned': {
      const { kind, status, words } = fact;
      return { kind, status, words, cause: causeIn(options, domainOf(to), fact.cause) };
    }
    case 'delayed':
      return { kind: fact.kind, status: null, cause: null, words: fact.words };
    default:
      return { kind: fact.kind, status: null, cause: null, words: '' };
  }
}

/** True when it says something new. Reports count only of what the peer has taken: until then our queue knows better. */
async function writeFact(
  act: Act,
  { ref, row, email }: { readonly ref: MessageRef; readonly row: SentRow; readonly email: EmailSummary },
  { kind, status, cause, sealed }: Omit<FactColumns, 'words'> & { readonly sealed: Buffer | null },
): Promise<boolean> {
  const at = sql.ref(`held.${kind}_at`);
  const column = sql.ref(`${kind}_at`);
  const written = await sql`
    update transfer.recipient as held
       set ${column} = ${email.receivedAt},
           returned_status = coalesce(returned_status, ${status}), returned_cause = coalesce(returned_cause, ${cause}),
           sealed_returned = coalesce(${sealed}, sealed_returned),
           answer_email_id = coalesce(answer_email_id, ${kind === 'answered' ? email.id : null}::uuid)
     where held.tenant_id = ${ref.tenantId} and held.message_id = ${ref.id} and held.number = ${row.number}
       and ${at} is null and (${kind !== 'returned' && kind !== 'delayed'} or held.state = 'accepted')
    returning 1`.execute(act.tx);
  return written.rows.length > 0;
}

/** The peer's words, bounded. */
function cut(text: string): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, transferLimits.answerBytes), { stream: true });
}
