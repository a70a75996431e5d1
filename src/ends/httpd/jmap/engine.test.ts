import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jmapLimits } from '../../../base/end-limits.ts';
import { Refusal, Temporary } from '../../../base/errors.ts';
import { asId, type PersonId, type TenantId } from '../../../base/ids.ts';
import { silentLog } from '../../../base/log.ts';
import { createEngine } from './engine.ts';
import { type Json, type JsonObject, type Method, MethodError } from './method.ts';
import { parseRequest } from './request.ts';

const core = 'urn:ietf:params:jmap:core';
const mail = 'urn:ietf:params:jmap:mail';
const capabilities = new Set([core, mail]);
const person = {
  tenantId: asId<TenantId>('00000000-0000-7000-8000-000000000001'),
  personId: asId<PersonId>('00000000-0000-7000-8000-000000000002'),
};

function method(name: string, run: Method['run'], capability = core): Method {
  return { name, capability, run };
}

const methods: readonly Method[] = [
  method('Core/echo', async (args) => ({ kind: 'one', args })),
  method('Thing/query', async () => ({
    kind: 'one',
    args: { ids: ['a', 'b'], nested: { list: [{ more: ['x', 'y'] }, { more: ['z'] }] } },
  })),
  method('Thing/make', async (_args, { createdIds }) => {
    createdIds.set('k1', 'made-1');
    const responses = [
      { name: 'Thing/make', args: {} },
      { name: 'Thing/implied', args: { of: 'make' } },
    ];
    return { kind: 'several', responses };
  }),
  method('Thing/refuse', async () => {
    throw new Refusal('not-permitted', 'Non.');
  }),
  method('Thing/odd', async () => {
    throw new Refusal('odd', 'Étrange.');
  }),
  method('Thing/away', async () => {
    throw new Temporary('away', 'Plus tard.');
  }),
  method('Thing/bug', async () => {
    throw new TypeError('secret of the program');
  }),
  method('Thing/no', async () => {
    throw new MethodError('stateMismatch');
  }),
  method('Email/get', async () => ({ kind: 'one', args: {} }), mail),
];
const engine = createEngine(methods, silentLog);

function read(value: unknown) {
  return parseRequest(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), capabilities);
}

async function run(calls: readonly Json[], more: JsonObject = {}) {
  const parsed = read({ using: [core], methodCalls: calls, ...more });
  assert.equal(parsed.kind, 'request');
  return parsed.kind === 'request' ? engine.run(parsed.request, person) : assert.fail();
}

async function first(call: Json): Promise<readonly [string, JsonObject, string] | undefined> {
  return (await run([call])).methodResponses[0];
}

describe('a request as a whole (RFC 8620 §3.6.1)', () => {
  const faults: readonly [string, unknown, string][] = [
    ['what is not JSON', '{"using":', 'notJSON'],
    ['a list', [], 'notRequest'],
    ['no using', { methodCalls: [] }, 'notRequest'],
    ['a using of numbers', { using: [1], methodCalls: [] }, 'notRequest'],
    ['no calls', { using: [core] }, 'notRequest'],
    ['a call of two', { using: [core], methodCalls: [['Core/echo', {}]] }, 'notRequest'],
    ['arguments that are a list', { using: [core], methodCalls: [['Core/echo', [], 'c']] }, 'notRequest'],
    ['an id of numbers', { using: [core], methodCalls: [['Core/echo', {}, 1]] }, 'notRequest'],
    ['created ids of another form', { using: [core], methodCalls: [], createdIds: { 'a b': 'x' } }, 'notRequest'],
    ['a capability that is not offered', { using: ['urn:x'], methodCalls: [] }, 'unknownCapability'],
  ];
  for (const [name, value, type] of faults) {
    test(`refuses ${name}`, () => {
      const parsed = read(value);
      assert.equal(parsed.kind === 'fault' && parsed.fault.type, `urn:ietf:params:jmap:error:${type}`);
    });
  }

  test('refuses octets that are not UTF-8 (RFC 7493 §2.1)', () => {
    const parsed = parseRequest(Buffer.from([0x22, 0xff, 0x22]), capabilities);
    assert.equal(parsed.kind === 'fault' && parsed.fault.type, 'urn:ietf:params:jmap:error:notJSON');
  });

  test('takes as many calls as the session says, and names the limit beyond (RFC 8620 §2)', () => {
    const calls = (count: number) => ({ using: [core], methodCalls: Array(count).fill(['Core/echo', {}, 'c']) });
    assert.equal(read(calls(jmapLimits.callsInRequest)).kind, 'request');
    const beyond = read(calls(jmapLimits.callsInRequest + 1));
    assert.deepEqual(beyond.kind === 'fault' && [beyond.fault.type, beyond.fault.limit], [
      'urn:ietf:params:jmap:error:limit',
      'maxCallsInRequest',
    ]);
  });

  test('survives JSON nested without end', () => {
    const deep = `{"using":["${core}"],"methodCalls":[["Core/echo",{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}},"c"]]}`;
    assert.ok(['request', 'fault'].includes(read(deep).kind));
  });
});

