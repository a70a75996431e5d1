import { protocolReply } from '../errors.ts';
import { sessionStates } from '../session.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';

/** VRFY (RFC 5321 §3.5.3, §7.3): known, and never answered, since it would tell who has an account. */
export const vrfy = define({
  verb: 'VRFY',
  states: sessionStates,
  isIdle: true,
  parse: () => undefined,
  run: (session) => session.reply(protocolReply(252, '2.5.0', smtpdTexts.verify)),
});
