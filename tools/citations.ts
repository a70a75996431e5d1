/**
 * The clauses that the code cites, in their fixed form:
 *
 *   RFC 5321 §4.5.3.1.6
 *   ANS-REF2 ECO.1.1.10      référentiels MSSanté #1 and #2 of the ANS
 *   CSP R.1112-7             Code de la santé publique
 *
 * Several of one document make a list: RFC 5321 §4.1.1.1, §4.1.4 and §5.
 *
 * In code they stand in comments; in tests in comments and in the names of tests. Strings and code are never read.
 */
import { type ParseResult, parseSync, Visitor } from 'oxc-parser';
import { lineCounter, type SourceFile } from './source-files.ts';

export interface Citation {
  /** `RFC 5321 §4.5.3.1.6`. */
  readonly clause: string;
  readonly path: string;
  /** The name of the test that it stands in or before; empty outside tests. */
  readonly test: string;
}

export interface Citations {
  readonly found: Citation[];
  /** Clauses written in another form, which no tool would pair: `path:line: …`. */
  readonly faults: string[];
}

interface TestCall {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly nameStart: number;
}

const fixedForms = [
  form('RFC [1-9][0-9]{2,4}', '§[0-9A-Z]+(?:[.][0-9A-Za-z]+)*(?:-[0-9]+)?'),
  form('ANS-REF[12]', '[A-Z]+(?:[.][0-9]+)+'),
  form('CSP', '[LRD][.][0-9]+(?:-[0-9]+)*'),
];

/** One clause of `document`, or a list of them. */
function form(document: string, clause: string): RegExp {
  return new RegExp(`\\b(?<document>${document}) (?<clauses>${clause}(?:(?:, | and |, and )${clause})*)`, 'g');
}

/** What a hurried hand writes instead: it would be a claim that the table does not show. */
const otherForms: readonly [RegExp, string][] = [
  [/\bRFC[0-9]+\b/, 'write "RFC 5321 §4.5", with a space'],
  [/\bRFC [0-9]+[,:;]? \(?(?:[Ss]ections?|[Ss]ec[.]?|[Aa]ppendix|§ )/, 'write "RFC 5321 §4.5"'],
  [/\bRFC [0-9]+[,:;] §/, 'write "RFC 5321 §4.5", with nothing between'],
  [/\bECO[.][0-9]/, 'write "ANS-REF2 ECO.1.1.10", with its document'],
  [/\b[LRD][.] ?[0-9]{3,4}-[0-9]/, 'write "CSP R.1112-7", with its code'],
];

const testFunctions = new Set(['describe', 'suite', 'test', 'it']);

/** Every clause that `file` cites. */
export function findCitations(file: SourceFile): Citations {
  const { program, comments } = parseSync(file.path, file.text);
  const lineOf = lineCounter(file.text);
  const tests = findTests(program);
  const testAt = (start: number, end: number): string => {
    const around = tests.filter((call) => call.start <= start && start < call.end).at(-1);
    const next = tests.find((call) => call.start >= end && isBlank(file.text.slice(end, call.start)));
    return (next ?? around)?.name ?? '';
  };
  const read = (text: string, offset: number, test: string): Citations => ({
    found: clausesIn(text).map((clause) => ({ clause, path: file.path, test })),
    faults: otherForms
      .filter(([other]) => other.test(withoutClauses(text)))
      .map(([, remedy]) => `${file.path}:${lineOf(offset)}: a clause in another form: ${remedy}`),
  });
  const all = [
    ...comments.map(({ value, start, end }) => read(value.replace(/\s*\n\s*\*?\s*/g, ' '), start, testAt(start, end))),
    ...tests.map(({ name, nameStart }) => read(name, nameStart, name)),
  ];
  return { found: all.flatMap(({ found }) => found), faults: all.flatMap(({ faults }) => faults) };
}

function clausesIn(text: string): string[] {
  return fixedForms.flatMap((fixed) =>
    [...text.matchAll(fixed)].flatMap(({ groups }) =>
      (groups?.['clauses'] ?? '').split(/, and | and |, /).map((clause) => `${groups?.['document'] ?? ''} ${clause}`),
    ),
  );
}

function withoutClauses(text: string): string {
  return fixedForms.reduce((left, fixed) => left.replace(fixed, ''), text);
}

/** The tests and groups of a file, outer before inner. */
function findTests(program: ParseResult['program']): TestCall[] {
  const calls: TestCall[] = [];
  new Visitor({
    CallExpression({ callee, arguments: args, start, end }) {
      const named = callee.type === 'MemberExpression' ? callee.property : callee;
      if (named.type !== 'Identifier' || !testFunctions.has(named.name)) return;
      const [title] = args;
      if (title?.type === 'Literal' && typeof title.value === 'string') {
        calls.push({ start, end, name: title.value, nameStart: title.start });
      } else if (title?.type === 'TemplateLiteral') {
        const name = title.quasis.map((part) => part.value.cooked ?? '').join('…');
        calls.push({ start, end, name, nameStart: title.start });
      }
    },
  }).visit(program);
  return calls;
}

/** True when nothing but space and comments stands between a comment and the test that it introduces. */
function isBlank(between: string): boolean {
  return between.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() === '';
}
