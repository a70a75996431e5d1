import { protocolReply } from '../errors.ts';
import { sessionStates } from '../session.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';

/** NOOP (RFC 5321 §4.1.1.9): any argument is passed over. */
export const noop = define({
  verb: 'NOOP',
  states: sessionStates,
  isIdle: true,
  parse: () => undefined,
  run: (session) => session.reply(protocolReply(250, '2.0.0', smtpdTexts.ok)),
});
