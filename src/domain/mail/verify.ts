import { assert } from '../../base/assert.ts';
import type { MailParts, VerifyReport } from './mail.ts';

export async function verify(_parts: MailParts, _options: object): Promise<VerifyReport> {
  assert(false, 'verify is not written yet');
}
