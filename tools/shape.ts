/**
 * The shape of the code: bounds on files, functions and parameters, and what design §3 (11) forbids in the product:
 * state at module level, an effect at import, `process.exit` outside `main.ts`. Run alone: `node tools/shape.ts`.
 */
import { type ParseResult, parseSync, Visitor } from 'oxc-parser';
import { isProductFile, lineCounter, readSourceFiles, repositoryRoot, type SourceFile } from './source-files.ts';

export const shapeLimits = {
  /** Lines of a file: past this a reader finds two ideas in it. */
  fileLines: 500,
  /** Lines of a file from which it is listed as long. */
  longFileLines: 300,
  /** Lines of a function: what stands on one screen. */
  functionLines: 70,
  /** Parameters of a function: more are an object with names. */
  parameters: 4,
} as const;

type Program = ParseResult['program'];
type Statement = Program['body'][number];

interface FunctionNode {
  readonly start: number;
  readonly end: number;
  readonly params: readonly unknown[];
}

/** The composition root, and files that are run as a thread, never imported: they may act when loaded. */
const runFile = /^src\/main\.ts$|-worker\.ts$|^web\/main\.tsx$/;
const containers = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array']);

/** What is wrong with the shape of `file`, one sentence each, `path:line` first. */
export function findShapeFaults(file: SourceFile): string[] {
  const parsed = parseSync(file.path, file.text);
  if (parsed.errors.length > 0) return [`${file.path}: cannot be parsed: ${parsed.errors[0]?.message ?? ''}`];
  const lineOf = lineCounter(file.text);
  const faults = new Map<number, string[]>();
  const report = (offset: number, text: string): void => {
    faults.set(offset, [...(faults.get(offset) ?? []), `${file.path}:${lineOf(offset)}: ${text}`]);
  };
  const lines = countLines(file.text);
  if (lines > shapeLimits.fileLines) report(0, `${lines} lines, at most ${shapeLimits.fileLines}`);
  checkFunctions(parsed.program, lineOf, report);
  if (isProductFile(file.path)) {
    if (!runFile.test(file.path)) for (const statement of parsed.program.body) checkModuleLevel(statement, report);
    if (file.path !== 'src/main.ts') checkExits(parsed.program, report);
  }
  return [...faults].sort(([a], [b]) => a - b).flatMap(([, texts]) => texts);
}

export function countLines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

type Report = (offset: number, text: string) => void;

function checkFunctions(program: Program, lineOf: (offset: number) => number, report: Report): void {
  /** Callbacks of `describe` group tests: each test is bounded, the group is bounded by its file. */
  const groups = new Set<number>();
  const check = (node: FunctionNode): void => {
    const lines = lineOf(node.end) - lineOf(node.start) + 1;
    if (lines > shapeLimits.functionLines && !groups.has(node.start)) {
      report(node.start, `a function of ${lines} lines, at most ${shapeLimits.functionLines}`);
    }
    if (node.params.length > shapeLimits.parameters) {
      report(node.start, `${node.params.length} parameters, at most ${shapeLimits.parameters}: pass an object`);
    }
  };
  new Visitor({
    CallExpression(node) {
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'describe') return;
      for (const argument of node.arguments) groups.add(argument.start);
    },
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  }).visit(program);
}

function checkModuleLevel(statement: Statement, report: Report): void {
  const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
  if (declared?.type === 'ExpressionStatement' && !('directive' in declared && declared.directive)) {
    report(declared.start, 'an effect at import; give it to the caller as a function');
  }
  if (declared?.type !== 'VariableDeclaration' || declared.declare) return;
  if (declared.kind === 'let' || declared.kind === 'var') {
    report(declared.start, 'state at module level; hold it in what createX() returns');
    return;
  }
  for (const { init, start } of declared.declarations) {
    const isEmptyContainer =
      init?.type === 'NewExpression' &&
      init.callee.type === 'Identifier' &&
      containers.has(init.callee.name) &&
      init.arguments.length === 0;
    const isEmptyLiteral =
      (init?.type === 'ArrayExpression' && init.elements.length === 0) ||
      (init?.type === 'ObjectExpression' && init.properties.length === 0);
    if (isEmptyContainer || isEmptyLiteral) {
      report(start, 'an empty container at module level is state; hold it in what createX() returns');
    }
  }
}

function checkExits(program: Program, report: Report): void {
  new Visitor({
    MemberExpression(node) {
      if (node.object.type !== 'Identifier' || node.object.name !== 'process') return;
      if (node.property.type !== 'Identifier' || node.property.name !== 'exit') return;
      report(node.start, 'process.exit belongs to src/main.ts alone');
    },
  }).visit(program);
}

if (import.meta.main) {
  const files = readSourceFiles(repositoryRoot);
  const faults = files.flatMap(findShapeFaults);
  const long = files
    .map((file) => ({ path: file.path, lines: countLines(file.text) }))
    .filter(({ lines }) => lines > shapeLimits.longFileLines && lines <= shapeLimits.fileLines)
    .sort((a, b) => b.lines - a.lines);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  for (const { path, lines } of long) process.stdout.write(`note: ${path} has ${lines} lines; two ideas?\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