describe('the calls of a request', () => {
  test('are answered in their order, each under its id (RFC 8620 §3.2, §3.4)', async () => {
    const { methodResponses } = await run([
      ['Core/echo', { hello: true }, 'c1'],
      ['Core/echo', {}, 'c1'],
    ]);
    assert.deepEqual(methodResponses, [
      ['Core/echo', { hello: true }, 'c1'],
      ['Core/echo', {}, 'c1'],
    ]);
  });

  test('fail alone (RFC 8620 §3.6.2)', async () => {
    const { methodResponses } = await run([
      ['Thing/no', {}, 'c1'],
      ['Core/echo', {}, 'c2'],
    ]);
    assert.deepEqual(methodResponses, [
      ['error', { type: 'stateMismatch' }, 'c1'],
      ['Core/echo', {}, 'c2'],
    ]);
  });

  test('may bring several responses, and what they create is known to the next ones (RFC 8620 §5.3)', async () => {
    const answer = await run([['Thing/make', {}, 'c1']], { createdIds: {} });
    assert.deepEqual(
      answer.methodResponses.map(([name, , callId]) => [name, callId]),
      [
        ['Thing/make', 'c1'],
        ['Thing/implied', 'c1'],
      ],
    );
    assert.deepEqual(answer.createdIds, { k1: 'made-1' });
    assert.equal((await run([['Thing/make', {}, 'c1']])).createdIds, undefined);
  });

  const errors: readonly [string, string, string][] = [
    ['a method nobody offers', 'Thing/none', 'unknownMethod'],
    // RFC 8620 §3.3
    ['a method whose capability is not used', 'Email/get', 'unknownMethod'],
    ['a refused permission', 'Thing/refuse', 'forbidden'],
    ['another refusal', 'Thing/odd', 'invalidArguments'],
    ['a part of the world that is away', 'Thing/away', 'serverUnavailable'],
  ];
  for (const [name, asked, type] of errors) {
    test(`answer ${name} with ${type}`, async () => {
      assert.equal((await first([asked, {}, 'c']))?.[1]['type'], type);
    });
  }

  test('hide a bug behind an incident', async () => {
    const answer = await first(['Thing/bug', {}, 'c']);
    assert.equal(answer?.[1]['type'], 'serverFail');
    assert.ok(!JSON.stringify(answer).includes('secret'));
  });
});

