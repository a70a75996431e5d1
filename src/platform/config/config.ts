/**
 * The configuration: one schema (`schema.ts`), read from a JSON file and from the environment, which wins.
 *
 * Guarantees: every fault is told at once, each with its place and its remedy; an unknown key is a fault; secrets come out as
 * `Secret`; paths come out absolute. Production refuses what belongs to the sandbox (marker, reserved domains, test
 * authorities, plain HTTP), and the sandbox refuses to listen beyond the machine.
 * Fails with `ConfigRefusal`. Nothing is created and nothing but the files named is read.
 */
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Check } from 'typebox/value';
import { assert, present } from '../../base/assert.ts';
import { Refusal } from '../../base/errors.ts';
import { configLimits } from '../../base/limits.ts';
import { Secret } from '../../base/secret.ts';
import { type ConfigFault, checkValue, type SchemaNode } from './check-value.ts';
import { rulesFor } from './rules.ts';
import { type ConfigFile, configSchema, environmentKeys } from './schema.ts';
import { faultTexts, reportTexts } from './texts.ts';

/** What the configuration is read for: each refuses what belongs to the other. */
export type ConfigMode = 'production' | 'sandbox';

type DirectoryFile = ConfigFile['directory'];
type S3File = NonNullable<ConfigFile['blobs']['s3']>;

/** The configuration as the program uses it. */
export interface Config extends Omit<ConfigFile, 'database' | 'metrics' | 'blobs' | 'keys' | 'directory'> {
  readonly database: { readonly url?: Secret; readonly ownerUrl?: Secret; readonly maxConnections: number };
  readonly metrics: { readonly token?: Secret };
  readonly keys:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'environment'; readonly name: string }
    | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]] };
  readonly directory: Omit<DirectoryFile, 'live' | 'publication'> & {
    /** Without a key nothing is asked. */
    readonly live?: { readonly url: string; readonly apiKey: Secret };
    /** Only when accounts are to be published. */
    readonly publication?: { readonly url: string; readonly apiKey: Secret };
  };
  readonly blobs:
    | { readonly driver: 'files' }
    | { readonly driver: 's3'; readonly s3: Omit<S3File, 'secretAccessKey'> & { readonly secretAccessKey: Secret } };
}

/** Every fault of a configuration; the public text is the report to print. */
export class ConfigRefusal extends Refusal {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ path, problem, fix }) => reportTexts.line(path || reportTexts.wholeFile, problem, fix));
    super('configuration-refused', [reportTexts.heading(faults.length), ...lines].join('\n'));
    this.faults = faults;
  }
}

