/** One step of the check: a program of its own, whose output is held until it ends. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Step {
  readonly name: string;
  readonly about: string;
  /** A script (from the root, or from node_modules) and its arguments, run by this Node. */
  readonly command: readonly string[];
}

export interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
  readonly durationMs: number;
  readonly output: string;
}

/** Runs `step` in `root`. A step that cannot start has failed, like one that found faults. */
export async function runStep(step: Step, root: string): Promise<Outcome> {
  const [script = '', ...args] = step.command;
  const path = existsSync(join(root, script)) ? join(root, script) : join(root, 'node_modules', script);
  const started = performance.now();
  const child = spawn(process.execPath, [path, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stderr.on('data', (part: Buffer) => parts.push(part));
  const passed = await new Promise<boolean>((resolve) => {
    child.once('error', (fault) => {
      parts.push(Buffer.from(fault.message));
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
  return { step, passed, durationMs: performance.now() - started, output: Buffer.concat(parts).toString('utf8') };
}
