/** Hygie's side of `bench/jmap.ts`: an account filled as mail comes, its holder, and one kept connection to the JMAP end. */
import { Agent, request } from 'node:http';
import { present } from '../../src/base/assert.ts';
import { gib } from '../../src/base/limits.ts';
import { Secret } from '../../src/base/secret.ts';
import type { AccountRef, Delivery, Mailbox } from '../../src/domain/mail/mail.ts';
import type { Product } from '../../src/ends/product.ts';
import { parseAddress } from '../../src/formats/address/address.ts';
import type { BenchAuthority } from '../ingest/authority.ts';
import { startHygie } from '../ingest/hygie.ts';
import type { Place, PlannedEmail } from './messages.ts';

/** What a program needs to ask for one account. */
export interface Filled {
  readonly accountId: string;
  readonly inbox: string;
  readonly authorization: string;
  /** Seconds of the search index. */
  readonly indexing: number;
}

/** Of the holder, at the sign-in page. */
export const holder = { login: 'anne.martin', password: 'Lithiase-vesiculaire-1929' } as const;

export interface JmapSide extends Filled {
  /** HTTP in plain. */
  readonly webPort: number;
  /** Sends one request of these calls; the text of its answer. */
  ask(methodCalls: readonly (readonly [string, object, string])[]): Promise<string>;
  peakMemory(): Promise<number>;
  stop(): Promise<void>;
}

const actor = { kind: 'system', task: 'bench' } as const;
/** Letters of one transaction. */
const together = 200;

/** An account of the holder with `plan`'s letters in it, indexed. */
async function fillAccount(product: Product, text: string, plan: Iterable<PlannedEmail>): Promise<Filled> {
  const { access, audit, database, mail } = product;
  const address = present(parseAddress(text), 'a bench address is malformed');
  const account = present(await access.findAddress(database.db, address), 'a bench account is missing');
  const folder = await audit.act({ actor, reason: 'bench' }, (act) =>
    mail.createMailbox(act, account, { name: 'Réunions', parentId: null }),
  );
  const mailboxes = await mail.listMailboxes(database.db, account);
  let waiting: PlannedEmail[] = [];
  const flush = async (): Promise<void> => {
    await deliver(product, account, { emails: waiting, to: (place) => mailboxOf(mailboxes, place) ?? folder });
    waiting = [];
  };
  for (const email of plan) {
    waiting.push(email);
    if (waiting.length === together) await flush();
  }
  await flush();
  const start = performance.now();
  while ((await mail.indexAccount(account)) !== 'done');
  const indexing = (performance.now() - start) / 1_000;
  const inbox = present(mailboxOf(mailboxes, 'inbox'), 'an account has no inbox');
  return { accountId: account.accountId, inbox, authorization: await signIn(product, account), indexing };
}

function mailboxOf(mailboxes: readonly Mailbox[], place: Place): Mailbox['id'] | undefined {
  return mailboxes.find(({ role }) => role === place)?.id;
}

interface Batch {
  readonly emails: readonly PlannedEmail[];
  readonly to: (place: Place) => Mailbox['id'];
}

async function deliver(product: Product, account: AccountRef, { emails, to }: Batch): Promise<void> {
  const { audit, mail } = product;
  const { tenantId, accountId } = account;
  const deliveries = await Promise.all(
    emails.map(async ({ place, isSeen, receivedAt, bytes }): Promise<Delivery> => {
      const intake = mail.openIntake({ prefix: Buffer.alloc(0) });
      await intake.write(bytes);
      const message = await intake.finish();
      const event = 'email.received' as const;
      const keywords = isSeen ? ['$seen'] : [];
      return { tenantId, accountId, message, to: { mailboxId: to(place) }, keywords, receivedAt, event };
    }),
  );
  if (deliveries.length === 0) return;
  await audit.act({ actor, reason: 'bench' }, (act) => mail.deliver(act, deliveries));
}

async function signIn({ access, audit }: Product, account: AccountRef): Promise<string> {
  const { tenantId } = account;
  return audit.act({ actor, reason: 'bench' }, async (act) => {
    const { login } = holder;
    const who = { tenantId, login, name: 'Dr Anne MARTIN', rpps: null, title: 'Médecin', role: 'holder' } as const;
    const person = await access.createPerson(act, who);
    await access.setPassword(act, person, new Secret(holder.password));
    await access.delegate(act, { account, personId: person.personId, rights: ['own'] });
    const { token } = await access.createAppPassword(act, { person, label: 'bench', scopes: ['jmap'] });
    return `Basic ${Buffer.from(`${login}:${token.revealText()}`).toString('base64')}`;
  });
}

export async function startJmapSide(options: {
  readonly folder: string;
  readonly portBase: number;
  readonly authority: BenchAuthority;
  readonly plan: (address: string) => Iterable<PlannedEmail>;
}): Promise<JmapSide> {
  let filled: Filled | undefined;
  const side = await startHygie({
    ...options,
    accounts: 1,
    quotaBytes: 50 * gib,
    async prepare(product, [address = '']) {
      filled = await fillAccount(product, address, options.plan(address));
    },
  });
  const held = present(filled, 'the account was not filled');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ...held,
    webPort: side.webPort,
    ask: (methodCalls) => post(side.webPort, agent, held.authorization, methodCalls),
    peakMemory: side.peakMemory,
    async stop() {
      agent.destroy();
      await side.stop();
    },
  };
}

const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'];

function post(port: number, agent: Agent, authorization: string, methodCalls: unknown): Promise<string> {
  const body = JSON.stringify({ using, methodCalls });
  const headers = { authorization, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sending = request(
      { host: '127.0.0.1', port, path: '/jmap/api', method: 'POST', agent, headers },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          text += piece;
        });
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`JMAP answered ${answer.statusCode}: ${text.slice(0, 300)}`));
        });
        answer.on('error', reject);
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}
