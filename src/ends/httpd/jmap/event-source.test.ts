/** Push by event source, through real requests. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { JmapHttp, type JmapPerson } from '../../../../testkit/jmap-http.ts';
import { rawMessage } from '../../../../testkit/mail-store.ts';
import { jmapLimits } from '../../../base/end-limits.ts';
import type { AccountRef } from '../../../domain/mail/mail.ts';

const world = await JmapHttp.open({ after });
const tenantId = await world.createTenant();

interface Event {
  readonly name: string;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

type Changed = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One source and the events that come of it; comments and the time to come back are passed over. */
class Listening {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    assert.equal(response.headers.get('content-type')?.split(';')[0], 'text/event-stream');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    if (response.body === null) throw new Error('an event source without body');
    this.#reader = response.body.getReader();
  }

  /** Undefined once the source has ended. */
  async next(): Promise<Event | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const lines = this.#text.slice(0, end).split('\n');
        this.#text = this.#text.slice(end + 2);
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const name = field('event');
        if (name !== undefined) return { name, id: field('id'), data: JSON.parse(field('data') ?? '') };
        continue;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  async changed(): Promise<Changed | undefined> {
    const event = await this.next();
    if (event === undefined) return undefined;
    assert.deepEqual([event.name, event.data['@type']], ['state', 'StateChange']);
    return event.data['changed'] as Changed; // as our route writes it
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

async function listen(person: JmapPerson, query: string, headers: Record<string, string> = {}): Promise<Listening> {
  const response = await world.fetch(person, `/jmap/eventsource?${query}`, { headers });
  assert.equal(response.status, 200);
  return new Listening(response);
}

const everything = 'types=*&closeafter=no&ping=0';
const oneState = 'types=*&closeafter=state&ping=0';

/** Until the source watches, what changes is no news to it: it tells of this one or of one of those before. */
async function changeUntil(account: AccountRef, told: Promise<unknown>): Promise<void> {
  let isTold = false;
  const over = told.finally(() => {
    isTold = true;
  });
  while (!isTold) {
    await world.store(account, rawMessage());
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 100))]);
  }
}

