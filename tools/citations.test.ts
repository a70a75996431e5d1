import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findCitations } from './citations.ts';

const clausesOf = (text: string, path = 'src/ends/smtpd/data.ts'): string[] =>
  findCitations({ path, text }).found.map(({ clause }) => clause);
const faultsOf = (text: string): string[] => findCitations({ path: 'src/ends/smtpd/data.ts', text }).faults;
const inTest = (text: string): [string, string][] =>
  findCitations({ path: 'src/ends/smtpd/data.test.ts', text }).found.map((found) => [found.clause, found.test]);

describe('in code', () => {
  for (const [text, expected] of [
    ['// RFC 5321 §4.5.3.1.6: the bound', ['RFC 5321 §4.5.3.1.6']],
    ['/** Ends the text. RFC 5321 §4.1.1.4. */', ['RFC 5321 §4.1.1.4']],
    ['// RFC 5321 §4.1.1.1, §4.1.4 and §5', ['RFC 5321 §4.1.1.1', 'RFC 5321 §4.1.4', 'RFC 5321 §5']],
    ['/* the grammar of RFC 5321\n * §4.1.2 */', ['RFC 5321 §4.1.2']],
    ['// RFC 5321 §A.1', ['RFC 5321 §A.1']],
    ['// ANS-REF2 ECO.1.1.10', ['ANS-REF2 ECO.1.1.10']],
    ['// ANS-REF2 ECO.1.1.6, ECO.1.1.10: no trust', ['ANS-REF2 ECO.1.1.6', 'ANS-REF2 ECO.1.1.10']],
    ['// CSP R.1112-7 and CSP L.1110-4-1', ['CSP R.1112-7', 'CSP L.1110-4-1']],
    ['// design §5, as RFC 5321 and (DSN §10) say', []],
    ["const text = 'RFC 5321 §4.5';", []],
  ] as const) {
    test(`reads ${expected.length} in: ${text}`, () => assert.deepEqual(clausesOf(text), expected));
  }

  for (const text of [
    '// RFC5321 §4.5',
    '// RFC 5321 section 4.5',
    '// RFC 5321, §4.5',
    '// RFC 5321 § 4.5',
    '// as ECO.1.1.10 says',
    '// as R.1112-7 says',
  ]) {
    test(`refuses another form: ${text}`, () => {
      assert.match(
        faultsOf(`const a = 1;\n${text}`).join(),
        /^src\/ends\/smtpd\/data\.ts:2: a clause in another form: write "/,
      );
    });
  }
});

describe('in tests', () => {
  test('reads the name of a test', () => {
    assert.deepEqual(inTest("test('refuses a bare LF (RFC 5321 §2.3.8)', () => {});"), [
      ['RFC 5321 §2.3.8', 'refuses a bare LF (RFC 5321 §2.3.8)'],
    ]);
  });

  test('gives a comment to the innermost test around it', () => {
    const text = "describe('data', () => {\n  test('refuses', () => {\n    // RFC 5321 §4.1\n    run();\n  });\n});";
    assert.deepEqual(inTest(text), [['RFC 5321 §4.1', 'refuses']]);
  });

  test('gives a comment to the test that it introduces', () => {
    const text = "test('one', () => {});\n// RFC 5321 §4.1\n// as others do\ntest('two', () => {});";
    assert.deepEqual(inTest(text), [['RFC 5321 §4.1', 'two']]);
  });

  test('leaves a comment of a table of examples to the file', () => {
    assert.deepEqual(inTest("// RFC 5321 §4.1\nconst rows = [];\ntest('reads', () => {});"), [['RFC 5321 §4.1', '']]);
  });

  test('reads a name made of parts, and t.test', () => {
    assert.deepEqual(inTest('t.test(`refuses $' + '{what}: RFC 5321 §4.1`, () => {});'), [
      ['RFC 5321 §4.1', 'refuses …: RFC 5321 §4.1'],
    ]);
  });
});
