/**
 * The long form of the crash harness: `node tests/exchange/crash-long.ts [--kills 300] [--seed N]`. Prints its figures as JSON; ends with 1
 * when anything acknowledged was lost, doubled, changed or seen by another.
 */
import { parseArgs } from 'node:util';
import { planKills } from './crash/kills.ts';
import { Random } from './crash/random.ts';
import { runCrashes } from './crash/run.ts';

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const kills = planKills(Number(values.kills ?? 300), new Random(seed));
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
say(`seed ${seed}, ${kills.length} cycles`);
const report = await runCrashes({ kills, seed, verifyEvery: 50, say });
say(JSON.stringify(report, null, 2));
process.exitCode = report.faults > 0 ? 1 : 0;
