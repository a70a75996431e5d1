/**
 * After a message is stored, in the same transaction: which of those that came call for a job, because they may be evidence
 * on a sent message or because somebody away is to answer. Reception pays one lookup for a whole batch, by two indexes, and
 * one job for each message concerned: the rest is done after the commit, where a peer does not wait for it.
 */
import { sql } from 'kysely';
import { assert, present } from '../../base/assert.ts';
import type { EmailId } from '../../base/ids.ts';
import { jobLimits } from '../../base/limits.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef, DeliveryOutcome, GatheredMessage } from '../mail/mail.ts';
import { answeredIds, isReadableReport, sentMessageHash } from './evidence-signs.ts';
import type { TransferParts } from './transfer.ts';
import { mayBeAnsweredByMachine } from './vacation-rules.ts';

/** A message that was put into an account of ours by this transaction, its author vouched for. */
export interface ArrivedEmail extends AccountRef {
  readonly emailId: EmailId;
  readonly message: GatheredMessage;
}

/** Those of `arrived` that were stored, for {@link followArrived}. */
export function storedAmong(
  deliveries: readonly (AccountRef & { readonly message: GatheredMessage })[],
  outcomes: readonly DeliveryOutcome[],
): readonly ArrivedEmail[] {
  assert(deliveries.length === outcomes.length, 'a delivery has no outcome');
  return deliveries.flatMap(({ tenantId, accountId, message }, index) => {
    const outcome = present(outcomes[index], 'a delivery has no outcome');
    return outcome.kind === 'stored' ? [{ tenantId, accountId, message, emailId: outcome.emailId }] : [];
  });
}

/** Asks for the job `follow-received` for those that call for it. */
export async function followArrived(
  parts: Pick<TransferParts, 'lookup' | 'enqueueFollowing'>,
  act: Act,
  arrived: readonly ArrivedEmail[],
): Promise<void> {
  const called = new Set<ArrivedEmail>(arrived.filter(({ message }) => isReadableReport(message)));
  const others = arrived.filter((email) => !called.has(email));
  const answers = others.flatMap((email) =>
    answeredIds(email.message.structure.fields).map((id) => ({
      email,
      hash: sentMessageHash(parts.lookup, email, id),
    })),
  );
  const answerable = others.filter(({ message }) => mayBeAnsweredByMachine(message.structure.fields));
  for (const email of await lookUp(act, answers, answerable)) called.add(email);
  const emails = [...called];
  for (let start = 0; start < emails.length; start += jobLimits.batch) {
    await parts.enqueueFollowing(act.tx, emails.slice(start, start + jobLimits.batch));
  }
}

async function lookUp(
  act: Act,
  answers: readonly { readonly email: ArrivedEmail; readonly hash: Buffer }[],
  answerable: readonly ArrivedEmail[],
): Promise<readonly ArrivedEmail[]> {
  if (answers.length === 0 && answerable.length === 0) return [];
  const found = await sql<{ kind: 'answer' | 'absence'; row: number }>`
    select 'answer' as kind, given.row::int4 as row
      from unnest(${answers.map(({ email }) => email.tenantId)}::uuid[],
                  ${answers.map(({ email }) => email.accountId)}::uuid[],
                  ${answers.map(({ hash }) => hash)}::bytea[]) with ordinality as given (tenant_id, account_id, hash, row)
     where exists (select 1 from transfer.message as sent
                    where sent.tenant_id = given.tenant_id and sent.account_id = given.account_id
                      and sent.message_id_hash = given.hash)
    union all
    select 'absence', given.row::int4
      from unnest(${answerable.map(({ tenantId }) => tenantId)}::uuid[],
                  ${answerable.map(({ accountId }) => accountId)}::uuid[]) with ordinality as given (tenant_id, account_id, row)
      join transfer.vacation as away on away.tenant_id = given.tenant_id and away.account_id = given.account_id
     where away.is_enabled and (away.from_at is null or away.from_at <= ${act.at})
       and (away.to_at is null or away.to_at > ${act.at})`.execute(act.tx);
  return found.rows.map(({ kind, row }) =>
    present(kind === 'answer' ? answers[row - 1]?.email : answerable[row - 1], 'a lookup names no email'),
  );
}