describe('references to results (RFC 8620 §3.7)', () => {
  const query: Json = ['Thing/query', {}, 'q'];
  const echo = (reference: Json, more: JsonObject = {}): Json => ['Core/echo', { '#ids': reference, ...more }, 'c'];
  const answerTo = async (reference: Json, more?: JsonObject) =>
    (await run([query, echo(reference, more)])).methodResponses[1]?.[1];

  const found: readonly [string, Json][] = [
    ['/ids', ['a', 'b']],
    ['/ids/1', 'b'],
    ['/ids/*', ['a', 'b']],
    ['/nested/list/*/more', ['x', 'y', 'z']],
    ['/nested/list/*/more/0', ['x', 'z']],
  ];
  for (const [path, value] of found) {
    test(`follow ${path}`, async () => {
      assert.deepEqual({ ...(await answerTo({ resultOf: 'q', name: 'Thing/query', path })) }, { ids: value });
    });
  }

  test('read the escapes of a JSON Pointer (RFC 6901 §4)', async () => {
    const first: Json = ['Core/echo', { 'a/b': { '~1': 'found' } }, 'q'];
    const reference = { resultOf: 'q', name: 'Core/echo', path: '/a~1b/~01' };
    const { methodResponses } = await run([first, echo(reference)]);
    assert.deepEqual({ ...methodResponses[1]?.[1] }, { ids: 'found' });
  });

  const lost: readonly [string, Json][] = [
    ['to an unknown call', { resultOf: 'z', name: 'Thing/query', path: '/ids' }],
    ['to a response of another name', { resultOf: 'q', name: 'Core/echo', path: '/ids' }],
    ['to nothing', { resultOf: 'q', name: 'Thing/query', path: '/none' }],
    ['to what every object inherits', { resultOf: 'q', name: 'Thing/query', path: '/__proto__' }],
    ['beyond a list', { resultOf: 'q', name: 'Thing/query', path: '/ids/2' }],
    ['by a path without a slash', { resultOf: 'q', name: 'Thing/query', path: 'ids' }],
    ['that are no object', 'ids'],
    ['by too long a path', { resultOf: 'q', name: 'Thing/query', path: '/a'.repeat(jmapLimits.pointerTokens + 1) }],
  ];
  for (const [name, reference] of lost) {
    test(`are refused ${name}`, async () => {
      assert.equal((await answerTo(reference))?.['type'], 'invalidResultReference');
    });
  }

  test('are refused beside the argument itself', async () => {
    const reference = { resultOf: 'q', name: 'Thing/query', path: '/ids' };
    assert.equal((await answerTo(reference, { ids: [] }))?.['type'], 'invalidArguments');
  });

  test('bring a bounded number of items', async () => {
    const bring = async (count: number) => {
      const list = Array(count).fill('i');
      const reference = { resultOf: 'q', name: 'Core/echo', path: '/list/*' };
      const { methodResponses } = await run([['Core/echo', { list }, 'q'], echo(reference)]);
      return methodResponses[1]?.[1]['type'];
    };
    assert.equal(await bring(jmapLimits.referencedItems), undefined);
    assert.equal(await bring(jmapLimits.referencedItems + 1), 'requestTooLarge');
  });

  test('to references make no answer without end', async () => {
    const all = (of: string): Json => ({ resultOf: of, name: 'Core/echo', path: '' });
    const twice = (_: unknown, index: number): Json => [
      'Core/echo',
      { '#a': all(`c${index}`), '#b': all(`c${index}`) },
      `c${index + 1}`,
    ];
    const calls: Json[] = [['Core/echo', { a: 'x'.repeat(100) }, 'c0'], ...Array.from({ length: 40 }, twice)];
    const { methodResponses } = await run(calls);
    const refused = methodResponses.map(([, args]) => args['type']).filter((type) => type !== undefined);
    assert.deepEqual(refused[0], 'requestTooLarge');
    assert.ok(JSON.stringify(methodResponses).length < 3 * jmapLimits.answerBytes);
  });
});

describe('answers', () => {
  const echoed = async (args: JsonObject) => (await first(['Core/echo', args, 'c']))?.[1]['type'];

  test('take as many octets as there is room for, and no more', async () => {
    const list = Array<string>(8).fill('x'.repeat(jmapLimits.answerBytes / 8));
    const around = 4 + 1 + 4 + 8 * 4;
    assert.equal(await reached([...list.slice(1), 'x'.repeat(jmapLimits.answerBytes / 8 - around)]), undefined);
    assert.equal(
      await reached([...list.slice(1), 'x'.repeat(jmapLimits.answerBytes / 8 - around + 1)]),
      'requestTooLarge',
    );
  });

  test('are nested as deep as there is room for, and no deeper', async () => {
    const nested = (depth: number): JsonObject => (depth === 1 ? {} : { a: nested(depth - 1) });
    assert.equal(await echoed(nested(jmapLimits.answerDepth)), undefined);
    assert.equal(await echoed(nested(jmapLimits.answerDepth + 1)), 'requestTooLarge');
  });

  test('fill a request, after which nothing is done', async () => {
    const big: Json = ['Core/echo', { a: 'x'.repeat(jmapLimits.answerBytes - 20) }, 'c'];
    const { methodResponses } = await run([big, ['Core/echo', { a: 'x'.repeat(20) }, 'c'], ['Thing/make', {}, 'c']], {
      createdIds: {},
    });
    assert.deepEqual(
      methodResponses.slice(1).map(([name]) => name),
      ['Core/echo', 'error'],
    );
  });
});

/** The type of the error when a method answers `{ a: list }`. */
async function reached(list: readonly string[]): Promise<Json | undefined> {
  const own = createEngine([method('Core/echo', async () => ({ kind: 'one', args: { a: list } }))], silentLog);
  const parsed = read({ using: [core], methodCalls: [['Core/echo', {}, 'c']] });
  assert.ok(parsed.kind === 'request');
  return (await own.run(parsed.request, person)).methodResponses[0]?.[1]['type'];
}
