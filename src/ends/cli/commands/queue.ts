import { isUuid } from '../../../base/ids.ts';
import { explanations } from '../../../domain/transfer/report-texts.ts';
import { backOffTable } from '../../../domain/transfer/transfer.ts';
import { parseDomain } from '../../../formats/address/address.ts';
import { type Command, exitCode, type Invocation, UsageFault } from '../cli.ts';
import { administer, byConsole } from '../console.ts';
import { cliTexts } from '../texts.ts';

const texts = cliTexts.queue;
const minuteMs = 60_000;
const selectionOptions = {
  message: { type: 'string', help: texts.message },
  domain: { type: 'string', help: texts.domain },
} as const;

function selection(invocation: Invocation) {
  const message = invocation.text('message');
  const domainText = invocation.text('domain');
  const domain = domainText === undefined ? undefined : parseDomain(domainText);
  if (message !== undefined && !isUuid(message)) throw new UsageFault(texts.badMessage);
  if (domainText !== undefined && domain === undefined) throw new UsageFault(texts.badDomain(domainText));
  return {
    ...(message === undefined ? {} : { messageId: message }),
    ...(domain === undefined ? {} : { domain }),
  };
}

function changing(name: 'retry' | 'drop', summary: string, done: (count: number) => string): Command {
  return {
    name: `queue ${name}`,
    summary,
    usage: '[--message ID] [--domain D]',
    options: name === 'drop' ? { ...selectionOptions, all: { type: 'boolean', help: texts.all } } : selectionOptions,
    async run(invocation) {
      const chosen = selection(invocation);
      // Dropping everything is never meant by an option forgotten.
      if (name === 'drop' && Object.keys(chosen).length === 0 && !invocation.flag('all')) {
        throw new UsageFault(texts.dropWhat);
      }
      const product = await invocation.product();
      const { transfer } = product;
      const count =
        name === 'drop'
          ? await transfer.drop(byConsole(), chosen)
          : await administer(product, (act) => transfer.retryNow(act, chosen), { mayChangeNothing: true });
      invocation.print({ recipients: count }, [done(count)]);
      return exitCode.done;
    },
  };
}

export const queueCommands: readonly Command[] = [
  {
    name: 'queue list',
    summary: texts.listSummary,
    usage: '[--message ID] [--domain D]',
    options: selectionOptions,
    async run(invocation) {
      const chosen = selection(invocation);
      const { transfer } = await invocation.product();
      const entries = await transfer.listQueue(byConsole().actor, chosen);
      const lines = entries.map((entry) =>
        [
          entry.message.id,
          entry.recipient,
          cliTexts.send.states[entry.state],
          texts.attempts(entry.attempts),
          texts.next(entry.nextAttemptAt.toISOString()),
          entry.lastCause === null ? '' : explanations[entry.lastCause].what,
        ]
          .join('  ')
          .trimEnd(),
      );
      invocation.print(entries, lines.length === 0 ? [texts.empty] : lines);
      return exitCode.done;
    },
  },
  {
    name: 'queue back-off',
    summary: texts.backOffSummary,
    usage: '',
    options: {},
    run(invocation) {
      const rows = backOffTable();
      const lines = rows.map(({ attempt, pauseMs, sinceQueuedMs }) =>
        texts.backOffRow(attempt, pauseMs / minuteMs, sinceQueuedMs / minuteMs),
      );
      invocation.print(rows, lines);
      return Promise.resolve(exitCode.done);
    },
  },
  changing('retry', texts.retrySummary, texts.retried),
  changing('drop', texts.dropSummary, texts.dropped),
];
