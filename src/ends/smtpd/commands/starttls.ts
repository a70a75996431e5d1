import { parseNoArguments } from '../../../formats/smtp/command-line.ts';
import { protocolReply } from '../errors.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';

/** STARTTLS (RFC 3207). */
export const starttls = define({
  verb: 'STARTTLS',
  states: ['announced'],
  isIdle: true,
  parse: parseNoArguments,
  run: async (session) => {
    // RFC 3207 §4.2, §6: what was slipped in before the handshake must never be read as said under TLS.
    if (session.connection.hasUnread) {
      session.replyFault(protocolReply(554, '5.5.1', smtpdTexts.earlyHandshake));
      session.close();
      return;
    }
    session.reply(protocolReply(220, '2.0.0', smtpdTexts.startTls));
    await session.connection.flush();
    const { role, secureContext } = session.options;
    await session.connection.startTls({ secureContext: secureContext(), asksCertificate: role.kind === 'inbound' });
    session.clientName = '';
    session.state = 'secured';
  },
});
