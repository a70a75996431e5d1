import type { EmailId } from '../../base/ids.ts';
import type { AccountRef } from './mail.ts';

export interface VerifyFinding extends AccountRef {
  readonly emailId?: EmailId;
  readonly code:
    | 'content-missing'
    | 'content-damaged'
    | 'summary-damaged'
    | 'structure-differs'
    | 'counter-differs'
    | 'mailbox-missing'
    | 'index-damaged';
  readonly repaired: boolean;
}

export interface VerifyReport {
  readonly accounts: number;
  readonly emails: number;
  readonly bytes: number;
  readonly findings: number;
  readonly repaired: number;
}

export type Finding = Pick<VerifyFinding, 'code' | 'emailId' | 'repaired'>;

/** What was found in one account. */
export class AccountFindings {
  readonly account: AccountRef;
  readonly #onFinding: (finding: VerifyFinding) => void;
  emails = 0;
  bytes = 0;
  count = 0;
  repaired = 0;

  constructor(account: AccountRef, onFinding: (finding: VerifyFinding) => void) {
    this.account = account;
    this.#onFinding = onFinding;
  }

  tell(finding: Finding): void {
    this.count += 1;
    if (finding.repaired) this.repaired += 1;
    this.#onFinding({ ...this.account, ...finding });
  }
}
