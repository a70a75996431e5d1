import { smtpLimits } from '../../../base/limits.ts';
import { type BdatArguments, parseBdatArguments } from '../../../formats/smtp/command-line.ts';
import { TextChecker } from '../../../formats/smtp/text-checker.ts';
import { protocolReply, replyOfTextFault } from '../errors.ts';
import { PacedContent } from '../pace.ts';
import type { ChunkedContent, Session } from '../session.ts';
import { smtpdTexts } from '../texts.ts';
import { define } from './command.ts';
import { openReception } from './open-reception.ts';

/** BDAT (RFC 3030 §2). The octets of a chunk follow the command whatever its reply, so they are always read. */
export const bdat = define({
  verb: 'BDAT',
  states: ['recipients', 'chunks'],
  isIdle: false,
  parse: parseBdatArguments,
  skip: skipChunk,
  run: async (session, args) => {
    const chunked = session.chunked ?? (await beginContent(session));
    if (chunked === undefined) return skipChunk(session, args);
    chunked.chunks += 1;
    if (chunked.chunks > session.limits.chunks) {
      await chunked.reception.refuse(protocolReply(552, '5.5.0', smtpdTexts.tooManyChunks), 'content-refused');
    }
    if (args.sizeBytes > session.limits.messageBytes + session.limits.drainBytes) return refuseHugeChunk(session);
    await readChunk(session, chunked.content, args.sizeBytes, chunked.take);
    if (args.isLast) await chunked.finish();
    const { failure } = chunked.reception;
    if (failure !== undefined) {
      session.endTransaction(failure); // RFC 3030 §2: further chunks are answered 503
    } else if (args.isLast) {
      session.endTransaction(await chunked.reception.finish());
    } else {
      session.reply(protocolReply(250, '2.0.0', smtpdTexts.chunkReceived(args.sizeBytes)));
    }
  },
});

async function beginContent(session: Session): Promise<ChunkedContent | undefined> {
  const reception = await openReception(session);
  if (reception === undefined) return undefined;
  const checker = new TextChecker(smtpLimits.textLineBytes);
  const take = async (octets: Buffer): Promise<void> => {
    const fault = reception.failure === undefined ? checker.check(octets) : undefined;
    if (fault !== undefined) await reception.refuse(replyOfTextFault(fault), 'content-refused');
    await reception.write([octets], octets.length);
  };
  const finish = async (): Promise<void> => {
    const fault = checker.finish();
    if (fault !== undefined) await reception.refuse(replyOfTextFault(fault), 'content-refused');
  };
  const content = new PacedContent(session.connection, session.limits, session.options.clock);
  const chunked: ChunkedContent = { reception, content, take, finish, chunks: 0 };
  session.beginChunks(chunked);
  return chunked;
}

async function readChunk(
  session: Session,
  content: PacedContent,
  sizeBytes: number,
  take: (octets: Buffer) => Promise<void>,
): Promise<void> {
  let left = sizeBytes;
  while (left > 0) {
    const octets = await content.read();
    const chunk = octets.length > left ? octets.subarray(0, left) : octets;
    session.connection.unread(octets.subarray(chunk.length));
    left -= chunk.length;
    await take(chunk);
  }
}

/** Reads away a chunk that nobody wants: its octets are never commands. */
async function skipChunk(session: Session, { sizeBytes }: BdatArguments): Promise<void> {
  if (sizeBytes > session.limits.messageBytes + session.limits.drainBytes) return refuseHugeChunk(session);
  const content = new PacedContent(session.connection, session.limits, session.options.clock);
  await readChunk(session, content, sizeBytes, async () => undefined);
}

async function refuseHugeChunk(session: Session): Promise<void> {
  await session.resetTransaction('too-big');
  session.replyFault(protocolReply(552, '5.3.4', smtpdTexts.tooBig(session.limits.messageBytes)));
  session.close();
}
