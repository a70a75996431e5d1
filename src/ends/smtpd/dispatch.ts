import { smtpLimits } from '../../base/limits.ts';
import { parseCommandLine } from '../../formats/smtp/command-line.ts';
import { refusal } from '../../formats/smtp/refusals.ts';
import type { Reply } from '../../formats/smtp/reply.ts';
import { auth } from './commands/auth.ts';
import { bdat } from './commands/bdat.ts';
import type { AnyCommand } from './commands/command.ts';
import { data } from './commands/data.ts';
import { ehlo } from './commands/ehlo.ts';
import { help } from './commands/help.ts';
import { mail } from './commands/mail.ts';
import { noop } from './commands/noop.ts';
import { quit } from './commands/quit.ts';
import { rcpt } from './commands/rcpt.ts';
import { rset } from './commands/rset.ts';
import { starttls } from './commands/starttls.ts';
import { vrfy } from './commands/vrfy.ts';
import { ConnectionLost } from './connection.ts';
import { protocolReply, replyOfFault, stoppingReply } from './errors.ts';
import type { SmtpdRole } from './options.ts';
import type { Session } from './session.ts';
import { smtpdTexts } from './texts.ts';

const common = [ehlo, starttls, mail, rcpt, data, bdat, rset, noop, quit, vrfy, help];
const commandsOf: Readonly<Record<SmtpdRole['kind'], ReadonlyMap<string, AnyCommand>>> = {
  inbound: new Map(common.map((command) => [command.verb, command])),
  submission: new Map([...common, auth].map((command) => [command.verb, command])),
};

/** Serves one session from its greeting to its end. Throws nothing: a connection error disturbs nobody else. */
// ANS-REF2 ECO.1.2.3
export async function runSession(session: Session): Promise<void> {
  try {
    session.reply({ code: 220, lines: [smtpdTexts.greeting(session.options.serverName)] });
    while (!session.isClosing) await serveCommand(session);
    await session.connection.flush();
  } catch (fault) {
    closeAfter(session, fault);
  }
  await session.resetTransaction('connection-lost').catch((fault: unknown) => {
    session.log.error('smtpd-abort-failed', {}, fault);
  });
  session.connection.end();
}

async function serveCommand(session: Session): Promise<void> {
  session.isWaiting = !session.connection.hasUnread;
  const isAuthNext = session.state === 'unauthenticated'; // RFC 4954 §4: an initial response makes the line long
  try {
    const line = await session.connection.readLine(isAuthNext ? smtpLimits.authLineBytes : smtpLimits.commandLineBytes);
    session.isWaiting = false;
    await answer(session, line);
  } catch (fault) {
    session.isWaiting = false;
    if (fault instanceof ConnectionLost) throw fault;
    const { reply, isFatal } = replyOfFault(fault, session.log);
    session.replyFault(reply);
    if (isFatal) session.close();
  }
  closeWhenEnough(session);
}

/** State and arguments are checked here, before the command runs. */
async function answer(session: Session, line: string): Promise<void> {
  const { verb, text } = parseCommandLine(line);
  const command = commandsOf[session.options.role.kind].get(verb);
  if (command === undefined) return answerUnknown(session, verb);
  if (command.isIdle) session.countIdleCommand();
  const isAllowed = command.states.includes(session.state);
  // A command out of order is answered as such, whatever its arguments, unless content follows it.
  if (!isAllowed && command.verb !== 'BDAT') {
    session.replyFault(outOfOrder(session, verb));
    return;
  }
  const prepared = command.prepare(text, session);
  if (isAllowed) {
    await prepared.run();
  } else {
    await prepared.skip();
    session.replyFault(outOfOrder(session, verb));
  }
}

function outOfOrder(session: Session, verb: string): Reply {
  const { state } = session;
  const isInClear = state === 'connected' || state === 'announced';
  if (isInClear && verb !== 'STARTTLS') return protocolReply(530, '5.7.0', smtpdTexts.startTlsFirst); // RFC 3207 §4
  if (state === 'unauthenticated') return protocolReply(530, '5.7.0', smtpdTexts.authRequired); // RFC 4954 §6
  if (state === 'sender' && verb === 'DATA') return protocolReply(554, '5.5.1', smtpdTexts.noRecipients); // RFC 5321 §3.3
  return protocolReply(503, '5.5.1', smtpdTexts.badSequence);
}

/** HELO cannot lead to TLS, which is required here; the others are of RFC 5321 or older, and not served. */
const declined: readonly string[] = ['HELO', 'AUTH', 'EXPN', 'TURN', 'ETRN', 'SEND', 'SOML', 'SAML', 'BURL'];

function answerUnknown(session: Session, verb: string): void {
  if (!declined.includes(verb)) throw refusal('smtp-command');
  const text = verb === 'HELO' ? smtpdTexts.ehloRequired : smtpdTexts.notOffered;
  session.replyFault(protocolReply(502, '5.5.1', text)); // RFC 5321 §4.2.4
}

/** Sessions that only cost are ended, and all of them when the server stops. */
function closeWhenEnough(session: Session): void {
  const text = session.hasTooManyErrors
    ? smtpdTexts.tooManyErrors
    : session.hasTooManyIdleCommands
      ? smtpdTexts.tooManyIdleCommands
      : undefined;
  if (session.isClosing) return;
  if (text !== undefined) session.closeWith(protocolReply(421, '4.7.0', text));
  else if (session.isStopping && !session.hasTransaction) session.closeWith(stoppingReply);
}

function closeAfter(session: Session, fault: unknown): void {
  if (fault instanceof ConnectionLost) {
    // RFC 5321 §3.8: 421 may come at any time.
    if (fault.reason === 'timeout') session.reply(protocolReply(421, '4.4.2', smtpdTexts.timeout));
    session.log.debug('smtpd-connection-lost', { reason: fault.reason, state: session.state });
  } else {
    session.reply(replyOfFault(fault, session.log).reply);
  }
}
