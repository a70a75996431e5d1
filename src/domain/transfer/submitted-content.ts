import { smtpLimits } from '../../base/limits.ts';
import { TextChecker, type TextFault } from '../../formats/smtp/text-checker.ts';
import type { MessageSink, Refused } from './acceptance.ts';
import { refused } from './replies.ts';

/** What each fault breaks, as a refusal names it. */
const rules: Readonly<Record<TextFault, string>> = {
  'smtp-bare-cr': 'RFC 5321 2.3.8, CR',
  'smtp-bare-lf': 'RFC 5321 2.3.8, LF',
  'smtp-nul': 'RFC 5322 2.1, NUL',
  'smtp-text-line-too-long': 'RFC 5322 2.1.1',
};

/**
 * Writes `content`, which its author holds, into `sink`. What no operator would take from us is refused here, where the
 * author can still be told: the SMTP server does the same for what comes to it. Gives the refusal; the sink is over then.
 */
export async function writeSubmitted(sink: MessageSink, content: AsyncIterable<Buffer>): Promise<Refused | undefined> {
  const checker = new TextChecker(smtpLimits.textLineBytes);
  let fault: TextFault | undefined;
  try {
    for await (const chunk of content) {
      fault = checker.check(chunk);
      if (fault !== undefined) break;
      await sink.write(chunk);
    }
  } catch (thrown) {
    await sink.abort('fault');
    throw thrown;
  }
  fault ??= checker.finish();
  if (fault === undefined) return undefined;
  await sink.abort('content-refused');
  return refused('message-malformed', { rule: rules[fault] });
}
