/** The source files of the house: what the check tools read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const repositoryRoot = resolve(import.meta.dirname, '..');

const codeFolders = ['bin', 'contract', 'src', 'web', 'rules', 'sandbox', 'testkit', 'tests', 'bench', 'tools'];
const foreignFolders = new Set(['node_modules', 'dist', 'var']);
const codeName = /\.(?:ts|tsx|mjs|cjs)$/;
const generatedName = /\.generated\./;

export interface SourceFile {
  /** Path from the repository root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Every hand-written code file under `root`, sorted by path. */
export function readSourceFiles(root: string): SourceFile[] {
  return codeFolders
    .flatMap((folder) => codePaths(join(root, folder)))
    .map((path) => ({ path: relative(root, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A test, or the support of tests: not part of the product. */
export function isTestFile(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /^(?:tests|testkit)\//.test(path);
}

/** Part of what runs at a practice. */
export function isProductFile(path: string): boolean {
  return /^(?:src|contract|web)\//.test(path) && !isTestFile(path);
}

function codePaths(folder: string): string[] {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(folder);
  } catch {
    return []; // a folder of the plan that has no file yet
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return foreignFolders.has(entry.name) ? [] : codePaths(path);
    return codeName.test(entry.name) && !generatedName.test(entry.name) ? [path] : [];
  });
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

/** Turns offsets of `text` into line numbers from 1. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
