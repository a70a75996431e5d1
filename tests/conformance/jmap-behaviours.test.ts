/** What outside suites ask of any JMAP server, over HTTP: requests, references, mailboxes, threads, queries, changes. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { jmapLimits } from '../../src/base/end-limits.ts';
import type { Json, JsonObject } from '../../src/ends/httpd/jmap/method.ts';
import { jmapCapabilities } from '../../testkit/jmap-http.ts';
import { rawMessage } from '../../testkit/mail-store.ts';
import { type Answer, assertHolds, JmapProgram } from './client.ts';

const program = await JmapProgram.open({ after });
const { world, person, account } = program;
const { accountId } = account;
const [core, mail] = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'];

describe('a request (RFC 8620 §3.6.1)', () => {
  const echo = (count: number): Json => Array.from({ length: count }, (_, index) => ['Core/echo', {}, `c${index}`]);
  const refused: readonly (readonly [string, string | Json, string, JsonObject?])[] = [
    ['no JSON', '{"using":', 'notJSON'],
    ['nothing', '', 'notJSON'],
    ['a list', [], 'notRequest'],
    ['an empty object', {}, 'notRequest'],
    ['calls without capabilities', { methodCalls: [] }, 'notRequest'],
    ['capabilities without calls', { using: [core] }, 'notRequest'],
    ['capabilities that are no list', { using: core, methodCalls: [] }, 'notRequest'],
    ['a call of two members', { using: [core], methodCalls: [['Core/echo', {}]] }, 'notRequest'],
    ['a call whose arguments are a list', { using: [core], methodCalls: [['Core/echo', [], 'c']] }, 'notRequest'],
    ['created ids that are no map', { using: [core], methodCalls: [], createdIds: ['a'] }, 'notRequest'],
    ['a capability that is unknown', { using: [core, 'https://x.example/y'], methodCalls: [] }, 'unknownCapability'],
    [
      'more calls than the session says',
      { using: [core], methodCalls: echo(jmapLimits.callsInRequest + 1) },
      'limit',
      { limit: 'maxCallsInRequest' },
    ],
  ];
  for (const [about, body, type, more = {}] of refused) {
    test(`that is ${about} is refused as a whole: ${type}`, async () => {
      const response = await world.post(person, body);
      const problem: Answer = await response.json();
      assert.equal(response.status, 400);
      assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
      assertHolds(problem, { type: `urn:ietf:params:jmap:error:${type}`, status: 400, ...more }, about);
    });
  }

  test('of another type than JSON is no request', async () => {
    const response = await world.post(person, { using: [core], methodCalls: [] }, 'text/plain');
    assert.equal(response.status, 400);
  });

  test('of as many calls as the session says is answered call by call, in order', async () => {
    const response = await world.post(person, { using: [core], methodCalls: echo(jmapLimits.callsInRequest) });
    const { methodResponses, sessionState }: Answer = await response.json();
    assert.equal(methodResponses.at(-1)[2], `c${jmapLimits.callsInRequest - 1}`);
    const session: Answer = await (await world.fetch(person, '/.well-known/jmap')).json();
    assert.equal(sessionState, session.state);
  });

  test('gives back the created ids that it was given, and those it made', async () => {
    const methodCalls: Json = [['Mailbox/set', { accountId, create: { m: { name: 'Ids' } } }, 'c']];
    const response = await world.post(person, { using: [core, mail], methodCalls, createdIds: { a: 'b' } });
    const answer: Answer = await response.json();
    assert.deepEqual(answer.createdIds, { a: 'b', m: answer.methodResponses[0][1].created.m.id });
  });
});

describe('a call', () => {
  const errors: readonly (readonly [string, JsonObject, string])[] = [
    ['Nothing/get', {}, 'unknownMethod'],
    ['Email/get', { accountId: 'nobody' }, 'accountNotFound'],
    ['Email/get', { accountId: null }, 'invalidArguments'],
    ['Email/get', { ids: 'all' }, 'invalidArguments'],
    ['Email/get', { ids: ['a b'] }, 'invalidArguments'],
    ['Email/get', { properties: ['nothing'] }, 'invalidArguments'],
    ['Email/get', { colour: 'red' }, 'invalidArguments'],
    ['Email/get', { ids: Array(jmapLimits.objectsInGet + 1).fill('x') }, 'requestTooLarge'],
    [
      'Email/set',
      { destroy: Array.from({ length: jmapLimits.objectsInSet + 1 }, (_, index) => `x${index}`) },
      'requestTooLarge',
    ],
    ['Email/set', { create: { a: 3 } }, 'invalidArguments'],
    ['Email/set', { ifInState: 'elsewhere', update: {} }, 'stateMismatch'],
    ['Mailbox/set', { ifInState: 'elsewhere' }, 'stateMismatch'],
    ['Email/changes', {}, 'invalidArguments'],
    ['Email/changes', { sinceState: 'elsewhere' }, 'cannotCalculateChanges'],
    ['Email/changes', { sinceState: '0', maxChanges: 0 }, 'invalidArguments'],
    ['Email/query', { filter: { colour: 'red' } }, 'unsupportedFilter'],
    ['Email/query', { filter: { operator: 'XOR', conditions: [] } }, 'invalidArguments'],
    ['Email/query', { sort: [{ property: 'colour' }] }, 'unsupportedSort'],
    ['Email/query', { sort: [{ property: 'subject', collation: 'i;octet' }] }, 'unsupportedSort'],
    ['Email/query', { sort: [{ property: 'hasKeyword' }] }, 'invalidArguments'],
    ['Email/query', { limit: -1 }, 'invalidArguments'],
    ['Email/query', { anchor: 'nobody' }, 'anchorNotFound'],
    ['Email/queryChanges', {}, 'invalidArguments'],
    ['Email/queryChanges', { sinceQueryState: 'elsewhere' }, 'cannotCalculateChanges'],
    ['Mailbox/query', { filter: { colour: 'red' } }, 'unsupportedFilter'],
    ['Mailbox/query', { sort: [{ property: 'colour' }] }, 'unsupportedSort'],
  ];
  for (const [name, args, type] of errors) {
    test(`${name} of ${JSON.stringify(args).slice(0, 60)} is ${type} (RFC 8620 §3.6.2)`, async () => {
      assert.equal(await program.call(name, args), type);
    });
  }

  test('of a capability that the request does not name is unknown (RFC 8620 §3.3)', async () => {
    const methodCalls: Json = [['Mailbox/get', { accountId }, 'c']];
    const answer: Answer = await (await world.post(person, { using: [core], methodCalls })).json();
    assert.equal(answer.methodResponses[0][1].type, 'unknownMethod');
  });

  test('without account is refused, and a failed call lets the next one run', async () => {
    const using = [...jmapCapabilities];
    const methodCalls: Json = [
      ['Email/get', { ids: [] }, 'a'],
      ['Core/echo', { x: 1 }, 'a'],
    ];
    const { methodResponses }: Answer = await (await world.post(person, { using, methodCalls })).json();
    assertHolds(
      methodResponses,
      [
        ['error', { type: 'invalidArguments' }, 'a'],
        ['Core/echo', { x: 1 }, 'a'],
      ],
      'two calls',
    );
  });

  test('answers nothing of no ids, and the asked properties alone with the id (RFC 8620 §5.1)', async () => {
    assertHolds(await program.call('Mailbox/get', { ids: [] }), { list: [], notFound: [] }, 'no ids');
    const inbox = await program.mailbox('inbox');
    const answer = await program.call('Mailbox/get', { ids: [inbox, 'x', inbox], properties: ['role'] });
    assert.deepEqual([answer.list, answer.notFound], [[{ id: inbox, role: 'inbox' }], ['x']]);
  });
});

describe('a result reference (RFC 8620 §3.7)', () => {
  test('takes what an earlier call answered, through lists too', async () => {
    const id = await program.store(rawMessage());
    const responses = await program.run([
      ['Email/query', { limit: 1 }],
      ['Email/get', { '#ids': { resultOf: 'c0', name: 'Email/query', path: '/ids' }, properties: ['threadId'] }],
      ['Thread/get', { '#ids': { resultOf: 'c1', name: 'Email/get', path: '/list/*/threadId' } }],
      ['Email/get', { '#ids': { resultOf: 'c2', name: 'Thread/get', path: '/list/*/emailIds' }, properties: ['id'] }],
    ]);
    assert.deepEqual(responses[3][1].list, [{ id }]);
    await program.call('Email/set', { destroy: [id] });
  });

  const wrong: readonly (readonly [JsonObject, string])[] = [
    [{ '#ids': { resultOf: 'x', name: 'Email/query', path: '/ids' } }, 'invalidResultReference'],
    [{ '#ids': { resultOf: 'c0', name: 'Email/get', path: '/ids' } }, 'invalidResultReference'],
    [{ '#ids': { resultOf: 'c0', name: 'Email/query', path: '/nothing' } }, 'invalidResultReference'],
    [{ '#ids': { resultOf: 'c0', name: 'Email/query', path: 'ids' } }, 'invalidResultReference'],
    [{ '#ids': 'c0' }, 'invalidResultReference'],
    [{ '#ids': { resultOf: 'c0', name: 'Email/query', path: '/ids' }, ids: [] }, 'invalidArguments'],
    [{ '#ids': { resultOf: 'c0', name: 'Email/query', path: '/queryState' } }, 'invalidArguments'],
  ];
  for (const [args, type] of wrong) {
    test(`${JSON.stringify(args)} is ${type}`, async () => {
      const responses = await program.run([
        ['Email/query', {}],
        ['Email/get', args],
      ]);
      assert.equal(responses[1][1].type, type);
    });
  }
});

