import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ListQuery } from './account-list.ts';
import { ModelServer } from './model-server.ts';
import { createMailStore, type MailStore } from './store.ts';
import type { ListView, MailList } from './types.ts';

/** Timers that run when they are told to. */
class Timers {
  #waiting = new Set<() => void>();
  readonly set = (deed: () => void): (() => void) => {
    this.#waiting.add(deed);
    return () => this.#waiting.delete(deed);
  };
  run(): void {
    const due = [...this.#waiting];
    this.#waiting.clear();
    for (const deed of due) deed();
  }
}

function queryOf(more: Partial<ListQuery> = {}): ListQuery {
  return {
    accountId: 'account',
    filter: { inMailbox: 'inbox' },
    matches: ({ mailboxIds }) => 'inbox' in mailboxIds,
    isCollapsed: false,
    window: 10,
    isBare: false,
    ...more,
  };
}

/** Until nothing is under way: the model answers at once, timers run when asked. */
async function rest(timers: Timers): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) {
    timers.run();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function opened(server: ModelServer, query = queryOf()) {
  const timers = new Timers();
  const store = createMailStore({ jmap: server, accountIds: ['account'], setTimer: timers.set });
  await store.refresh('account');
  const { list } = store.openList([query]);
  list.want(0, 9);
  await rest(timers);
  return { store, list, timers };
}

function idsOf(view: ListView): (string | undefined)[] {
  return Array.from({ length: view.count }, (_, at) => view.refAt(at)?.emailId);
}

function shown(list: MailList, first: number, last: number): (string | undefined)[] {
  return idsOf(list.view()).slice(first, last + 1);
}

/** What a screen asks words for. */
function refsOf(view: ListView, first: number, last: number) {
  return Array.from({ length: last - first + 1 }, (_, at) => view.refAt(first + at)).filter((ref) => ref !== undefined);
}

const inboxOf = (server: ModelServer): string[] => server.listed({ inMailbox: 'inbox' }).map(({ id }) => id);

test('any place of a list of 100,000 is reached by one request of one window', async () => {
  const server = new ModelServer(100_000);
  const { list, timers } = await opened(server, queryOf({ window: 50 }));
  assert.equal(list.view().count, 100_000);
  server.asked.length = 0;
  list.want(70_020, 70_030);
  await rest(timers);
  assert.deepEqual(server.asked, ['Email/query', 'Email/get']);
  assert.deepEqual(shown(list, 70_020, 70_030), inboxOf(server).slice(70_020, 70_031));
});

test('places that were scrolled past are not asked for', async () => {
  const server = new ModelServer(10_000);
  const { list, timers } = await opened(server);
  server.asked.length = 0;
  for (let at = 0; at < 5_000; at += 20) list.want(at, at + 10);
  await rest(timers);
  assert.ok(server.asked.filter((name) => name === 'Email/query').length <= 5);
  assert.deepEqual(shown(list, 4_985, 4_990), inboxOf(server).slice(4_985, 4_991));
});

type Deed =
  | { readonly kind: 'receive'; readonly mailboxId: string }
  | { readonly kind: 'file' | 'seen' | 'destroy' | 'here' | 'scroll'; readonly at: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('receive' as const), mailboxId: fc.constantFrom('inbox', 'archive') }),
  fc.record({
    kind: fc.constantFrom('file' as const, 'seen' as const, 'destroy' as const, 'here' as const, 'scroll' as const),
    at: fc.nat(80),
  }),
);

/** Done by somebody else at the server, here, or by scrolling. */
async function act(
  each: Deed,
  { server, store, list, timers }: { server: ModelServer; store: MailStore; list: MailList; timers: Timers },
) {
  if (each.kind === 'receive') {
    server.receive(each.mailboxId);
    await store.refresh('account');
    return;
  }
  const ids = server.emails.map(({ id }) => id);
  const id = ids[each.at % Math.max(1, ids.length)];
  if (each.kind === 'scroll') {
    list.want(each.at, each.at + 9);
    await rest(timers);
  } else if (id !== undefined && each.kind === 'here') {
    await store.change('account', new Map([[id, { mailboxIds: { archive: true } }]]));
  } else if (id !== undefined) {
    if (each.kind === 'file') server.update(id, { mailboxIds: { archive: true } });
    if (each.kind === 'seen') server.update(id, { keywords: { $seen: true } });
    if (each.kind === 'destroy') server.destroy(id);
    await store.refresh('account');
  }
}

for (const canCalculateChanges of [true, false]) {
  for (const isCollapsed of [false, true]) {
    const how = `${canCalculateChanges ? 'by what moved' : 'by asking anew'}, threads ${isCollapsed ? 'collapsed' : 'open'}`;
    test(`a list in sight comes to what the server has, ${how} (RFC 8620 §5.6)`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(60), fc.array(deed, { maxLength: 12 }), async (size, deeds) => {
          const server = new ModelServer(size);
          server.canCalculateChanges = canCalculateChanges;
          const { store, list, timers } = await opened(server, queryOf({ isCollapsed }));
          let first = 0;
          for (const each of deeds) {
            await act(each, { server, store, list, timers });
            if (each.kind === 'scroll') first = each.at;
          }
          await rest(timers);
          store.fetchRows(refsOf(list.view(), first, first + 9));
          await rest(timers);
          const seen = new Set<string>();
          const expected = server
            .listed({ inMailbox: 'inbox' })
            .filter(({ threadId }) => !isCollapsed || (!seen.has(threadId) && seen.add(threadId)))
            .map(({ id }) => id);
          assert.equal(list.view().total, expected.length);
          assert.deepEqual(shown(list, first, first + 9), expected.slice(first, first + 10));
          for (const emailId of expected.slice(first, first + 10)) {
            const told = server.emails.find(({ id }) => id === emailId);
            assert.deepEqual(store.email({ accountId: 'account', emailId })?.keywords, told?.keywords);
          }
        }),
        { numRuns: 150 },
      );
    });
  }
}

