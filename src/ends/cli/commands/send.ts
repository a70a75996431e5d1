import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, Temporary } from '../../../base/errors.ts';
import type { EmailId } from '../../../base/ids.ts';
import type { Account } from '../../../domain/mail/mail.ts';
import { sayReply } from '../../../domain/transfer/acceptance.ts';
import { type Address, parseAddress } from '../../../formats/address/address.ts';
import { composeMessageBytes } from '../../../formats/mime/compose.ts';
import type { Product } from '../../product.ts';
import { type Command, exitCode, type Invocation, UsageFault } from '../cli.ts';
import { cliTexts } from '../texts.ts';
import { accountAt, addressOption } from './account.ts';
import { consoleActor } from './user.ts';

const texts = cliTexts.send;
const defaultWaitSeconds = 60;
const mostWaitSeconds = 3_600;
const pollMs = 250;
const messageExtensions = new Set(['.eml', '.msg']);
const finalStates = new Set(['accepted', 'failed', 'expired', 'dropped']);
const contentTypes: Readonly<Record<string, string>> = {
  '.xml': 'text/xml',
  '.pdf': 'application/pdf',
  '.zip': 'application/zip',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
};

interface SentFile {
  readonly file: string;
  readonly emailId?: EmailId;
  state: keyof typeof texts.states;
  reason: string;
}

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

/** Files as they are, folders as the files directly in them. */
async function filesOf(places: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const place of places) {
    const found = await stat(place).catch(() => undefined);
    if (found === undefined) throw new Refusal('file-unreadable', texts.unreadable(place));
    if (!found.isDirectory()) {
      files.push(place);
      continue;
    }
    const entries = await readdir(place, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    files.push(...names.sort((one, other) => one.localeCompare(other, 'fr')).map((name) => path.join(place, name)));
  }
  return files;
}

/** Files of Unix end their lines with LF; mail ends them with CRLF. Nothing else is changed. */
function withMailLineEnds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

async function contentOf(file: string, order: Order): Promise<Buffer> {
  const bytes = await readFile(file);
  const extension = path.extname(file).toLowerCase();
  if (messageExtensions.has(extension)) return withMailLineEnds(bytes);
  const name = path.basename(file);
  return composeMessageBytes(
    {
      from: { name: order.from.displayName, address: order.from.address },
      to: order.to.map((address) => ({ address })),
      subject: path.basename(file, path.extname(file)),
      date: new Date(),
      messageId: `${randomUUID()}@${order.from.address.split('@').at(-1)}`,
      text: texts.attachmentText(name),
      attachments: [
        { fileName: name, contentType: contentTypes[extension] ?? 'application/octet-stream', content: bytes },
      ],
    },
    () => randomBytes(18).toString('hex'),
  );
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function submitFile(product: Product, order: Order, file: string): Promise<SentFile> {
  try {
    const content = await contentOf(file, order);
    const outcome = await product.transfer.submit(
      { actor: consoleActor(), reason: 'administration', ...(order.inject ? { inject: true } : {}) },
      {
        sender: order.from.address,
        recipients: order.to.map((recipient) => ({ recipient })),
        content: once(content),
      },
    );
    if (outcome.kind === 'submitted') return { file, emailId: outcome.emailId, state: 'queued', reason: '' };
    return { file, state: 'refused', reason: sayReply(outcome.reply, { smtpUtf8: true }) };
  } catch (fault) {
    if (fault instanceof Refusal || fault instanceof Temporary) {
      return { file, state: 'refused', reason: fault.publicText };
    }
    throw fault;
  }
}

/** Looks again until every recipient of every file is final, or the time is over. */
async function follow(product: Product, from: Account, sent: readonly SentFile[], waitSeconds: number): Promise<void> {
  const deadline = performance.now() + waitSeconds * 1_000;
  for (;;) {
    let waiting = 0;
    for (const one of sent) {
      if (one.emailId === undefined || finalStates.has(one.state)) continue;
      const lines = await product.transfer.deliveryHistory(product.database.db, from, one.emailId);
      const open = lines.find((line) => !finalStates.has(line.state));
      const failed = lines.find((line) => line.state !== 'accepted');
      const shown = open ?? failed ?? lines[0];
      if (shown === undefined) continue;
      one.state = shown.state;
      one.reason = shown.state === 'accepted' ? '' : [shown.status, shown.answer].filter(Boolean).join(' ');
      if (open !== undefined) waiting += 1;
    }
    if (waiting === 0 || performance.now() > deadline) return;
    await sleep(pollMs);
  }
}

export const sendCommand: Command = {
  name: 'send',
  summary: texts.summary,
  usage: texts.usage,
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
    const files = await filesOf(invocation.positionals);
    const product = await invocation.product();
    if (inject && !product.config.sandbox) throw new Refusal('inject-refused', texts.injectElsewhere);
    const from = await accountAt(product, address);
    const sent: SentFile[] = [];
    for (const file of files) sent.push(await submitFile(product, { from, to, inject }, file));
    if (waitSeconds > 0) await follow(product, from, sent, waitSeconds);
    const count = (states: readonly string[]): number => sent.filter((one) => states.includes(one.state)).length;
    const delivered = count(['accepted']);
    const refused = count(['refused', 'failed', 'expired', 'dropped']);
    const width = Math.max(...sent.map((one) => path.basename(one.file).length));
    const lines = sent.map((one) =>
      `${path.basename(one.file).padEnd(width)}  ${texts.states[one.state].padEnd(10)}  ${one.reason}`.trimEnd(),
    );
    invocation.print({ delivered, refused, waiting: sent.length - delivered - refused, files: sent }, [
      ...lines,
      texts.summaryLine(delivered, refused, sent.length - delivered - refused),
    ]);
    return delivered + (waitSeconds === 0 ? count(['queued']) : 0) === sent.length ? exitCode.done : exitCode.refused;
  },
};
