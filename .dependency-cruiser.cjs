/**
 * The floors of the house (ARCHITECTURE.md): which folder may import which. Every edge that is not listed here is a fault,
 * and so is every cycle of folders. `npm run check` runs it; tools/floors.test.ts holds a failing example of each rule.
 *
 * Types are parsed with swc: TypeScript 7 has no programming interface (docs/decisions/0004).
 */
const test = '[.]test[.]tsx?$';

/** From bottom to top: each may import itself and what stands below. */
const floors = ['base', 'formats', 'platform', 'domain', 'ends'];

/** From bottom to top; modules of one row do not know each other. */
const domainRows = [
  ['audit'],
  ['access', 'directory', 'trust', 'documents'],
  ['mail'],
  ['contacts', 'patients'],
  ['transfer'],
  ['conversations'],
  ['compliance'],
];

/** What of Node is pure (bytes <-> values); hashes only where a signature or a package is made of them. */
const pureModules = ['buffer', 'string_decoder', 'url', 'util', 'zlib'];
const hashingFormats = ['x509', 'white-list', 'xdm'];

/**
 * How a module is entered: by its door, by the port that an end serves, by the French texts that an end shows (docs/decisions/0015).
 */
const doors = [
  '^src/domain/([^/]+)/\\1[.]ts$',
  '^src/domain/transfer/acceptance[.]ts$',
  '^src/domain/[^/]+/(?:report-)?texts[.]ts$',
];

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const upward = floors.map((floor, index) => {
  const above = [...floors.slice(index + 1).map((name) => `${name}/`), 'main[.]ts$'];
  return forbid(
    `floor-${floor}`,
    `src/${floor} may import itself and the floors below: imports go downward only`,
    { path: `^src/${floor}/` },
    { path: `^src/(?:${above.join('|')})` },
  );
});

const domainUpward = domainRows.flatMap((row, index) =>
  row.map((module) => {
    const allowed = [module, ...domainRows.slice(0, index).flat()];
    return forbid(
      `domain-${module}`,
      `domain/${module} knows only ${allowed.join(', ')}`,
      { path: `^src/domain/${module}/` },
      { path: '^src/domain/', pathNot: `^src/domain/(?:${allowed.join('|')})/` },
    );
  }),
);

/** Folders outside src, and what each may import of ours beside itself. */
const outside = {
  contract: [],
  web: ['contract'],
  rules: [],
  testkit: ['src', 'contract', 'rules'],
  sandbox: ['src', 'contract', 'rules', 'testkit'],
  tests: ['src', 'contract', 'rules', 'testkit'],
  bench: ['src', 'contract', 'rules', 'testkit'],
  tools: ['src', 'bench', 'testkit'],
  bin: ['tools'],
};
const ours = ['src', ...Object.keys(outside)].join('|');

const outsideRules = Object.entries(outside).map(([folder, allowed]) =>
  forbid(
    `only-${folder}`,
    `${folder}/ may import ${[folder, ...allowed].join(', ')} only`,
    { path: `^${folder}/` },
    { path: `^(?:${ours})/`, pathNot: `^(?:${[folder, ...allowed].join('|')})/` },
  ),
);

module.exports = {
  forbidden: [
    ...upward,
    ...domainUpward,
    ...outsideRules,
    forbid(
      'no-new-domain-module',
      'a module of the domain has its row in .dependency-cruiser.cjs',
      { path: '^src/domain/', pathNot: `^src/domain/(?:${domainRows.flat().join('|')})/` },
      {},
    ),
    forbid(
      'door',
      'a module of the domain is entered by its door, src/domain/<module>/<module>.ts; tests and benches may take a part alone',
      { path: `^(?:${ours})/`, pathNot: '^(?:src/domain/([^/]+)|tests|bench)/' },
      { path: '^src/domain/', pathNot: doors },
    ),
    forbid(
      'door-of-another-module',
      'a module of the domain is entered by its door, src/domain/<module>/<module>.ts',
      { path: '^src/domain/([^/]+)/' },
      { path: '^src/domain/', pathNot: ['^src/domain/$1/', ...doors] },
    ),
    forbid(
      'product-alone',
      'the product knows neither tests nor tools nor the sandbox',
      { path: '^src/', pathNot: test },
      { path: '^(?:testkit|sandbox|tests|bench|tools|bin|web)/' },
    ),
    forbid(
      'tests-of-the-product',
      'a test of src may lean on testkit, and on nothing else outside the product',
      { path: `^src/.*${test}` },
      { path: '^(?:sandbox|tests|bench|tools|bin|web)/' },
    ),
    forbid(
      'only-main-at-the-root',
      'a file of src stands on a floor; only main.ts stands above them all',
      { path: '^src/' },
      { path: '^src/[^/]+$', pathNot: '^src/main[.]ts$' },
    ),
    forbid(
      'no-package-of-development',
      'a production installation leaves devDependencies out',
      { path: '^(?:src|contract)/', pathNot: test },
      { dependencyTypes: ['npm-dev'] },
    ),
    forbid('test-imported', 'a test file is run, never imported', {}, { path: test }),
    forbid(
      'contract-below-the-ends',
      'the words of the outside are for the ends: base, formats and the domain have their own',
      { path: '^src/(?:base|formats|domain)/' },
      { path: '^contract/' },
    ),
    forbid(
      'contract-alone',
      'contract/ holds schemas and types only: no Node, no DOM, no package but the one that writes schemas',
      { path: '^contract/' },
      { path: '.', pathNot: ['^contract/', '(?:^|/)node_modules/typebox/'] },
    ),
    forbid(
      'pure-formats',
      `formats/ is pure (bytes <-> values): of Node it may import ${pureModules.join(', ')}`,
      { path: '^src/formats/', pathNot: test },
      { dependencyTypes: ['core'], pathNot: `^(?:node:)?(?:${pureModules.join('|')}|crypto)$` },
    ),
    forbid(
      'pure-formats-hash',
      `of the formats, only ${hashingFormats.join(', ')} may hash and verify`,
      { path: '^src/formats/', pathNot: [test, `^src/formats/(?:${hashingFormats.join('|')})/`] },
      { path: '^(?:node:)?crypto$' },
    ),
    forbid(
      'no-sql-in-ends',
      'ends hold sessions, no SQL: the domain owns the data',
      { path: '^src/ends/', pathNot: test },
      { path: '(?:^|/)node_modules/(?:kysely|pg|pg-copy-streams)/' },
    ),
    forbid(
      'no-cycle-of-folders',
      'two parts that need each other are one part, or need a third (cycles at run time inside a part: knip.json)',
      { path: '^(src/(?:formats|platform|domain|ends)/[^/]+)/' },
      { circular: true, via: { pathNot: '^$1/' } },
    ),
    forbid(
      'resolvable',
      'an import that leads nowhere',
      { path: `^(?:${ours})/` },
      { couldNotResolve: true, dependencyTypesNot: ['core'] },
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)(?:dist|var)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'types', 'default'] },
  },
};