export interface ConfigSource {
  readonly mode: ConfigMode;
  /** The variables of the process; `HYGIE_CONFIG` names the file. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Reads and judges the configuration. Throws {@link ConfigRefusal} with all that is wrong. */
export async function loadConfig({ mode, environment }: ConfigSource): Promise<Config> {
  const file = environment['HYGIE_CONFIG'];
  const raw = file === undefined || file === '' ? {} : await readConfigFile(file);
  const faults: ConfigFault[] = [];
  // TypeBox builds JSON Schema; `SchemaNode` names the part of it that the schema uses.
  const root = configSchema as unknown as SchemaNode;
  const value = checkValue(root, overlaid(raw, environment), '', {
    folder: file === undefined ? '.' : dirname(resolve(file)),
    faults,
    environmentNames: new Map(Object.entries(environmentKeys).map(([name, key]) => [key, name])),
  });
  for (const rule of rulesFor(mode)) {
    if (rule.reads.some((read) => faults.some(({ path }) => touches(path, read)))) continue;
    // The rule reads only keys without fault, which therefore have the form of the schema.
    faults.push(...(await rule.check(value as ConfigFile)));
  }
  if (faults.length > 0) throw new ConfigRefusal(faults);
  assert(Check(configSchema, value), 'the reader and the schema disagree on a configuration');
  return withSecrets(value);
}

async function readConfigFile(path: string): Promise<unknown> {
  const file = await open(path, 'r').catch(() => {
    throw refusal(faultTexts.fileUnreadable, faultTexts.fileUnreadableFix);
  });
  try {
    const { size } = await file.stat();
    if (size > configLimits.fileBytes) throw refusal(faultTexts.fileTooLong, faultTexts.fileTooLongFix);
    const text = await file.readFile('utf8');
    try {
      return JSON.parse(text);
    } catch (fault) {
      throw refusal(faultTexts.notJson, faultTexts.notJsonFix(placeOf(fault, text)));
    }
  } finally {
    await file.close();
  }
}

/** Where JSON.parse stopped; its message may quote the text, secrets included, and is not kept. */
function placeOf(fault: unknown, text: string): string {
  const found = fault instanceof Error ? /position (\d+)/.exec(fault.message) : null;
  if (found === null) return '';
  const before = text.slice(0, Number(found[1])).split('\n');
  return faultTexts.atPosition(before.length, (before.at(-1) ?? '').length + 1);
}

/** The value of the file with the environment's values put in their place. */
function overlaid(raw: unknown, environment: Readonly<Record<string, string | undefined>>): unknown {
  let result = raw;
  for (const [name, key] of Object.entries(environmentKeys)) {
    const value = environment[name];
    if (value === undefined || value === '') continue;
    const isPath = key === 'dataFolder' || key.endsWith('Path') || key.endsWith('.path');
    result = withValue(result, key.split('.'), isPath ? resolve(value) : value);
  }
  return result;
}

function withValue(target: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  // What is no object is left for the check to refuse.
  if (target !== undefined && (typeof target !== 'object' || target === null || Array.isArray(target))) return target;
  const inner = target === undefined ? undefined : Object.getOwnPropertyDescriptor(target, name)?.value;
  return { ...target, [name]: withValue(inner, rest, value) };
}

/** Whether a fault at `path` concerns the key `read`, what it holds, or what holds it. */
function touches(path: string, read: string): boolean {
  const inside = (inner: string, outer: string) =>
    outer === '' || inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
  return inside(path, read) || inside(read, path);
}

function withSecrets(file: ConfigFile): Config {
  const { url, ownerUrl, maxConnections } = file.database;
  return {
    ...file,
    database: {
      maxConnections,
      ...(url === undefined ? {} : { url: new Secret(url) }),
      ...(ownerUrl === undefined ? {} : { ownerUrl: new Secret(ownerUrl) }),
    },
    metrics: file.metrics.token === undefined ? {} : { token: new Secret(file.metrics.token) },
    keys: keysOf(file.keys),
    directory: directoryOf(file.directory),
    blobs: blobsOf(file.blobs),
  };
}

function keysOf(keys: ConfigFile['keys']): Config['keys'] {
  const why = 'a rule lets through keys that lack what their kind needs';
  if (keys.kind === 'file') return { kind: 'file', path: present(keys.path, why) };
  if (keys.kind === 'environment') return { kind: 'environment', name: present(keys.name, why) };
  const [command, ...args] = present(keys.argv, why);
  return { kind: 'command', argv: [present(command, why), ...args] };
}

function directoryOf({ live, publication, ...rest }: DirectoryFile): Config['directory'] {
  const { url, apiKey } = publication;
  const why = 'a rule lets through a publication that lacks its address or its key';
  return {
    ...rest,
    ...(live.apiKey !== undefined && { live: { url: live.url, apiKey: new Secret(live.apiKey) } }),
    ...(publication.enabled && {
      publication: { url: present(url, why), apiKey: new Secret(present(apiKey, why)) },
    }),
  };
}

function blobsOf({ driver, s3 }: ConfigFile['blobs']): Config['blobs'] {
  if (driver === 'files') return { driver };
  const store = present(s3, 'a rule lets through the S3 driver without its store');
  return { driver, s3: { ...store, secretAccessKey: new Secret(store.secretAccessKey) } };
}

function refusal(problem: string, fix: string): ConfigRefusal {
  return new ConfigRefusal([{ path: '', problem, fix }]);
}