test('a deed shows before the answer, and stays after it', async () => {
  const server = new ModelServer(30);
  const { store, list, timers } = await opened(server);
  const [first = '', second] = shown(list, 0, 1);
  const done = store.change('account', new Map([[first, { mailboxIds: { archive: true } }]]));
  assert.deepEqual([shown(list, 0, 0), list.view().total], [[second], 29]);
  assert.deepEqual((await done).fault, undefined);
  assert.deepEqual([shown(list, 0, 0), list.view().total], [[second], 29]);
  await rest(timers);
  assert.deepEqual([shown(list, 0, 0), list.view().total], [[second], 29]);
  assert.equal(server.emails.find(({ id }) => id === first)?.mailboxIds['archive'], true);
});

test('what the server refuses comes back to its place, and why is told', async () => {
  const server = new ModelServer(30);
  const { store, list } = await opened(server);
  const [first = '', second = ''] = shown(list, 0, 1);
  server.refused.add(second);
  const patch = { mailboxIds: { archive: true as const } };
  const outcome = await store.change(
    'account',
    new Map([
      [first, patch],
      [second, patch],
    ]),
  );
  assert.deepEqual(
    [[...outcome.done], outcome.fault && 'type' in outcome.fault && outcome.fault.type],
    [[first], 'forbidden'],
  );
  assert.deepEqual(shown(list, 0, 0), [second]);
});

test('a request that gets no answer takes its deed back', async () => {
  const server = new ModelServer(3);
  const { store, list } = await opened(server);
  const before = shown(list, 0, 2);
  server.gate = () => Promise.reject(new Error('no answer'));
  const [first = ''] = before;
  const outcome = await store.change('account', new Map([[first, { keywords: { $seen: true } }]]));
  assert.ok(outcome.fault instanceof Error);
  assert.deepEqual([shown(list, 0, 2), store.email({ accountId: 'account', emailId: first })?.keywords], [before, {}]);
});

test('an email that another client destroyed leaves rows and lists', async () => {
  const server = new ModelServer(5);
  const { store, list } = await opened(server);
  const [first = ''] = shown(list, 0, 0);
  server.destroy(first);
  await store.refresh('account');
  assert.equal(store.email({ accountId: 'account', emailId: first }), undefined);
  assert.deepEqual(shown(list, 0, 4), inboxOf(server));
});

test('two accounts stand in one list, longer as one reads on', async () => {
  const one = new ModelServer(150);
  const other = new ModelServer(90);
  const timers = new Timers();
  const jmap = {
    call: ((calls, options) => {
      const isOne = calls.every(([, given]) => given['accountId'] === 'one');
      return (isOne ? one : other).call(calls, options);
    }) satisfies ModelServer['call'],
  };
  const store = createMailStore({ jmap, accountIds: ['one', 'other'], setTimer: timers.set });
  const query = (accountId: string): ListQuery => queryOf({ accountId, isBare: true });
  const { list } = store.openList([query('one'), query('other')]);
  list.want(0, 9);
  await rest(timers);
  assert.equal(list.view().total, 240);
  assert.equal(list.view().isOpenEnded, true);
  list.want(225, 239);
  await rest(timers);
  const view = list.view();
  assert.deepEqual([view.count, view.isOpenEnded], [240, false]);
  const times = Array.from({ length: 240 }, (_, at) => {
    const ref = view.refAt(at);
    return ref === undefined ? '' : (store.email(ref)?.receivedAt ?? '');
  });
  assert.deepEqual(times, times.toSorted().toReversed());
  assert.equal(
    new Set(Array.from({ length: 240 }, (_, at) => `${view.refAt(at)?.accountId}${view.refAt(at)?.emailId}`)).size,
    240,
  );
});

test('what comes in stands on top of the list of several accounts', async () => {
  const one = new ModelServer(20);
  const other = new ModelServer(20);
  const timers = new Timers();
  const jmap = {
    call: ((calls, options) => {
      const isOne = calls.every(([, given]) => given['accountId'] === 'one');
      return (isOne ? one : other).call(calls, options);
    }) satisfies ModelServer['call'],
  };
  const store = createMailStore({ jmap, accountIds: ['one', 'other'], setTimer: timers.set });
  const query = (accountId: string): ListQuery => queryOf({ accountId, isBare: true });
  const { list } = store.openList([query('one'), query('other')]);
  list.want(0, 9);
  await rest(timers);
  const received = other.receive();
  await store.refresh('other');
  await rest(timers);
  assert.deepEqual(list.view().refAt(0), { accountId: 'other', emailId: received });
  assert.equal(list.view().total, 41);
});
