import { parseNoArguments } from '../../../formats/smtp/command-line.ts';
import { protocolReply } from '../errors.ts';
import { sessionStates } from '../session.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';

/** QUIT (RFC 5321 §4.1.1.10). */
export const quit = define({
  verb: 'QUIT',
  states: sessionStates,
  isIdle: true,
  parse: parseNoArguments,
  run: (session) => {
    session.reply(protocolReply(221, '2.0.0', smtpdTexts.bye));
    session.close();
  },
});
