/** The crash harness in its short form; `crash-long.ts` is the long one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kill, serverKills } from './crash/kills.ts';
import { runCrashes } from './crash/run.ts';

const kills: readonly Kill[] = [
  'server',
  'backend',
  'both-servers',
  'postmaster',
  'server-twice',
  'server-and-postmaster',
  'both-servers',
  'both-servers',
];

// RFC 5321 §4.2.5, §6.1: after 250 the message is ours, whatever happens to us.
test('keeps every acknowledged message, once and whole, when servers and databases are killed', async (t) => {
  assert.ok(kills.reduce((sum, one) => sum + serverKills[one], 0) >= 10);
  const seed = Date.now() % 1_000_000;
  const report = await runCrashes({ kills, seed, verifyEvery: kills.length, say: (text) => t.diagnostic(text) });
  t.diagnostic(JSON.stringify({ seed, ...report }));
  assert.deepEqual(report.firstFaults, []);
  assert.equal(report.lost, 0);
  assert.equal(report.duplicated, 0);
  assert.ok(report.acknowledged > 50, `the load was no load: ${report.acknowledged}`);
});
