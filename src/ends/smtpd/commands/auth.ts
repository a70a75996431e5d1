import { assert } from '../../../base/assert.ts';
import { smtpLimits } from '../../../base/limits.ts';
import {
  type AuthArguments,
  credentialsOfLogin,
  decodeBase64,
  loginPrompts,
  type PasswordCredentials,
  parseAuthArguments,
  parsePlain,
} from '../../../formats/smtp/sasl.ts';
import { protocolReply, replyOfVerdict } from '../errors.ts';
import type { Session } from '../session.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';
import { peerOf } from './ehlo.ts';

/** AUTH (RFC 4954): PLAIN (RFC 4616) and LOGIN. Each exchange has a fixed number of steps, and attempts are counted. */
export const auth = define({
  verb: 'AUTH',
  states: ['unauthenticated'],
  isIdle: true,
  parse: parseAuthArguments,
  run: async (session, args) => {
    const { role } = session.options;
    assert(role.kind === 'submission', 'AUTH is offered to people only');
    session.authAttempts += 1;
    if (args.mechanism !== 'PLAIN' && args.mechanism !== 'LOGIN') {
      session.replyFault(protocolReply(504, '5.5.4', smtpdTexts.authMechanism)); // RFC 4954 §4
      return;
    }
    const credentials = await readCredentials(session, args);
    if (credentials === undefined) {
      session.replyFault(protocolReply(501, '5.7.0', smtpdTexts.authCancelled)); // RFC 4954 §4
      return;
    }
    const verdict = await role.acceptance.authenticate({ kind: 'password', ...credentials }, peerOf(session));
    if (verdict.kind !== 'admitted') {
      session.replyFault(replyOfVerdict(verdict, { smtpUtf8: false }));
      return;
    }
    session.standing = verdict;
    session.state = 'ready';
    session.reply(protocolReply(235, '2.7.0', smtpdTexts.authenticated));
  },
});

/** The credentials, or undefined when the client gave up with `*`. */
async function readCredentials(session: Session, args: AuthArguments): Promise<PasswordCredentials | undefined> {
  if (args.mechanism === 'PLAIN') {
    const message = args.initialResponse ?? (await ask(session, ''));
    return message === undefined ? undefined : parsePlain(message);
  }
  const name = args.initialResponse ?? (await ask(session, loginPrompts.name));
  if (name === undefined) return undefined;
  const password = await ask(session, loginPrompts.password);
  return password === undefined ? undefined : credentialsOfLogin(name, password);
}

async function ask(session: Session, prompt: string): Promise<Buffer | undefined> {
  session.reply({ code: 334, lines: [prompt] });
  const line = await session.connection.readLine(smtpLimits.authLineBytes);
  return line === '*' ? undefined : decodeBase64(line);
}
