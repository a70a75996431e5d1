/** Looks at what an operator has stored, as the program itself sees it, and tells the journal. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { transferLimits } from '../../../src/base/domain-limits.ts';
import { Temporary } from '../../../src/base/errors.ts';
import type { EmailId } from '../../../src/base/ids.ts';
import type { Act } from '../../../src/domain/audit/audit.ts';
import type { AccountRef } from '../../../src/domain/mail/mail.ts';
import type { Product } from '../../../src/ends/product.ts';
import { readAll } from '../../../testkit/mail-store.ts';
import type { OperatorProcess } from '../../../testkit/operators.ts';
import type { Journal } from './journal.ts';

const patienceMs = 60_000;
const pageEmails = 200;

export class Inspection {
  readonly #operator: OperatorProcess;
  readonly #journal: Journal;
  /** The highest email number looked at, by address: content never changes, and `verify` reads it all again in the end. */
  readonly #looked = new Map<string, number>();

  constructor(operator: OperatorProcess, journal: Journal) {
    this.#operator = operator;
    this.#journal = journal;
  }

  /** Runs `body` over the product, once the database answers. */
  async over<T>(body: (product: Product) => Promise<T>): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        const product = await this.#operator.openProduct();
        try {
          return await body(product);
        } finally {
          await product.close();
        }
      } catch (fault) {
        if (!this.#operator.isRunning) throw new Error(`the server ended by itself: ${this.#operator.lastWords()}`);
        if (!(fault instanceof Temporary) || Date.now() > deadline) throw fault;
        await sleep(100);
      }
    }
  }

  /** Reads what is new in every account, and counts what must agree. */
  async look(product: Product): Promise<void> {
    for (const [address, account] of this.#operator.accounts) await this.#readNew(product, address, account);
    for (const fault of await disagreements(product)) this.#journal.faults.push(`${this.#operator.name}: ${fault}`);
  }

  /** Reads everything again, and recounts. */
  async verify(): Promise<void> {
    await this.over((product) =>
      product.mail.verify({
        actor: { kind: 'system', task: 'verification' },
        repair: false,
        onFinding: ({ code, emailId }) =>
          this.#journal.faults.push(`${this.#operator.name}: verify: ${code} ${emailId ?? ''}`),
      }),
    );
  }

  async #readNew(product: Product, address: string, account: AccountRef): Promise<void> {
    const actor = { kind: 'system', task: 'test' } as const;
    for (;;) {
      const after = this.#looked.get(address) ?? 0;
      const found = await product.audit.act({ actor, reason: 'test', silent: 'when-nothing-changed' }, async (act) => {
        const emails: { number: number; role: string | null; content: Buffer }[] = [];
        for (const { id, number, role } of await emailsAfter(act, account, after)) {
          emails.push({ number, role, content: await readAll(await product.mail.openContent(act, account, id)) });
        }
        return emails;
      });
      for (const { role, content } of found) this.#journal.find(`${this.#operator.name}/${address}/${role}`, content);
      this.#looked.set(address, found.at(-1)?.number ?? after);
      if (found.length < pageEmails) return;
    }
  }
}

/** Numbers are given under the account's lock: what is visible has no gap that may still fill. */
async function emailsAfter(act: Act, account: AccountRef, after: number) {
  const found = await sql<{ id: EmailId; number: number; role: string | null }>`
    select e.id, e.number, b.role
      from mail.email e
      left join mail.mailbox_email m
        on m.tenant_id = e.tenant_id and m.account_id = e.account_id and m.email_id = e.id
      left join mail.mailbox b
        on b.tenant_id = m.tenant_id and b.account_id = m.account_id and b.id = m.mailbox_id
     where e.tenant_id = ${account.tenantId} and e.account_id = ${account.accountId} and e.number > ${after}
     order by e.number limit ${pageEmails}`.execute(act.tx);
  return found.rows;
}

/** What commits together is there together: emails and their events, counters, the queue and its events. */
async function disagreements({ database }: Product): Promise<string[]> {
  const counts = await sql<{ name: string; wrong: number }>`
    select 'emails without one event of their arrival' as name, count(*) as wrong from (
      select e.id from mail.email e
        left join audit.event v on v.tenant_id = e.tenant_id and v.object_id = e.id and v.outcome = 'done'
         and v.kind in ('email.received', 'email.submitted', 'email.reported')
       group by e.id having count(v.id) <> 1) as alone
    union all
    select 'events without their email', count(*) from audit.event v
     where v.kind in ('email.received', 'email.submitted', 'email.reported') and v.outcome = 'done'
       and not exists (select from mail.email e where e.tenant_id = v.tenant_id and e.id = v.object_id)
    union all
    select 'mailboxes with wrong counters', count(*) from mail.mailbox b
     where b.total_emails <> (select count(*) from mail.mailbox_email m
                               where m.tenant_id = b.tenant_id and m.account_id = b.account_id and m.mailbox_id = b.id)
    union all
    select 'accounts with wrong counters', count(*) from mail.account a,
      lateral (select count(*) as emails, coalesce(sum(e.size_bytes), 0) as used from mail.email e
                where e.tenant_id = a.tenant_id and e.account_id = a.id) as truth
     where a.email_count <> truth.emails or a.used_bytes <> truth.used
    union all
    select 'copies in Sent without their queued message', count(*) from audit.event v
     where v.kind = 'email.submitted' and v.outcome = 'done'
       and not exists (select from transfer.message q where q.tenant_id = v.tenant_id and q.account_id = v.account_id and q.email_id = v.object_id)
    union all
    select 'final recipients without their event', abs(
      (select count(*) from transfer.recipient where domain <> '' and next_attempt_at is null)
      - (select count(*) from audit.event where kind in ('email.relayed', 'email.returned')))
    union all
    select 'recipients that were refused', count(*) from transfer.recipient where state in ('failed', 'expired', 'dropped')
    union all
    select 'messages finished too soon, or not', count(*) from transfer.message q
     where (q.finished_at is null) <> exists (
       select from transfer.recipient r
        where r.tenant_id = q.tenant_id and r.message_id = q.id and r.next_attempt_at is not null)
    `.execute(database.db);
  return counts.rows.filter(({ wrong }) => Number(wrong) !== 0).map(({ name, wrong }) => `${wrong} ${name}`);
}

/** How many recipients still wait in the queue. */
export async function waiting({ database }: Product): Promise<number> {
  const found = await sql<{ count: number }>`
    select count(*) from transfer.recipient where next_attempt_at is not null`.execute(database.db);
  return found.rows[0]?.count ?? 0;
}

/**
 * Lets the time pass that the queue waits: leases taken before `before` run out (their workers were killed), what was deferred
 * is due; then sweeps.
 */
export async function hurryQueue({ database, transfer }: Product, before: Date): Promise<void> {
  await sql`
    update transfer.recipient set next_attempt_at = ${before}
     where state in ('queued', 'deferred') or (state = 'sending' and changed_at < ${before})`.execute(database.db);
  await sql`
    delete from transfer.domain_slot where lease_until < ${new Date(before.getTime() + transferLimits.leaseMs)}`.execute(
    database.db,
  );
  await transfer.sweep();
}
