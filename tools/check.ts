/**
 * `npm run check`: all that can be said of the code without running it. The steps run side by side, one for each core; each
 * prints one line with its time, the faults of all follow at the end. `npm run check -- types lint` runs these steps only.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Outcome, runStep, type Step } from './check-step.ts';
import { repositoryRoot } from './source-files.ts';

const houseFolders = ['bin', 'contract', 'src', 'web', 'rules', 'sandbox', 'testkit', 'tests', 'bench', 'tools'];

/** The longest first, so that the cores end together. */
const steps: readonly Step[] = [
  { name: 'types', about: 'TypeScript, strictest flags', command: ['typescript/bin/tsc', '-p', '.'] },
  ...(existsSync(join(repositoryRoot, 'web/tsconfig.json'))
    ? [{ name: 'web types', about: 'TypeScript of the web application', command: ['typescript/bin/tsc', '-p', 'web'] }]
    : []),
  {
    name: 'floors',
    about: 'which folder may import which',
    command: [
      'tools/floors.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      ...houseFolders.filter((folder) => existsSync(join(repositoryRoot, folder))),
    ],
  },
  { name: 'dead code', about: 'what nothing uses; cycles at run time', command: ['knip/bin/knip.js', '--no-progress'] },
  {
    name: 'lint',
    about: 'lint and format',
    command: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--max-diagnostics=100', '--colors=off'],
  },
  { name: 'shape', about: 'sizes, no state at module level', command: ['tools/shape.ts'] },
  { name: 'conformity', about: 'a test for each claimed clause', command: ['tools/conformity.ts'] },
  { name: 'generated', about: 'generated documents up to date', command: ['tools/generated.ts'] },
];

export async function check(names: readonly string[]): Promise<boolean> {
  const chosen = steps.filter(({ name }) => names.length === 0 || names.includes(name));
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    process.stdout.write(`No step ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}\n`);
    return false;
  }
  const waiting = chosen.values();
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (const step of waiting) {
      const outcome = await runStep(step, repositoryRoot);
      outcomes.push(outcome);
      const verdict = outcome.passed ? 'ok    ' : 'FAILED';
      const seconds = (outcome.durationMs / 1000).toFixed(1).padStart(5);
      process.stdout.write(`${verdict} ${step.name.padEnd(11)} ${seconds} s  ${step.about}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const failed = outcomes.filter(({ passed }) => !passed);
  for (const { step, output } of failed) process.stdout.write(`\n── ${step.name}\n${output.trim()}\n`);
  const notes = outcomes.filter(({ passed }) => passed).flatMap(({ output }) => output.match(/^note: .*/gm) ?? []);
  if (notes.length > 0) process.stdout.write(`\n${notes.join('\n')}\n`);
  const summary = failed.length === 0 ? 'all passed' : `${failed.length} of ${chosen.length} steps failed`;
  process.stdout.write(`\ncheck: ${summary}\n`);
  return failed.length === 0;
}

if (import.meta.main) process.exitCode = (await check(process.argv.slice(2))) ? 0 : 1;
