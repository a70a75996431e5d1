/**
 * The conformity table: every clause that the product claims, with the code that obeys it and the test that holds it.
 * Run alone it names the clauses claimed without a test: `node tools/conformity.ts`.
 */
import { type Citation, findCitations } from './citations.ts';
import { isProductFile, isTestFile, readSourceFiles, repositoryRoot, type SourceFile } from './source-files.ts';

export interface Clause {
  readonly clause: string;
  readonly code: readonly string[];
  readonly tests: readonly Pick<Citation, 'path' | 'test'>[];
}

export interface Conformity {
  readonly clauses: readonly Clause[];
  /** One sentence for each clause claimed without a test and each citation in another form. */
  readonly faults: readonly string[];
}

export function surveyConformity(files: readonly SourceFile[]): Conformity {
  const byClause = new Map<string, { code: Set<string>; tests: Map<string, Citation> }>();
  const faults: string[] = [];
  for (const file of files) {
    const isTest = isTestFile(file.path);
    if (!isTest && !isProductFile(file.path)) continue;
    const citations = findCitations(file);
    faults.push(...citations.faults);
    for (const citation of citations.found) {
      const entry = byClause.get(citation.clause) ?? { code: new Set(), tests: new Map() };
      byClause.set(citation.clause, entry);
      if (!isTest) entry.code.add(file.path);
      else if (isRun(file.path)) entry.tests.set(`${citation.path} ${citation.test}`, citation);
    }
  }
  const clauses = [...byClause]
    .map(([clause, { code, tests }]) => ({ clause, code: [...code], tests: [...tests.values()] }))
    .filter(({ code, tests }) => code.length + tests.length > 0)
    .sort((a, b) => compareClauses(a.clause, b.clause));
  for (const { clause, code, tests } of clauses) {
    if (code.length > 0 && tests.length === 0)
      faults.push(`${code.join(', ')}: ${clause} is claimed and no test cites it`);
  }
  return { clauses, faults };
}

/** The table as Markdown, for docs/conformity.md. */
export function renderConformity(clauses: readonly Clause[]): string {
  const documents = Map.groupBy(clauses, ({ clause }) => documentOf(clause));
  const sections = [...documents].map(([document, rows]) => {
    const lines = rows.map(({ clause, code, tests }) => {
      const where = code.map(link).join('<br>') || '–';
      const held = tests.map(({ path, test }) => link(path) + (test && `: ${escapeCell(test)}`)).join('<br>') || '–';
      return `| ${clause.slice(document.length + 1)} | ${where} | ${held} |`;
    });
    return `## ${document}\n\n| Clause | Code | Test |\n|---|---|---|\n${lines.join('\n')}\n`;
  });
  return [
    '# Conformity',
    '',
    'Generated from the citations in code and tests by `npm run generate`; do not edit.',
    '',
    'Each clause that Hygie claims to obey, where it does, and the test that would fail if it did not. `npm run check` refuses a',
    'clause claimed without a test. It is a table of engineering, not a certificate: no authority has audited it, and the ANS',
    'référentiels are cited from restatements of their text. A dash under Code: a test holds the clause, no single line does.',
    '',
    sections.length > 0 ? sections.join('\n') : 'No clause is claimed yet.\n',
  ].join('\n');
}

/** A file of tests, not their support: only what runs and can fail holds a clause. */
function isRun(path: string): boolean {
  return /[.]test[.]tsx?$/.test(path);
}

/** The document of a clause: `RFC 5321`, `ANS-REF2`, `CSP`. */
function documentOf(clause: string): string {
  return clause.slice(0, clause.lastIndexOf(' '));
}

function compareClauses(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function link(path: string): string {
  return `[${path}](../${path})`;
}

function escapeCell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}

if (import.meta.main) {
  const { faults } = surveyConformity(readSourceFiles(repositoryRoot));
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
