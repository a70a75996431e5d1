import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { runStep } from './check-step.ts';
import { repositoryRoot } from './source-files.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A small house with our settings and these files. */
function build(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'hygie-check-'));
  folders.push(root);
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  for (const name of ['tsconfig.json', 'biome.json', 'knip.json'])
    copyFileSync(join(repositoryRoot, name), join(root, name));
  for (const [path, text] of Object.entries({ 'package.json': '{ "name": "house", "type": "module" }\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function run(root: string, ...command: string[]): Promise<{ passed: boolean; output: string }> {
  return await runStep({ name: 'fixture', about: '', command }, root);
}

describe('a step', () => {
  test('passes when its program ends well, and keeps its notes', async () => {
    const root = build({ 'fine.mjs': "process.stdout.write('note: long\\n');\n" });
    const { passed, output } = await run(root, 'fine.mjs');
    assert.equal(passed, true);
    assert.equal(output, 'note: long\n');
  });

  test('fails with what its program says on either channel', async () => {
    const root = build({
      'faulty.mjs': "process.stdout.write('one ');\nprocess.stderr.write('two');\nprocess.exitCode = 1;\n",
    });
    const { passed, output } = await run(root, 'faulty.mjs');
    assert.equal(passed, false);
    assert.deepEqual(output.split(' ').sort(), ['one', 'two'].sort());
  });

  test('fails when its program is not there', async () => {
    assert.equal((await run(build({}), 'missing.mjs')).passed, false);
  });
});

describe('types', () => {
  for (const [what, text] of [
    ['an index that may be missing', 'export const first = (list: string[]): string => list[0];'],
    ['an optional property set to undefined', 'export const a: { b?: string } = { b: undefined };'],
    ['an enum', 'export enum Kind { One }'],
    ['a parameter property', 'export class A { constructor(readonly b: string) {} }'],
    ['a type imported as a value', "import { A } from './a.ts';\nexport const a: A = 1;"],
  ] as const) {
    test(`refuse ${what}`, async () => {
      const root = build({ 'src/a.ts': 'export type A = number;\n', 'src/faulty.ts': `${text}\n` });
      const { passed, output } = await run(root, 'typescript/bin/tsc', '-p', '.', '--types', '');
      assert.equal(passed, false);
      assert.match(output, /^src\/faulty\.ts/m);
    });
  }
});

describe('lint', () => {
  for (const [rule, text] of [
    ['noExplicitAny', 'export const a = (b: any): unknown => b;'],
    ['noDefaultExport', 'const a = 1;\n\nexport default a;'],
    ['noNonNullAssertion', 'export const a = (b?: string): string => b!;'],
    ['noUnusedImports', "import { b } from './b.ts';\n\nexport const a = 1;"],
    ['noConsole', "export const a = (): void => console.log('b');"],
    ['format', 'export  const a = "b"'],
  ] as const) {
    test(`refuses: ${rule}`, async () => {
      const root = build({ 'src/faulty.ts': `${text}\n` });
      const { passed, output } = await run(root, '@biomejs/biome/bin/biome', 'check', '--error-on-warnings', 'src');
      assert.equal(passed, false);
      assert.match(output, new RegExp(rule));
    });
  }
});

describe('dead code', () => {
  const house = {
    'src/main.ts': "import { used } from './base/used.ts';\n\nused();\n",
    'src/base/used.ts': 'export const used = (): number => 1;\n',
  };
  const knip = ['knip/bin/knip.js', '--no-progress'];

  test('passes a house where all is used', async () => {
    const { passed, output } = await run(build(house), ...knip);
    assert.equal(passed, true, output);
  });

  for (const [what, files, found] of [
    [
      'a file that nothing imports',
      { 'src/base/dead.ts': 'export const dead = 1;\n' },
      /Unused files[\s\S]*src\/base\/dead\.ts/,
    ],
    [
      'an export that nothing imports',
      { 'src/base/used.ts': `${house['src/base/used.ts']}export const dead = 1;\n` },
      /Unused exports[\s\S]*dead/,
    ],
    [
      'a package that nothing imports',
      { 'package.json': '{ "name": "house", "type": "module", "dependencies": { "kysely": "*" } }\n' },
      /Unused dependencies[\s\S]*kysely/,
    ],
    [
      'two files that need each other at run time',
      {
        'src/base/used.ts': "import { other } from './other.ts';\n\nexport const used = (): number => other();\n",
        'src/base/other.ts': "import { used } from './used.ts';\n\nexport const other = (): number => used();\n",
      },
      /[Cc]ircular|cycles/,
    ],
  ] as const) {
    test(`names ${what}`, async () => {
      const { passed, output } = await run(build({ ...house, ...files }), ...knip);
      assert.equal(passed, false);
      assert.match(output, found);
    });
  }

  test('passes two files of which one needs only the types of the other', async () => {
    const files = {
      'src/base/used.ts':
        "import { other } from './other.ts';\n\nexport type A = 1;\nexport const used = (): A => other();\n",
      'src/base/other.ts': "import type { A } from './used.ts';\n\nexport const other = (): A => 1;\n",
    };
    const { passed, output } = await run(build({ ...house, ...files }), ...knip);
    assert.equal(passed, true, output);
  });
});

test('the check refuses a step that it does not have', () => {
  const script = join(repositoryRoot, 'tools/check.ts');
  const { status, stdout } = spawnSync(process.execPath, [script, 'tea'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stdout, /No step tea\. There are: types, .*generated/);
});
