/** Operators that exchange, and a message of one of them with what becomes of it: for tests of delivery lines and of what machines answer. */
import { assert } from '../src/base/assert.ts';
import { type EmailId, newId } from '../src/base/ids.ts';
import type { Actor } from '../src/domain/audit/audit.ts';
import type { EmailSummary } from '../src/domain/mail/mail.ts';
import type { DeliveryProgress } from '../src/domain/transfer/transfer.ts';
import type { Address } from '../src/formats/address/address.ts';
import type { Scope } from './database.ts';
import { rawMessage } from './mail-store.ts';
import { type TestOperator, TransferWorld } from './transfer-world.ts';

export type Doctor = Awaited<ReturnType<TestOperator['createDoctor']>>;

export interface SentLetter {
  readonly emailId: EmailId;
  readonly messageId: string;
}

export function actorOf({ person }: Doctor): Actor & { readonly kind: 'person' } {
  return { kind: 'person', personId: person.personId };
}

export class DeliveriesWorld {
  readonly cabinet: TestOperator;
  readonly hopital: TestOperator;
  /** Of the trust space too, and of no business with the letters of the other two. */
  readonly clinique: TestOperator;

  private constructor(cabinet: TestOperator, hopital: TestOperator, clinique: TestOperator) {
    this.cabinet = cabinet;
    this.hopital = hopital;
    this.clinique = clinique;
  }

  static async open(scope: Scope, options: Parameters<TransferWorld['operator']>[1] = {}): Promise<DeliveriesWorld> {
    const world = await TransferWorld.open(scope, ['cabinet', 'hopital', 'clinique']);
    const made = new DeliveriesWorld(
      await world.operator('cabinet', options),
      await world.operator('hopital'),
      await world.operator('clinique'),
    );
    await world.serve(made.cabinet);
    await world.serve(made.hopital);
    world.routes[made.clinique.domain] = { host: '127.0.0.1', port: 1 }; // nobody listens there
    return made;
  }

  /** Submits a letter as its author would by JMAP; everything that it then sets off is done before this returns. */
  async send(
    operator: TestOperator,
    from: Doctor,
    to: readonly Address[],
    { fields = {}, body }: { readonly fields?: Readonly<Record<string, string>>; readonly body?: string } = {},
  ): Promise<SentLetter> {
    const messageId = `${newId()}@${operator.domain}`;
    const all = { From: `<${from.address}>`, To: to.join(', '), 'Message-ID': `<${messageId}>`, ...fields };
    const outcome = await operator.transfer.submit(
      { actor: actorOf(from), reason: 'test' },
      {
        sender: from.address,
        recipients: to.map((recipient) => ({ recipient })),
        content: (async function* () {
          yield Buffer.from(rawMessage(all, body));
        })(),
      },
    );
    assert(outcome.kind === 'submitted', `a test letter was refused: ${JSON.stringify(outcome)}`);
    await this.settle();
    return { emailId: outcome.emailId, messageId };
  }

  /** Queues are emptied and jobs done until nothing is left, as the workers of both operators would. */
  async settle(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      await this.cabinet.drain(this.hopital.domain);
      await this.hopital.drain(this.cabinet.domain);
      const asked = [this.cabinet, this.hopital].map(follow);
      if (!(await Promise.all(asked)).some((done) => done)) return;
    }
    assert(false, 'the operators never stop answering each other');
  }

  /** Hands a message over to `to`'s operator as another operator does; what follows is done before this returns. */
  async handOver(
    from: TestOperator,
    to: { readonly operator: TestOperator; readonly address: Address },
    { sender, content }: { readonly sender: Address | null; readonly content: string | Buffer },
  ): Promise<string> {
    const transaction = await to.operator.open(from, { sender });
    const admitted = await transaction.admitRecipient({ recipient: to.address });
    assert(admitted.kind === 'accepted', 'a test recipient was refused');
    const reception = await transaction.receive();
    assert(reception.kind === 'receiving', 'a test message was refused');
    await reception.sink.write(Buffer.from(content));
    const verdict = await reception.sink.commit();
    await this.settle();
    return verdict.kind === 'accepted' ? 'accepted' : verdict.reply.text;
  }

  /** The lines of a letter, by address. */
  async lines(
    operator: TestOperator,
    from: Doctor,
    letter: SentLetter,
  ): Promise<ReadonlyMap<string, DeliveryProgress>> {
    const lines = await operator.transfer.deliveries(actorOf(from), from.account, letter.emailId);
    return new Map(lines.map((line) => [line.address, line]));
  }

  /** What a mailbox holds, whole, the oldest first. */
  async letters(
    operator: TestOperator,
    { account }: Doctor,
    role: 'inbox' | 'sent' = 'inbox',
  ): Promise<readonly { readonly summary: EmailSummary; readonly text: string }[]> {
    const all = [];
    for (const summary of await operator.inbox(account, role)) {
      all.push({ summary, text: (await operator.contents(account, summary.id)).toString('utf8') });
    }
    return all;
  }
}

async function follow(operator: TestOperator): Promise<boolean> {
  const asked = operator.followings.splice(0);
  for (const { emailId, ...account } of asked) await operator.transfer.followReceived(account, emailId);
  return asked.length > 0;
}