describe('an event source (RFC 8620 §7.3)', () => {
  test('tells the states that get answers, of the account that changed (RFC 8620 §7.1)', async () => {
    const { person, account } = await world.createHolder(tenantId);
    const quiet = await world.createAccount(tenantId);
    await world.lend(quiet, person, ['read']);
    const source = await listen(person, everything);
    const told = source.changed();
    await changeUntil(account, told);
    await source.close();
    const closing = await listen(person, oneState);
    const last = closing.changed();
    await changeUntil(account, last);
    const changed = await last;
    assert.deepEqual(Object.keys(changed ?? {}), [account.accountId]);
    const states = changed?.[account.accountId];
    assert.deepEqual(Object.keys(states ?? {}).sort(), [
      'Email',
      'EmailDelivery',
      'EmailSubmission',
      'Identity',
      'Mailbox',
      'Quota',
      'Thread',
    ]);
    assert.match(states?.['Email'] ?? '', /^\d+$/);
    assert.equal(await closing.next(), undefined, 'closeafter=state ends after the first one');
  });

  test('tells of the types that are asked', async () => {
    const { person, account } = await world.createHolder(tenantId);
    const source = await listen(person, 'types=Email,Nothing&closeafter=state&ping=0');
    const told = source.changed();
    await changeUntil(account, told);
    assert.deepEqual(Object.keys((await told)?.[account.accountId] ?? {}), ['Email']);
  });

  test('tells of an email that is added as EmailDelivery, and of nothing else (RFC 8621 §1.5)', async () => {
    const { person, account } = await world.createHolder(tenantId);
    const { emailId } = await world.store(account, rawMessage());
    const source = await listen(person, 'types=Email,EmailDelivery&closeafter=no&ping=0');
    const typesOf = async () => Object.keys((await source.changed())?.[account.accountId] ?? {}).sort();
    const first = source.changed();
    await changeUntil(account, first);
    // Before it, or with it, come the emails that were added until the source watched.
    let types: string[] = [];
    for (let isSeen = true; types.length !== 1; isSeen = !isSeen) {
      const update = { [emailId]: { 'keywords/$seen': isSeen ? true : null } };
      await world.call(person, 'Email/set', { accountId: account.accountId, update });
      types = await typesOf();
    }
    assert.deepEqual(types, ['Email']);
    await world.store(account, rawMessage());
    while (!types.includes('EmailDelivery')) types = await typesOf();
    assert.deepEqual(types, ['Email', 'EmailDelivery']);
    await source.close();
  });

  test('tells at once what was missed since the event that the client saw last', async () => {
    const { person, account } = await world.createHolder(tenantId);
    const first = await listen(person, oneState);
    const event = first.next();
    await changeUntil(account, event);
    const seen = (await event)?.id ?? '';
    // Nothing is said when nothing was missed: the ping comes first.
    await world.store(account, rawMessage());
    const missed = await (await listen(person, oneState, { 'last-event-id': seen })).next();
    assert.equal(missed?.name, 'state');
    const pinged = await listen(person, 'types=*&closeafter=no&ping=1', { 'last-event-id': missed?.id ?? '' });
    assert.equal((await pinged.next())?.name, 'ping');
    await pinged.close();
  });

  test('pings, and says how often, within its bounds', async () => {
    const { person } = await world.createHolder(tenantId);
    const source = await listen(person, 'types=*&closeafter=no&ping=1');
    for (let pings = 0; pings < 2; pings += 1) {
      assert.deepEqual(await source.next(), { name: 'ping', id: undefined, data: { interval: 1 } });
    }
    await source.close();
  });

  test('ends when the app password is taken back', async () => {
    const { person, account } = await world.createHolder(tenantId);
    const [pinged, quiet] = [await listen(person, 'types=*&closeafter=no&ping=1'), await listen(person, everything)];
    assert.equal((await pinged.next())?.name, 'ping');
    const { access } = world.foundation;
    await world.act((act) => access.revokeAppPassword(act, person.tenantId, person.appPasswordId));
    assert.equal(await pinged.next(), undefined);
    const ended = quiet.next();
    await changeUntil(account, ended);
    assert.equal(await ended, undefined);
  });

  test('says nothing of accounts of others, nor of one that may no longer be read', async () => {
    const { person, account } = await world.createHolder(tenantId);
    const other = await world.createHolder(tenantId);
    const stranger = await world.createHolder();
    await world.lend(other.account, person, ['read']);
    const source = await listen(person, everything);
    const told = source.changed();
    await changeUntil(other.account, told);
    assert.ok((await told)?.[other.account.accountId] !== undefined);
    const { access } = world.foundation;
    await world.act((act) => access.revokeDelegation(act, other.account, person.personId));
    await world.store(other.account, rawMessage());
    await world.store(stranger.account, rawMessage());
    const seen: string[] = [];
    while (!seen.includes(account.accountId)) {
      const next = source.changed();
      await world.store(account, rawMessage());
      seen.push(...Object.keys((await next) ?? {}));
    }
    // What was changed while the right lasted may still have been on its way.
    assert.ok(!seen.includes(stranger.account.accountId));
    const later = source.changed();
    await world.store(other.account, rawMessage());
    await world.store(account, rawMessage());
    assert.deepEqual(Object.keys((await later) ?? {}), [account.accountId]);
    await source.close();
  });

  test('asks for its parameters as they are', async () => {
    const { person } = await world.createHolder(tenantId);
    const malformed = [
      '',
      'types=*&closeafter=no',
      'types=*&ping=0',
      'closeafter=no&ping=0',
      'types=*&closeafter=x&ping=0',
      'types=*&closeafter=no&ping=-1',
    ];
    for (const query of malformed) {
      assert.equal((await world.fetch(person, `/jmap/eventsource?${query}`)).status, 400, query);
    }
    assert.equal((await fetch(`${world.base}/jmap/eventsource?${everything}`)).status, 401);
  });

  test('is one of a bounded number for each person', async () => {
    const { person } = await world.createHolder(tenantId);
    const sources: Listening[] = [];
    for (let count = 0; count < jmapLimits.eventSources; count += 1) sources.push(await listen(person, everything));
    assert.equal((await world.fetch(person, `/jmap/eventsource?${everything}`)).status, 429);
    await sources[0]?.close();
    let status = 429;
    while (status === 429) {
      const response = await world.fetch(person, `/jmap/eventsource?${everything}`);
      status = response.status;
      await response.body?.cancel();
    }
    assert.equal(status, 200);
    for (const source of sources) await source.close();
  });

  test('ends when the program stops, which waits for none', async (t) => {
    const own = await JmapHttp.open(t);
    const { person } = await own.createHolder();
    const source = new Listening(await own.fetch(person, `/jmap/eventsource?${everything}`));
    await own.stop();
    assert.equal(await source.next(), undefined);
  });
});
