/**
 * Preloaded before a test file that states properties: the cases of a submission are the same on every machine, so that a change is judged for what it
 * changes. `HYGIE_TEST_SEED=random` (or a number) explores others; a failure prints its seed.
 */
import fc from 'fast-check';

const asked = process.env['HYGIE_TEST_SEED'] ?? '8620';
if (asked !== 'random') {
  const seed = Number(asked);
  if (!Number.isInteger(seed)) throw new Error(`HYGIE_TEST_SEED is an integer or "random", not "${asked}"`);
  fc.configureGlobal({ seed });
}
