import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { repositoryRoot } from './source-files.ts';

const cruiser = join(repositoryRoot, 'tools/floors.mjs');
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** Cruises a house of these files (path -> paths or packages that it imports), as the check does. */
function cruise(house: Readonly<Record<string, readonly string[]>>, packages: object = {}): string[] {
  const root = mkdtempSync(join(tmpdir(), 'hygie-floors-'));
  folders.push(root);
  for (const name of ['kysely', 'typebox', 'saxes']) {
    write(join(root, 'node_modules', name, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
    write(join(root, 'node_modules', name, 'index.js'), '');
  }
  write(join(root, 'package.json'), JSON.stringify({ name: 'house', type: 'module', ...packages }));
  for (const [path, imports] of Object.entries(house)) {
    const lines = imports.map((to) => {
      const isFile = to.endsWith('.ts') || to.endsWith('.mjs');
      const specifier = isFile ? `${'../'.repeat(path.split('/').length - 1)}${to}` : to;
      return `import '${specifier}';\n`;
    });
    const end = path.endsWith('.tsx') ? 'export const here = <p>1</p>;\n' : 'export const here = 1;\n';
    write(join(root, path), lines.join('') + end);
  }
  const tops = [...new Set(Object.keys(house).map((path) => path.split('/')[0] ?? ''))];
  const config = join(repositoryRoot, '.dependency-cruiser.cjs');
  const args = [cruiser, '--config', config, '--output-type', 'json', ...tops];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  assert.equal(stderr, '');
  // The form of dependency-cruiser's own JSON report.
  const report = JSON.parse(stdout) as { summary: { violations: Violation[] } };
  return report.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`).sort();
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe('the floors', () => {
  test('accept a house whose imports go downward, through doors, and types that a door and its parts share', () => {
    const violations = cruise({
      'contract/api.ts': ['typebox'],
      'src/base/ids.ts': ['node:crypto'],
      'src/formats/address/address.ts': ['src/base/ids.ts', 'node:url'],
      'src/formats/x509/dn.ts': ['node:crypto', 'src/formats/address/address.ts'],
      'src/formats/x509/dn.test.ts': ['node:fs', 'src/formats/x509/dn.ts'],
      'src/platform/db/db.ts': ['kysely', 'src/base/ids.ts'],
      'src/domain/audit/audit.ts': ['src/platform/db/db.ts', 'src/domain/audit/events.ts'],
      'src/domain/audit/events.ts': ['src/domain/audit/audit.ts'],
      'src/domain/mail/mail.ts': ['src/domain/audit/audit.ts', 'kysely'],
      'src/domain/mail/mail.test.ts': ['testkit/database.ts', 'src/domain/mail/mail.ts'],
      'src/ends/smtpd/data.ts': ['src/domain/mail/mail.ts', 'src/formats/x509/dn.ts', 'contract/api.ts'],
      'src/main.ts': ['src/ends/smtpd/data.ts', 'src/platform/db/db.ts'],
      'testkit/database.ts': ['src/platform/db/db.ts'],
      'sandbox/main.ts': ['testkit/database.ts', 'src/domain/mail/mail.ts'],
      'tests/exchange/send.test.ts': ['testkit/database.ts', 'contract/api.ts'],
      'web/src/main.tsx': ['contract/api.ts'],
      'bin/hygie.mjs': ['tools/bootstrap.mjs'],
      'tools/bootstrap.mjs': ['node:fs'],
    });
    assert.deepEqual(violations, []);
  });

  test('refuse an import that goes up', () => {
    const violations = cruise({
      'src/base/ids.ts': ['src/formats/address/address.ts'],
      'src/formats/address/address.ts': ['src/platform/db/db.ts'],
      'src/platform/db/db.ts': ['src/domain/audit/audit.ts'],
      'src/domain/audit/audit.ts': ['src/ends/smtpd/data.ts'],
      'src/ends/smtpd/data.ts': ['src/main.ts'],
      'src/main.ts': [],
    });
    assert.deepEqual(violations, [
      'floor-base: src/base/ids.ts -> src/formats/address/address.ts',
      'floor-domain: src/domain/audit/audit.ts -> src/ends/smtpd/data.ts',
      'floor-ends: src/ends/smtpd/data.ts -> src/main.ts',
      'floor-formats: src/formats/address/address.ts -> src/platform/db/db.ts',
      'floor-platform: src/platform/db/db.ts -> src/domain/audit/audit.ts',
    ]);
  });

  test('refuse a domain module that knows one above or beside it, or one that has no row', () => {
    const violations = cruise({
      'src/domain/audit/audit.ts': ['src/domain/access/access.ts'],
      'src/domain/access/access.ts': ['src/domain/trust/trust.ts'],
      'src/domain/trust/trust.ts': ['src/domain/transfer/transfer.ts'],
      'src/domain/transfer/transfer.ts': [],
      'src/domain/gossip/gossip.ts': ['src/base/ids.ts'],
      'src/base/ids.ts': [],
    });
    assert.deepEqual(violations, [
      'domain-access: src/domain/access/access.ts -> src/domain/trust/trust.ts',
      'domain-audit: src/domain/audit/audit.ts -> src/domain/access/access.ts',
      'domain-trust: src/domain/trust/trust.ts -> src/domain/transfer/transfer.ts',
      'no-new-domain-module: src/domain/gossip/gossip.ts -> src/base/ids.ts',
    ]);
  });

  test("refuse another module's private part, but to tests and benches of that part alone", () => {
    const violations = cruise({
      'src/domain/audit/audit.ts': ['src/domain/audit/events.ts'],
      'src/domain/audit/events.ts': [],
      'src/domain/mail/mail.ts': ['src/domain/audit/events.ts'],
      'src/ends/cli/user.ts': ['src/domain/audit/events.ts'],
      'testkit/store.ts': ['src/domain/audit/events.ts'],
      'tests/hostile/events.test.ts': ['src/domain/audit/events.ts'],
      'bench/events.ts': ['src/domain/audit/events.ts'],
    });
    assert.deepEqual(violations, [
      'door-of-another-module: src/domain/mail/mail.ts -> src/domain/audit/events.ts',
      'door: src/ends/cli/user.ts -> src/domain/audit/events.ts',
      'door: testkit/store.ts -> src/domain/audit/events.ts',
    ]);
  });

  test('refuse a product that knows its tests, its sandbox or its tools', () => {
    const violations = cruise({
      'src/platform/db/db.ts': ['testkit/database.ts', 'sandbox/main.ts', 'src/base/ids.test.ts'],
      'src/base/ids.test.ts': ['sandbox/main.ts'],
      'testkit/database.ts': ['sandbox/main.ts'],
      'sandbox/main.ts': [],
      'web/src/main.tsx': ['src/platform/db/db.ts'],
    });
    assert.deepEqual(violations, [
      'only-testkit: testkit/database.ts -> sandbox/main.ts',
      'only-web: web/src/main.tsx -> src/platform/db/db.ts',
      'product-alone: src/platform/db/db.ts -> sandbox/main.ts',
      'product-alone: src/platform/db/db.ts -> testkit/database.ts',
      'test-imported: src/platform/db/db.ts -> src/base/ids.test.ts',
      'tests-of-the-product: src/base/ids.test.ts -> sandbox/main.ts',
    ]);
  });

  test('refuse a contract that imports, and a floor below the ends that imports it', () => {
    const violations = cruise({
      'contract/api.ts': ['src/base/ids.ts', 'node:fs', 'saxes'],
      'src/base/ids.ts': [],
      'src/domain/mail/mail.ts': ['contract/api.ts'],
    });
    assert.deepEqual(violations, [
      'contract-alone: contract/api.ts -> fs',
      'contract-alone: contract/api.ts -> node_modules/saxes/index.js',
      'contract-alone: contract/api.ts -> src/base/ids.ts',
      'contract-below-the-ends: src/domain/mail/mail.ts -> contract/api.ts',
      'only-contract: contract/api.ts -> src/base/ids.ts',
    ]);
  });

  test('refuse a format that reaches the machine or hashes without need, and SQL in an end', () => {
    const machine = ['fs', 'fs/promises', 'net', 'tls', 'http', 'child_process', 'worker_threads'];
    const violations = cruise({
      'src/formats/mime/parser.ts': [...machine.map((name) => `node:${name}`), 'node:crypto', 'node:zlib'],
      'src/ends/cli/queue.ts': ['kysely'],
    });
    assert.deepEqual(violations, [
      'no-sql-in-ends: src/ends/cli/queue.ts -> node_modules/kysely/index.js',
      'pure-formats-hash: src/formats/mime/parser.ts -> crypto',
      ...machine.map((name) => `pure-formats: src/formats/mime/parser.ts -> ${name}`).sort(),
    ]);
  });

  test('refuse a file that stands on no floor, and a package that production leaves out', () => {
    const violations = cruise(
      {
        'src/ends/cli/cli.ts': ['src/product.ts'],
        'src/product.ts': ['saxes', 'kysely'],
        'src/product.test.ts': ['kysely'],
      },
      { dependencies: { saxes: '*' }, devDependencies: { kysely: '*' } },
    );
    assert.deepEqual(violations, [
      'no-package-of-development: src/product.ts -> node_modules/kysely/index.js',
      'only-main-at-the-root: src/ends/cli/cli.ts -> src/product.ts',
    ]);
  });

  test('refuse a cycle of folders and an import that leads nowhere', () => {
    const violations = cruise({
      'src/platform/db/db.ts': ['src/platform/jobs/jobs.ts'],
      'src/platform/jobs/jobs.ts': ['src/platform/db/db.ts', 'src/platform/jobs/lost.ts'],
    });
    assert.deepEqual(violations, [
      'no-cycle-of-folders: src/platform/db/db.ts -> src/platform/jobs/jobs.ts',
      'resolvable: src/platform/jobs/jobs.ts -> ../../../src/platform/jobs/lost.ts',
    ]);
  });
});
