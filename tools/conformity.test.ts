import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderConformity, surveyConformity } from './conformity.ts';

const code = { path: 'src/ends/smtpd/data.ts', text: '// RFC 5321 §4.1.1.4\n' };
const held = {
  path: 'src/ends/smtpd/data.test.ts',
  text: "test('ends | the text', () => { /* RFC 5321 §4.1.1.4 */ });",
};

test('a clause claimed in code and cited by a test is conform', () => {
  assert.deepEqual(surveyConformity([code, held]).faults, []);
});

test('names a clause that is claimed and that no test cites', () => {
  assert.deepEqual(surveyConformity([code]).faults, [
    'src/ends/smtpd/data.ts: RFC 5321 §4.1.1.4 is claimed and no test cites it',
  ]);
});

test('the support of tests holds nothing: only a test that runs does', () => {
  for (const path of ['testkit/client.ts', 'tests/exchange/load.ts', 'tools/citations.test.ts.txt']) {
    assert.equal(surveyConformity([code, { ...held, path }]).faults.length, 1, path);
  }
});

test('a clause that tests hold without one line of code is shown, not refused', () => {
  const { clauses, faults } = surveyConformity([held]);
  assert.deepEqual(faults, []);
  assert.match(renderConformity(clauses), /\| §4\.1\.1\.4 \| – \| /);
});

test('a citation in another form is a fault', () => {
  const { faults } = surveyConformity([{ path: 'src/base/limits.ts', text: '// RFC5321 §4.5' }]);
  assert.match(faults.join(), /src\/base\/limits\.ts:1: a clause in another form/);
});

test('writes one table for each document, clauses in the order of their numbers', () => {
  const clauses = ['RFC 5321 §10', 'RFC 5321 §4.2', 'RFC 822 §1', 'ANS-REF2 ECO.1.1.10', 'ANS-REF2 ECO.1.1.9'];
  const files = [...clauses.map((clause, at) => ({ path: `src/base/${at}.ts`, text: `// ${clause}\n` })), code, held];
  const text = renderConformity(surveyConformity(files).clauses);
  assert.deepEqual(
    [...text.matchAll(/^(?:## .*|\| (?:§|ECO)\S*)/gm)].map(([line]) => line),
    [
      '## ANS-REF2',
      '| ECO.1.1.9',
      '| ECO.1.1.10',
      '## RFC 822',
      '| §1',
      '## RFC 5321',
      '| §4.1.1.4',
      '| §4.2',
      '| §10',
    ],
  );
  assert.match(
    text,
    /\[src\/ends\/smtpd\/data\.test\.ts\]\(\.\.\/src\/ends\/smtpd\/data\.test\.ts\): ends \\\| the text/,
  );
});
