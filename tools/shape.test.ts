import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countLines, findShapeFaults, shapeLimits } from './shape.ts';

const inSource = (text: string): string[] => findShapeFaults({ path: 'src/domain/mail/mail.ts', text });
const functionOf = (lines: number): string => `export function long() {\n${'  work();\n'.repeat(lines - 2)}}\n`;
const fileOf = (lines: number): string => '// a line\n'.repeat(lines);

describe('sizes', () => {
  test('accepts a file of exactly the bound, with or without a last newline', () => {
    assert.deepEqual(inSource(fileOf(shapeLimits.fileLines)), []);
    assert.deepEqual(inSource(fileOf(shapeLimits.fileLines).trimEnd()), []);
  });

  test('refuses a file one line longer', () => {
    assert.deepEqual(inSource(fileOf(shapeLimits.fileLines + 1)), [
      'src/domain/mail/mail.ts:1: 501 lines, at most 500',
    ]);
  });

  test('accepts a function of exactly the bound', () => {
    assert.deepEqual(inSource(functionOf(shapeLimits.functionLines)), []);
  });

  test('refuses a function one line longer, wherever it hides', () => {
    const body = '\n work();'.repeat(shapeLimits.functionLines - 1);
    for (const text of [
      functionOf(shapeLimits.functionLines + 1),
      `export const long = () => {${body}\n};`,
      `export const long = function () {${body}\n};`,
      `export class Mail { long() {${body}\n} }`,
      `export const mail = { get long() {${body}\n} };`,
    ]) {
      assert.match(inSource(text).join(), /a function of 71 lines, at most 70/);
    }
  });

  test('bounds each test, not the group that describe makes of them', () => {
    const tests = `  test('one', () => {\n${'    work();\n'.repeat(50)}  });\n`.repeat(2);
    const path = 'src/domain/mail/mail.test.ts';
    assert.deepEqual(findShapeFaults({ path, text: `describe('mail', () => {\n${tests}});\n` }), []);
    assert.equal(findShapeFaults({ path, text: `gather('mail', () => {\n${tests}});\n` }).length, 1);
  });

  test('accepts four parameters and refuses five', () => {
    assert.deepEqual(inSource('export const f = (a: A, b: B, c: C, d: D) => a;'), []);
    assert.deepEqual(inSource('export const f = (a: A, b: B, c: C, d: D, ...e: E[]) => a;'), [
      'src/domain/mail/mail.ts:1: 5 parameters, at most 4: pass an object',
    ]);
  });

  test('counts the lines of an empty file as none', () => {
    assert.equal(countLines(''), 0);
    assert.equal(countLines('\n'), 1);
  });
});

describe('module level', () => {
  for (const [what, text] of [
    ['a variable', 'let seen = 0;'],
    ['an exported variable', 'export let seen: number | undefined;'],
    ['an empty map', 'const cache = new Map<string, string>();'],
    ['an empty list', 'export const queue: string[] = [];'],
    ['an empty object', 'const byName = {};'],
  ] as const) {
    test(`refuses ${what} as state`, () => assert.match(inSource(text).join(), /state/));
  }

  test('accepts tables, constructors of state and declarations for the compiler', () => {
    const text = [
      'declare const brand: unique symbol;',
      "const reserved = new Set(['postmaster']);",
      'const rows = [1, 2];',
      'export function createCache() { const held = new Map(); let size = 0; return { held, size }; }',
    ].join('\n');
    assert.deepEqual(inSource(text), []);
  });

  test('refuses an effect at import', () => {
    assert.match(inSource('await connect();').join(), /an effect at import/);
    assert.match(inSource("process.on('exit', () => undefined);").join(), /an effect at import/);
  });

  test('lets main.ts, a thread, a tool and a test act when loaded', () => {
    for (const path of ['src/main.ts', 'src/domain/trust/verify-worker.ts', 'tools/x.ts', 'src/base/ids.test.ts']) {
      assert.deepEqual(findShapeFaults({ path, text: 'await connect();' }), []);
    }
  });

  test('refuses process.exit everywhere in the product but in main.ts', () => {
    const text = 'export const stop = () => process.exit(1);';
    assert.match(inSource(text).join(), /process\.exit belongs to src\/main\.ts/);
    assert.deepEqual(findShapeFaults({ path: 'src/main.ts', text }), []);
  });
});

test('names the file that cannot be parsed', () => {
  assert.match(inSource('export const = ;').join(), /mail\.ts: cannot be parsed/);
});
