/** The first exchanges of the small world, submitted by the people themselves and carried from operator to operator. */
import { randomBytes, randomUUID } from 'node:crypto';
import { composeMessageBytes } from '../src/formats/mime/compose.ts';
import { SmtpTestClient } from '../testkit/smtp-client.ts';
import { demoMessages, demoOperators } from './people.ts';
import type { Credentials } from './seed.ts';
import type { World } from './world.ts';

/** As mail programs write those whom they know. */
function named(address: string): { readonly address: string; readonly name?: string } {
  const held = demoOperators.flatMap((demo) => [...demo.shared, ...demo.people.flatMap((person) => person.holds)]);
  const name = held.find((account) => account.address === address)?.displayName;
  return name === undefined ? { address } : { address, name };
}

export async function sendFirstExchanges(world: World, people: ReadonlyMap<string, Credentials>): Promise<void> {
  for (const message of demoMessages) {
    const demo = demoOperators.find((one) => message.from.endsWith(`@${one.domain}`));
    const operator = world.operators.find((one) => one.demo === demo);
    const author = demo?.people.find(
      (person) => person.shares.includes(message.from) || person.holds.some((held) => held.address === message.from),
    );
    const credentials = people.get(author?.login ?? '');
    if (operator === undefined || credentials === undefined) throw new TypeError(`no author for ${message.subject}`);
    const content = await composeMessageBytes(
      {
        from: named(message.from),
        to: message.to.map(named),
        subject: message.subject,
        date: new Date(),
        messageId: `${randomUUID()}@${demo?.domain}`,
        text: message.text,
      },
      () => randomBytes(18).toString('hex'),
    );
    const client = await SmtpTestClient.connectSecurely(operator.ports.submission);
    await client.authPlain(credentials.login, credentials.appPassword);
    const replies = await client.sendMessage({ from: message.from, to: message.to, content });
    await client.quit();
    const last = replies.at(-1);
    if (last?.code !== 250) throw new Error(`a first exchange was refused: ${last?.code} ${last?.lines.join(' ')}`);
  }
}
