/** Which configuration a command line speaks of: the one of HYGIE_CONFIG, or an operator of the sandbox that runs here. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from '../../base/errors.ts';
import { type Config, loadConfig } from '../../platform/config/config.ts';
import { cliTexts } from './texts.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface SandboxFile {
  readonly operators: readonly { readonly name: string; readonly config: string }[];
}

/** What `npm start` left in the data folder. */
function readSandboxFile(environment: Environment): SandboxFile | undefined {
  const folder = environment['HYGIE_DATA'] || 'var';
  try {
    return JSON.parse(readFileSync(path.join(folder, 'sandbox.json'), 'utf8')) as SandboxFile; // written by the sandbox alone
  } catch {
    return undefined;
  }
}

function isSandboxConfig(file: string): boolean {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { sandbox?: unknown }).sandbox === true; // `loadConfig` judges the rest
  } catch {
    return false;
  }
}

/** Throws `Refusal` when there is none, and what `loadConfig` throws. */
export async function findConfig(environment: Environment, operator: string | undefined): Promise<Config> {
  const named = environment['HYGIE_CONFIG'];
  if (named !== undefined && named !== '' && operator === undefined) {
    // The sandbox's own file says where everything is: what the environment says is for the world, not for one operator.
    if (!isSandboxConfig(named)) return loadConfig({ mode: 'production', environment });
    return loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: named } });
  }
  const sandbox = readSandboxFile(environment);
  if (sandbox === undefined) throw new Refusal('no-configuration', cliTexts.noConfiguration);
  const wanted = operator ?? sandbox.operators[0]?.name ?? '';
  const found = sandbox.operators.find((one) => one.name === wanted);
  if (found === undefined) {
    const known = sandbox.operators.map((one) => one.name).join(', ');
    throw new Refusal('unknown-operator', cliTexts.unknownOperator(wanted, known));
  }
  return loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: path.resolve(found.config) } });
}
