/** The test files of the repository, and those that a command line names. */
import { globSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const homes = ['contract', 'src', 'rules', 'sandbox', 'testkit', 'tests', 'bench', 'tools', 'web'];

/** All test files, or those that any of `patterns` names: a file, a folder, a glob, or a part of a path. */
export function findTests(root: string, patterns: readonly string[]): string[] {
  const all = homes
    .flatMap((home) =>
      globSync('**/*.test.ts', { cwd: join(root, home), exclude: (name) => name === 'node_modules' }).map((path) =>
        join(root, home, path),
      ),
    )
    .sort();
  return patterns.length === 0 ? all : all.filter((path) => patterns.some((pattern) => isNamed(root, path, pattern)));
}

function isNamed(root: string, path: string, pattern: string): boolean {
  if (pattern.includes('*')) return globSync(pattern, { cwd: root }).some((found) => resolve(root, found) === path);
  const named = resolve(root, pattern);
  if (statSync(named, { throwIfNoEntry: false }) === undefined) return relative(root, path).includes(pattern);
  return path === named || path.startsWith(`${named}/`);
}
