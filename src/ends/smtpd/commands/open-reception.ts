import { replyOfVerdict } from '../errors.ts';
import { Reception } from '../reception.ts';
import type { Session } from '../session.ts';

/** Asks the domain for a sink; a "no" is answered here and ends the transaction. */
export async function openReception(session: Session): Promise<Reception | undefined> {
  const { envelope, limits, log } = session;
  const verdict = await envelope.transaction.receive();
  if (verdict.kind === 'receiving') return new Reception(verdict.sink, { limits, log, smtpUtf8: envelope.smtpUtf8 });
  session.endTransaction({ reply: replyOfVerdict(verdict, envelope), isFatal: false });
  return undefined;
}
