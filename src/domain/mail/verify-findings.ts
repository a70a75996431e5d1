import type { AccountRef, VerifyFinding } from './mail.ts';

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
