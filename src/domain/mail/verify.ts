/**
 * Re-reads every email and proves it against what the store says of it; repairs what can be derived from the rest, reports
 * what cannot. Content is read without locks, for it never changes; counters are recounted under the account's lock, in one
 * act for each account, whose event tells that its content was read.
 */

import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { Db } from '../../platform/db/db.ts';
import { IntegrityFault } from '../../platform/keys/keys.ts';
import type { Actor, Audit } from '../audit/audit.ts';
import { openAccountKey } from './account-key.ts';
import { listAccountRefs } from './accounts.ts';
import type { AccountRef, MailParts, VerifyFinding, VerifyReport } from './mail.ts';
import type { SearchIndex } from './search/search.ts';
import { repairCounters } from './verify-counters.ts';
import { type EmailRepair, repairEmails, verifyEmails } from './verify-emails.ts';
import { AccountFindings } from './verify-findings.ts';

export interface VerifyParts extends Pick<MailParts, 'db' | 'dataKeys' | 'blobs' | 'enqueueIndexing'> {
  readonly audit: Audit;
  readonly index: SearchIndex;
}

interface VerifyOptions {
  readonly actor: Actor;
  readonly repair: boolean;
  readonly onFinding: (finding: VerifyFinding) => void;
}

export async function verify(parts: VerifyParts, options: VerifyOptions): Promise<VerifyReport> {
  let report: VerifyReport = { accounts: 0, emails: 0, bytes: 0, findings: 0, repaired: 0 };
  let after: AccountRef | undefined;
  for (;;) {
    const accounts = await listAccountRefs(parts.db, after, mailLimits.maintenancePage);
    for (const account of accounts) {
      const found = await verifyAccount(parts, account, options);
      report = {
        accounts: report.accounts + 1,
        emails: report.emails + found.emails,
        bytes: report.bytes + found.bytes,
        findings: report.findings + found.count,
        repaired: report.repaired + found.repaired,
      };
    }
    after = accounts.at(-1);
    if (after === undefined) return report;
  }
}

async function verifyAccount(
  parts: VerifyParts,
  account: AccountRef,
  { actor, repair, onFinding }: VerifyOptions,
): Promise<AccountFindings> {
  const findings = new AccountFindings(account, onFinding);
  if (!(await isReadable(parts, parts.db, account))) return findings;
  const repairs: EmailRepair[] = await verifyEmails(parts, findings, repair);
  await verifyIndex(parts, findings, repair);
  const counted = await parts.audit.act({ actor, reason: 'verification' }, async (act) => {
    const found = await repairCounters(act, account, repair);
    await repairEmails(act.tx, account, repairs);
    act.record({
      tenantId: account.tenantId,
      accountId: account.accountId,
      kind: 'account.verified',
      object: { kind: 'account', id: account.accountId },
      facts: { emails: findings.emails, findings: findings.count + found.length, repair },
    });
    return found;
  });
  for (const finding of counted) findings.tell(finding);
  return findings;
}

/** False once the account's key was destroyed: there is nothing left to verify. */
async function isReadable(parts: Pick<MailParts, 'dataKeys'>, db: Db, account: AccountRef): Promise<boolean> {
  try {
    await openAccountKey(parts.dataKeys, db, account);
    return true;
  } catch (fault) {
    if (fault instanceof Refusal) return false;
    throw fault;
  }
}

/** An index that does not open is dropped and made anew from the emails. */
async function verifyIndex(parts: VerifyParts, findings: AccountFindings, repair: boolean): Promise<void> {
  const { account } = findings;
  try {
    await parts.index.find(parts.db, account, { text: 'verification' }); // any word: every segment is opened
  } catch (fault) {
    if (!(fault instanceof IntegrityFault)) throw fault;
    if (repair) {
      await parts.index.reset(account);
      await parts.db.transaction().execute((tx) => parts.enqueueIndexing(tx, [account]));
    }
    findings.tell({ code: 'index-damaged', repaired: repair });
  }
}
