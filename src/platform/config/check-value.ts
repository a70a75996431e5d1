/**
 * Reads a value against the schema: fills in defaults, resolves paths, and finds every fault at once. (TypeBox's own check
 * stops after a few errors and says them in English.) It knows the parts of JSON Schema that the configuration uses.
 */
import { resolve } from 'node:path';
import { configLimits } from '../../base/limits.ts';
import type { Annotations } from './schema.ts';
import { faultTexts } from './texts.ts';

export interface ConfigFault {
  /** As in `smtp.port`; empty for the whole file. */
  readonly path: string;
  readonly problem: string;
  readonly fix: string;
}

/** JSON Schema as TypeBox builds it, as far as the configuration uses it. */
export interface SchemaNode extends Annotations {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface CheckContext {
  /** Where relative paths of the file start. */
  readonly folder: string;
  readonly faults: ConfigFault[];
  /** Environment variable that may give the key, by path. */
  readonly environmentNames: ReadonlyMap<string, string>;
}

/** `value` with defaults and absolute paths; what is wrong goes to `context.faults`. */
export function checkValue(node: SchemaNode, value: unknown, path: string, context: CheckContext): unknown {
  if (node.enum)
    return checkForm(typeof value === 'string' && node.enum.includes(value), node, value, { path, context });
  switch (node.type) {
    case 'object':
      return checkObject(node, value, path, context);
    case 'array':
      return checkArray(node, value, path, context);
    case 'string':
      return resolved(node, checkForm(isText(node, value), node, value, { path, context }), context.folder);
    case 'integer':
      return checkForm(isInteger(node, value), node, value, { path, context });
    case 'boolean':
      return checkForm(typeof value === 'boolean', node, value, { path, context });
    default:
      return value;
  }
}

/** What a value of `node` looks like. */
export function formOf(node: SchemaNode): string {
  if (node.enum) return faultTexts.oneOf(node.enum);
  if (node.type === 'boolean') return faultTexts.boolean;
  if (node.type === 'object') return faultTexts.object;
  if (node.type === 'array') return faultTexts.array;
  if (node.type !== 'integer') return node.form ?? '';
  if (node.minimum === undefined || node.maximum === undefined) return faultTexts.integerShort;
  return faultTexts.integer(node.minimum, node.maximum);
}

function isText({ minLength = 0, maxLength = Infinity, pattern }: SchemaNode, value: unknown): boolean {
  if (typeof value !== 'string' || value.length < minLength || value.length > maxLength) return false;
  return pattern === undefined || new RegExp(pattern).test(value);
}

function isInteger({ minimum = -Infinity, maximum = Infinity }: SchemaNode, value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum;
}

interface Place {
  readonly path: string;
  readonly context: CheckContext;
}

function checkForm(isRight: boolean, node: SchemaNode, value: unknown, { path, context }: Place): unknown {
  if (!isRight) context.faults.push({ path, problem: faultTexts.wrong, fix: faultTexts.wrongType(formOf(node)) });
  return value;
}

function resolved(node: SchemaNode, value: unknown, folder: string): unknown {
  return node.isPath && typeof value === 'string' ? resolve(folder, value) : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkObject(node: SchemaNode, value: unknown, path: string, context: CheckContext): unknown {
  if (!isRecord(value)) return checkForm(false, node, value, { path, context });
  const result: Record<string, unknown> = {};
  const properties = node.properties ?? {};
  for (const [name, child] of Object.entries(properties)) {
    const childPath = join(path, name);
    if (Object.hasOwn(value, name)) {
      result[name] = checkValue(child, value[name], childPath, context);
    } else if (child.default !== undefined) {
      // A default path starts from the current folder, as a value of the environment does.
      result[name] = resolved(child, checkValue(child, child.default, childPath, { ...context, folder: '.' }), '.');
    } else if (node.required?.includes(name) && child.type === 'object') {
      result[name] = checkValue(child, {}, childPath, context); // tells each value that lacks, not the object alone
    } else if (node.required?.includes(name)) {
      context.faults.push(missing(child, childPath, context));
    }
  }
  const [pattern, child] = Object.entries(node.patternProperties ?? {})[0] ?? [];
  for (const name of Object.keys(value).filter((key) => !Object.hasOwn(properties, key))) {
    if (pattern !== undefined && child && new RegExp(pattern).test(name)) {
      result[name] = checkValue(child, value[name], join(path, name), context);
    } else if (child) {
      context.faults.push({
        path: join(path, name),
        problem: faultTexts.wrong,
        fix: faultTexts.wrongType(node.form ?? ''),
      });
    } else {
      context.faults.push(unknownKey(name, Object.keys(properties), join(path, name)));
    }
  }
  return result;
}

function checkArray(node: SchemaNode, value: unknown, path: string, context: CheckContext): unknown {
  if (!Array.isArray(value)) return checkForm(false, node, value, { path, context });
  const { items, minItems = 0, maxItems = Infinity } = node;
  if (value.length < minItems || value.length > maxItems) {
    context.faults.push({
      path,
      problem: faultTexts.wrong,
      fix: faultTexts.wrongType(faultTexts.items(minItems, maxItems)),
    });
    return value;
  }
  if (node.uniqueItems && new Set(value).size < value.length) {
    context.faults.push({ path, problem: faultTexts.twice, fix: faultTexts.twiceFix });
  }
  if (!items) return value;
  return value.map((item: unknown, index) => checkValue(items, item, `${path}[${index}]`, context));
}

function missing(node: SchemaNode, path: string, context: CheckContext): ConfigFault {
  const name = context.environmentNames.get(path);
  const form = formOf(node);
  const fix = name === undefined ? faultTexts.missingFix(form) : faultTexts.missingOrEnvironment(form, name);
  return { path, problem: faultTexts.missing, fix };
}

function unknownKey(name: string, known: readonly string[], path: string): ConfigFault {
  const near = nearest(name, known);
  return {
    path,
    problem: faultTexts.unknown,
    fix: near === undefined ? faultTexts.unknownFix(known) : faultTexts.unknownNear(near),
  };
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** The known word that `word` most likely stands for. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const most = Math.min(configLimits.nearestKeyEdits, Math.floor(word.length / 2));
  const ranked = known
    .map((candidate) => ({ candidate, edits: editsBetween(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= most)
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}

/** Levenshtein distance. */
function editsBetween(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
