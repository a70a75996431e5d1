import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, Temporary } from '../../../base/errors.ts';
import type { EmailId } from '../../../base/ids.ts';
import type { Account } from '../../../domain/mail/mail.ts';
import { sayReply } from '../../../domain/transfer/acceptance.ts';
import { causeText } from '../../../domain/transfer/transfer.ts';
import { type Address, parseAddress } from '../../../formats/address/address.ts';
import { composeMessageBytes } from '../../../formats/mime/compose.ts';
import type { Product } from '../../product.ts';
import { type Command, exitCode, type Invocation, UsageFault } from '../cli.ts';
import { byConsole } from '../console.ts';
import { formatPercent } from '../format.ts';
import { findSendable, type SendableFile } from '../sendable-files.ts';
import { cliTexts } from '../texts.ts';
import { accountAt, addressOption } from './account.ts';

const texts = cliTexts.send;
const defaultWaitSeconds = 60;
const mostWaitSeconds = 3_600;
const pollMs = 250;
const finalStates = new Set(['accepted', 'failed', 'expired', 'dropped']);
interface SentFile {
  readonly file: string;
  readonly name: string;
  readonly emailId?: EmailId;
  state: keyof typeof texts.states;
  reason: string;
}

type DeliveryLine = Awaited<ReturnType<Product['transfer']['deliveryHistory']>>[number];

interface Order {
  readonly from: Account;
  readonly to: readonly Address[];
  readonly inject: boolean;
}

function recipientsOption(invocation: Invocation): readonly Address[] {
  return invocation
    .required('to')
    .split(',')
    .map((text) => {
      const address = parseAddress(text.trim());
      if (address === undefined) throw new UsageFault(cliTexts.account.badAddress(text));
      return address;
    });
}

function waitOption(invocation: Invocation): number {
  const seconds = Number(invocation.text('wait') ?? defaultWaitSeconds);
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > mostWaitSeconds) throw new UsageFault(texts.badWait);
  return seconds;
}

/** Files of Unix end their lines with LF; mail ends them with CRLF. Nothing else is changed. */
function withMailLineEnds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

async function contentOf(file: SendableFile, order: Order): Promise<Buffer> {
  const content = await readFile(file.path);
  if (file.kind === 'message') return withMailLineEnds(content);
  const fileName = path.basename(file.path);
  return composeMessageBytes(
    {
      from: { name: order.from.displayName, address: order.from.address },
      to: order.to.map((address) => ({ address })),
      subject: path.basename(fileName, path.extname(fileName)),
      date: new Date(),
      messageId: `${randomUUID()}@${order.from.address.split('@').at(-1)}`,
      text: texts.attachmentText(fileName),
      attachments: [{ fileName, contentType: file.contentType, content }],
    },
    () => randomBytes(18).toString('hex'),
  );
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function submitFile(product: Product, order: Order, found: SendableFile): Promise<SentFile> {
  const shown = { file: found.path, name: found.name };
  try {
    const content = await contentOf(found, order);
    const outcome = await product.transfer.submit(
      { ...byConsole(), ...(order.inject ? { inject: true } : {}) },
      {
        sender: order.from.address,
        recipients: order.to.map((recipient) => ({ recipient })),
        content: once(content),
      },
    );
    if (outcome.kind === 'submitted') return { ...shown, emailId: outcome.emailId, state: 'queued', reason: '' };
    return { ...shown, state: 'refused', reason: sayReply(outcome.reply, { smtpUtf8: true }) };
  } catch (fault) {
    if (fault instanceof Refusal || fault instanceof Temporary) {
      return { ...shown, state: 'refused', reason: fault.publicText };
    }
    throw fault;
  }
}

/** What the other operator said; when it said nothing, what we know. */
function reasonOf({ answer, status, cause }: DeliveryLine): string {
  return answer ?? [status, cause === null ? null : causeText(cause)].filter(Boolean).join(' ');
}

/** Looks again until every recipient of every file is final, or the time is over. */
async function follow(product: Product, from: Account, sent: readonly SentFile[], waitSeconds: number): Promise<void> {
  const deadline = performance.now() + waitSeconds * 1_000;
  for (;;) {
    let waiting = 0;
    for (const one of sent) {
      if (one.emailId === undefined || finalStates.has(one.state)) continue;
      const lines = await product.transfer.deliveryHistory(byConsole().actor, from, one.emailId);
      const open = lines.find((line) => !finalStates.has(line.state));
      const failed = lines.find((line) => line.state !== 'accepted');
      const shown = open ?? failed ?? lines[0];
      if (shown === undefined) continue;
      one.state = shown.state;
      one.reason = shown.state === 'accepted' ? '' : reasonOf(shown);
      if (open !== undefined) waiting += 1;
    }
    if (waiting === 0 || performance.now() > deadline) return;
    await sleep(pollMs);
  }
}

function tableOf(sent: readonly SentFile[]): readonly string[] {
  const { file, state, reason } = texts.columns;
  const rows = [[file, state, reason], ...sent.map((one) => [one.name, texts.states[one.state], one.reason])];
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = [widthOf(0), widthOf(1), 0];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export const sendCommand: Command = {
  name: 'send',
  summary: texts.summary,
  usage: texts.usage,
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    from: { type: 'string', help: texts.from },
    to: { type: 'string', help: texts.to },
    inject: { type: 'boolean', help: texts.inject },
    wait: { type: 'string', help: texts.wait },
  },
  async run(invocation) {
    const address = addressOption(invocation, 'from');
    const to = recipientsOption(invocation);
    const waitSeconds = waitOption(invocation);
    const inject = invocation.flag('inject');
    if (invocation.positionals.length === 0) throw new UsageFault(texts.noFile);
    const files = await findSendable(invocation.positionals);
    if (files.length === 0) throw new Refusal('nothing-to-send', texts.nothing);
    const product = await invocation.product();
    if (inject && !product.config.sandbox) throw new Refusal('inject-refused', texts.injectElsewhere);
    const from = await accountAt(product, address);
    const sent: SentFile[] = [];
    for (const file of files) sent.push(await submitFile(product, { from, to, inject }, file));
    if (waitSeconds > 0) await follow(product, from, sent, waitSeconds);
    const count = (states: readonly string[]): number => sent.filter((one) => states.includes(one.state)).length;
    const delivered = count(['accepted']);
    const refused = count(['refused', 'failed', 'expired', 'dropped']);
    const waiting = sent.length - delivered - refused;
    invocation.print({ delivered, refused, waiting, files: sent }, [
      ...tableOf(sent),
      texts.summaryLine({ delivered, share: formatPercent(delivered, sent.length), refused, waiting }),
    ]);
    return delivered + (waitSeconds === 0 ? count(['queued']) : 0) === sent.length ? exitCode.done : exitCode.refused;
  },
};