describe('mailboxes (RFC 8621 §2)', () => {
  const made: Record<string, string> = {};
  const make = async (name: string, parentId: string | null): Promise<string> => {
    const { created } = await program.call('Mailbox/set', { create: { m: { name, parentId } } });
    return created.m.id;
  };

  test('have one of each role at first, and rights', async () => {
    const { list } = await program.call('Mailbox/get');
    const roles = list.flatMap(({ role }: Answer) => role ?? []).sort();
    assert.deepEqual(roles, ['archive', 'drafts', 'inbox', 'junk', 'sent', 'trash']);
    assertHolds(
      list.find(({ role }: Answer) => role === 'inbox').myRights,
      { mayReadItems: true, mayAddItems: true, mayDelete: false, maySubmit: true },
      'rights',
    );
  });

  test('are made, renamed and moved, and each mistake is told in the words of the standard (RFC 8621 §2.5)', async () => {
    made['a'] = await make('A', null);
    made['b'] = await make('B', made['a']);
    made['c'] = await make('C', null);
    const inbox = await program.mailbox('inbox');
    const set = (args: JsonObject): Promise<Answer> => program.setOne('Mailbox/set', args);
    const tried: readonly (readonly [JsonObject, Json])[] = [
      [{ create: { m: { name: 'A' } } }, 'alreadyExists'],
      [{ create: { m: { name: 'B' } } }, 'done'],
      [{ create: { m: { name: '' } } }, ['invalidProperties', 'name']],
      [{ create: { m: {} } }, ['invalidProperties', 'name']],
      [{ create: { m: { name: 'x'.repeat(256) } } }, ['invalidProperties', 'name']],
      [{ create: { m: { name: 'X', parentId: 'nowhere' } } }, ['invalidProperties', 'parentId']],
      [{ create: { m: { name: 'X', id: 'x' } } }, ['invalidProperties', 'id']],
      [{ create: { m: { name: 'X', totalEmails: 3 } } }, ['invalidProperties', 'totalEmails']],
      [{ update: { [made['c']]: { name: 'A' } } }, 'alreadyExists'],
      [{ update: { [made['a']]: { parentId: made['b'] } } }, ['invalidProperties', 'parentId']],
      [{ update: { [made['a']]: { myRights: {} } } }, ['invalidProperties', 'myRights']],
      [{ update: { [made['c']]: { name: 'C2', parentId: made['a'], sortOrder: 3, isSubscribed: false } } }, 'done'],
      [{ update: { nobody: { name: 'N' } } }, 'notFound'],
      [{ destroy: ['nobody'] }, 'notFound'],
      [{ destroy: [made['a']] }, 'mailboxHasChild'],
      [{ destroy: [made['a']], onDestroyRemoveEmails: true }, 'mailboxHasChild'],
      [{ destroy: [inbox] }, 'forbidden'],
    ];
    for (const [args, outcome] of tried) assert.deepEqual(await set(args), outcome, JSON.stringify(args));
    const { list } = await program.call('Mailbox/get', { ids: [made['c']] });
    assertHolds(list[0], { name: 'C2', parentId: made['a'], sortOrder: 3, isSubscribed: false }, 'C');
  });

  test('go with their emails only when that is asked', async () => {
    const full = await make('Plein', null);
    const id = await program.store(rawMessage());
    await program.call('Email/set', { update: { [id]: { mailboxIds: { [full]: true } } } });
    assert.equal(await program.setOne('Mailbox/set', { destroy: [full] }), 'mailboxHasEmail');
    assert.equal(await program.setOne('Mailbox/set', { destroy: [full], onDestroyRemoveEmails: true }), 'done');
    assert.deepEqual((await program.call('Email/get', { ids: [id] })).notFound, [id]);
  });

  test('are found by filters and in an order, as a tree too (RFC 8621 §2.3)', async () => {
    const names = async (args: JsonObject): Promise<string[]> => {
      const responses = await program.run([
        ['Mailbox/query', args],
        ['Mailbox/get', { '#ids': { resultOf: 'c0', name: 'Mailbox/query', path: '/ids' }, properties: ['name'] }],
      ]);
      return responses[1][1].list.map(({ name }: Answer) => name);
    };
    const sort = [{ property: 'name' }];
    const { a = '' } = made;
    const found: readonly (readonly [JsonObject, string[]])[] = [
      [{ filter: { parentId: a }, sort }, ['B', 'C2']],
      [{ filter: { parentId: a }, sort: [{ property: 'sortOrder' }] }, ['C2', 'B']],
      [{ filter: { hasAnyRole: false }, sort }, ['A', 'B', 'B', 'C2', 'Dossier', 'Ids']],
      [{ filter: { name: 'c', hasAnyRole: false }, sort }, ['C2']],
      [{ filter: { role: 'inbox' } }, ['Boîte de réception']],
      [{ filter: { isSubscribed: false } }, ['C2']],
      [{ filter: { operator: 'NOT', conditions: [{ hasAnyRole: true }, { parentId: null }] }, sort }, ['B', 'C2']],
      [{ filter: { hasAnyRole: false }, sort, sortAsTree: true }, ['A', 'B', 'C2', 'B', 'Dossier', 'Ids']],
      [{ filter: { name: 'C2' }, filterAsTree: true }, []],
      [{ filter: { hasAnyRole: false }, sort, position: -2 }, ['Dossier', 'Ids']],
      [{ filter: { hasAnyRole: false }, sort, limit: 1 }, ['A']],
    ];
    await make('Dossier', null);
    for (const [args, expected] of found) assert.deepEqual(await names(args), expected, JSON.stringify(args));
  });

  test('tell what changed of them, and whether it was their counts alone (RFC 8621 §2.2)', async () => {
    const { state } = await program.call('Mailbox/get', { ids: [] });
    const inbox = await program.mailbox('inbox');
    const id = await program.store(rawMessage());
    const counted = await program.call('Mailbox/changes', { sinceState: state });
    assert.deepEqual([counted.updated, counted.created, counted.destroyed], [[inbox], [], []]);
    assert.deepEqual([...counted.updatedProperties].sort(), [
      'totalEmails',
      'totalThreads',
      'unreadEmails',
      'unreadThreads',
    ]);
    await program.call('Mailbox/set', { update: { [made['b'] ?? '']: { name: 'B2' } } });
    const renamed = await program.call('Mailbox/changes', { sinceState: state });
    assert.equal(renamed.updatedProperties, null);
    await program.call('Email/set', { destroy: [id] });
  });
});
