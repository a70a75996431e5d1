import { parseNoArguments } from '../../../formats/smtp/command-line.ts';
import { protocolReply } from '../errors.ts';
import { sessionStates } from '../session.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';

/** RSET (RFC 5321 §4.1.1.5). */
export const rset = define({
  verb: 'RSET',
  states: sessionStates,
  isIdle: true,
  parse: parseNoArguments,
  run: async (session) => {
    await session.resetTransaction('given-up');
    session.reply(protocolReply(250, '2.0.0', smtpdTexts.ok));
  },
});
