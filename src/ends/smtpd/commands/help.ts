import { protocolReply } from '../errors.ts';
import { sessionStates } from '../session.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';

/** HELP (RFC 5321 §4.1.1.8). */
export const help = define({
  verb: 'HELP',
  states: sessionStates,
  isIdle: true,
  parse: () => undefined,
  run: (session) => session.reply(protocolReply(214, '2.0.0', smtpdTexts.help)),
});
