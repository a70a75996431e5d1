import { operatorWide } from '../../platform/keys/keys.ts';
import type { SignIn } from '../access/access.ts';
import type { TransferParts } from './transfer.ts';

/** The audit event of a sign-in to submission; a refused one belongs to nobody, so to the operator. */
export async function recordSignIn(parts: Pick<TransferParts, 'audit'>, signIn: SignIn, login: string): Promise<void> {
  if (signIn.kind === 'slowed') return; // nothing was tried: the first failures of the window are on record
  const actor =
    signIn.kind === 'accepted'
      ? ({ kind: 'person', personId: signIn.person.personId } as const)
      : ({ kind: 'system', task: 'submission' } as const);
  await parts.audit.act({ actor, reason: 'mail-submission' }, async (act) => {
    act.record({
      tenantId: signIn.kind === 'accepted' ? signIn.person.tenantId : operatorWide,
      kind: 'session.opened',
      outcome: signIn.kind === 'accepted' ? 'done' : 'refused',
      facts: { scope: 'submission' },
      identifying: { login },
    });
  });
}
