import { parseRcptArguments } from '../../../formats/smtp/envelope-commands.ts';
import { protocolReply, replyOfVerdict } from '../errors.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';

/** RCPT (RFC 5321 §4.1.1.3): each recipient is answered for itself. */
export const rcpt = define({
  verb: 'RCPT',
  states: ['sender', 'recipients'],
  isIdle: false,
  parse: (text, session) => parseRcptArguments(text, session.envelope),
  run: async (session, args) => {
    const { envelope } = session;
    // RFC 5321 §4.5.3.1.10. Refused ones count too: guessing addresses has an end.
    if (envelope.recipientCommands >= session.limits.recipients) {
      session.replyFault(protocolReply(452, '4.5.3', smtpdTexts.tooManyRecipients));
      return;
    }
    envelope.recipientCommands += 1;
    const verdict = await envelope.transaction.admitRecipient(args);
    if (verdict.kind !== 'accepted') {
      session.reply(replyOfVerdict(verdict, envelope));
      return;
    }
    session.state = 'recipients';
    session.reply(protocolReply(250, '2.1.5', smtpdTexts.recipientOk));
  },
});
