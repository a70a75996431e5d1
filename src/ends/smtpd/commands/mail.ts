import { assert } from '../../../base/assert.ts';
import { parseMailArguments } from '../../../formats/smtp/envelope-commands.ts';
import { protocolReply, replyOfVerdict } from '../errors.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';

/** MAIL (RFC 5321 §4.1.1.2). */
export const mail = define({
  verb: 'MAIL',
  states: ['ready'],
  isIdle: true,
  parse: (text, session) => parseMailArguments(text, { withAuth: session.options.role.kind === 'submission' }),
  run: async (session, args) => {
    const { standing, limits } = session;
    assert(standing !== undefined, 'the state says that somebody was judged');
    if (standing.kind !== 'admitted') {
      session.replyFault(replyOfVerdict(standing, args));
      return;
    }
    // RFC 1870 §6.1
    if (args.sizeBytes !== undefined && args.sizeBytes > limits.messageBytes) {
      session.reply(protocolReply(552, '5.3.4', smtpdTexts.tooBig(limits.messageBytes)));
      return;
    }
    const opening = await standing.admission.openTransaction(args);
    if (opening.kind !== 'opened') {
      session.reply(replyOfVerdict(opening, args));
      return;
    }
    session.openTransaction({ transaction: opening.transaction, smtpUtf8: args.smtpUtf8, recipientCommands: 0 });
    session.reply(protocolReply(250, '2.1.0', smtpdTexts.senderOk));
  },
});
