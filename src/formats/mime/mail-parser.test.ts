/**
 * Our reading of 107 messages beside that of another parser, whose expected results stand beside the samples. Where the two
 * models agree the results must be equal; every difference is listed with its reason in docs/conformity-mime.md, and this
 * test fails on one that is not listed, and on one that is listed and gone.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { differencesOf } from './mail-parser-comparison.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const corpus = path.resolve(root, '../shared/data/mail/mail-parser');
const listed = path.join(root, 'docs/conformity-mime.md');

/** The rows `| sample | aspect, aspect | why |` of the page, one key for each aspect. */
function listedDifferences(): string[] {
  const keys: string[] = [];
  for (const line of readFileSync(listed, 'utf8').split('\n')) {
    const row = /^\| ([a-z]+\/\d{3}) \| ([a-z, ]+) \| \S/.exec(line);
    for (const aspect of row?.[2]?.split(', ') ?? []) keys.push(`${row?.[1]} ${aspect}`);
  }
  return keys;
}

function found(): Map<string, string> {
  const all = new Map<string, string>();
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eml'));
  for (const file of files.toSorted()) {
    const sample = file.slice(0, -'.eml'.length);
    const text = readFileSync(path.join(corpus, file)).toString('latin1').replace(/\r\n/g, '\n');
    const withLf = Buffer.from(text, 'latin1');
    const withCrlf = Buffer.from(text.replace(/\n/g, '\r\n'), 'latin1');
    for (const [bytes, expected] of [
      [withLf, `${sample}.json`],
      [withCrlf, `${sample}.crlf.json`],
    ] as const) {
      const json = readFileSync(path.join(corpus, expected), 'utf8');
      for (const [aspect, detail] of differencesOf(bytes, JSON.parse(json))) all.set(`${sample} ${aspect}`, detail);
    }
  }
  return all;
}

test('agrees with the samples of another parser but for the listed differences', (t) => {
  if (!existsSync(corpus)) return t.skip('the mail-parser samples are not here');
  const differences = found();
  const known = listedDifferences();
  const news = [...differences].filter(([key]) => !known.includes(key)).map(([key, detail]) => `${key}: ${detail}`);
  const gone = known.filter((key) => !differences.has(key));
  assert.deepEqual(news, [], `not listed in docs/conformity-mime.md:\n${news.join('\n')}`);
  assert.deepEqual(gone, [], 'listed in docs/conformity-mime.md, and no longer there');
});
