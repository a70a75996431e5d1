import { smtpLimits } from '../../../base/limits.ts';
import { parseNoArguments } from '../../../formats/smtp/command-line.ts';
import { DataDecoder } from '../../../formats/smtp/data-decoder.ts';
import { protocolReply, replyOfTextFault } from '../errors.ts';
import { PacedContent } from '../pace.ts';
import type { Reception } from '../reception.ts';
import type { Session } from '../session.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';
import { openReception } from './open-reception.ts';

/** DATA (RFC 5321 §4.1.1.4). */
export const data = define({
  verb: 'DATA',
  states: ['recipients'],
  isIdle: false,
  parse: parseNoArguments,
  run: async (session) => {
    // RFC 2920 §3.1: DATA ends a group of commands. Were it refused, what follows would be read as commands.
    if (session.connection.hasUnread) {
      session.replyFault(protocolReply(554, '5.5.1', smtpdTexts.earlyContent));
      session.close();
      return;
    }
    const reception = await openReception(session);
    if (reception === undefined) return;
    session.reply({ code: 354, lines: [smtpdTexts.goAhead] });
    try {
      await receive(session, reception);
    } catch (fault) {
      await reception.abort('connection-lost');
      throw fault;
    }
  },
});

async function receive(session: Session, reception: Reception): Promise<void> {
  const decoder = new DataDecoder(smtpLimits.textLineBytes);
  const content = new PacedContent(session.connection, session.limits, session.options.clock);
  for (;;) {
    const octets = await content.read();
    const { parts, rest } = decoder.decode(octets);
    await reception.write(parts, octets.length);
    if (decoder.fault !== undefined) await reception.refuse(replyOfTextFault(decoder.fault), 'content-refused');
    if (rest !== undefined) {
      session.connection.unread(rest);
      session.endTransaction(await reception.finish());
      return;
    }
    if (reception.isExhausted) {
      session.close();
      session.endTransaction(await reception.finish());
      return;
    }
  }
}
