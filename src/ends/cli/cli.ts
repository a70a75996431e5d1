/**
 * The administration CLI: `hygie <command> [options]`. A command is data (name, options, what it prints) and one function
 * over the product; it decides nothing that the domain does not.
 *
 * Exit codes: 0 done; 1 refused, or something is wrong with what was looked at; 2 the command line is wrong; 3 a part of the
 * world is away, try again; 4 a bug. With `--json`, standard output is one JSON document and nothing else.
 */

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { AssertionFault } from '../../base/assert.ts';
import { Refusal, Temporary } from '../../base/errors.ts';
import type { Product, ProductOptions } from '../product.ts';
import { cliTexts } from './texts.ts';

export const exitCode = { done: 0, refused: 1, usage: 2, temporary: 3, bug: 4 } as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export interface CliIo {
  out(text: string): void;
  err(text: string): void;
  /** `err` goes to a screen, where a line may be written over. */
  readonly errIsScreen?: boolean;
  /** All of standard input. */
  read(): Promise<string>;
}

export interface Invocation {
  readonly io: CliIo;
  readonly json: boolean;
  readonly positionals: readonly string[];
  /** The text of option `name`, if given. */
  text(name: string): string | undefined;
  /** The text of option `name`; without it the command line is wrong. */
  required(name: string): string;
  flag(name: string): boolean;
  /** Opens the product of the configuration; closed by the caller of `run`. */
  product(): Promise<Product>;
  /** Prints `value` as JSON, or `lines` for people. */
  print(value: unknown, lines: readonly string[]): void;
}

export interface Command {
  /** One or two words: `white-list show`. */
  readonly name: string;
  /** One French line. */
  readonly summary: string;
  /** What follows the name on the command line. */
  readonly usage: string;
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly help: string }>>;
  /** How many arguments it takes beside its options; none when absent. */
  readonly mostArguments?: number;
  run(invocation: Invocation): Promise<ExitCode>;
}

/** The command line is wrong: the text says what to write instead. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}

export interface CliParts {
  readonly commands: readonly Command[];
  readonly io: CliIo;
  openProduct(options: ProductOptions): Promise<Product>;
}

const common: ParseArgsOptionsConfig = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  operator: { type: 'string' },
};

function findCommand(
  commands: readonly Command[],
  argv: readonly string[],
): { command: Command; rest: string[] } | undefined {
  for (const words of [2, 1]) {
    const command = commands.find((one) => one.name === argv.slice(0, words).join(' '));
    if (command !== undefined) return { command, rest: argv.slice(words) };
  }
  return undefined;
}

/** The commands that share their first word: `hygie account`. */
function groupOf(commands: readonly Command[], name: string): readonly Command[] {
  return commands.filter((command) => command.name.startsWith(`${name} `));
}

/** What is wrong with the options, in French: Node says it in English. */
function optionFault(fault: unknown): string {
  const message = fault instanceof Error ? fault.message : '';
  const name = /--?[\w-]+/.exec(message)?.[0] ?? '';
  if (!(fault instanceof Error) || !('code' in fault)) return cliTexts.badOptions;
  if (fault.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return cliTexts.unknownOption(name);
  if (fault.code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return cliTexts.badOptions;
  return message.includes('does not take') ? cliTexts.optionTakesNoValue(name) : cliTexts.optionNeedsValue(name);
}

function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [cliTexts.usage, '', ...lines, '', cliTexts.commonOptions].join('\n');
}

function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => `  --${name.padEnd(16)} ${option.help}`);
  return [
    `hygie ${command.name} ${command.usage}`.trim(),
    '',
    command.summary,
    '',
    ...options,
    cliTexts.commonOptions,
  ].join('\n');
}

async function runCommand(parts: CliParts, command: Command, rest: readonly string[]): Promise<ExitCode> {
  const options: ParseArgsOptionsConfig = { ...common };
  for (const [name, option] of Object.entries(command.options)) options[name] = { type: option.type };
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...rest], options, allowPositionals: true, strict: true });
  } catch (fault) {
    throw new UsageFault(optionFault(fault));
  }
  const { values, positionals } = parsed;
  if (values['help'] === true) {
    parts.io.out(`${commandHelp(command)}\n`);
    return exitCode.done;
  }
  const excess = positionals[command.mostArguments ?? 0];
  if (excess !== undefined) throw new UsageFault(cliTexts.excessArgument(excess));
  const opened: Product[] = [];
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const json = values['json'] === true;
  try {
    return await command.run({
      io: parts.io,
      json,
      positionals,
      text,
      required(name) {
        const value = text(name);
        if (value === undefined) throw new UsageFault(cliTexts.missingOption(name));
        return value;
      },
      flag: (name) => values[name] === true,
      async product() {
        const operator = text('operator');
        const product = await parts.openProduct(operator === undefined ? {} : { operator });
        opened.push(product);
        return product;
      },
      print(value, lines) {
        parts.io.out(json ? `${JSON.stringify(value, null, 2)}\n` : `${lines.join('\n')}\n`);
      },
    });
  } finally {
    for (const product of opened) await product.close();
  }
}

/** Runs one command line; never throws. */
export async function runCli(parts: CliParts, argv: readonly string[]): Promise<ExitCode> {
  const found = findCommand(parts.commands, argv);
  if (found === undefined) return explainCommands(parts, argv);
  try {
    return await runCommand(parts, found.command, found.rest);
  } catch (fault) {
    return explain(parts.io, found.command, fault);
  }
}

const helpWords = new Set(['--help', '-h', 'help']);

/** Shows the commands that may have been meant. Asked for, help is an answer; else the command line is wrong. */
function explainCommands({ commands, io }: CliParts, argv: readonly string[]): ExitCode {
  const isAsked = argv.some((word) => helpWords.has(word));
  const words = argv.filter((word) => !helpWords.has(word));
  const group = groupOf(commands, words[0] ?? '');
  if (words.length > (group.length > 0 ? 1 : 0)) io.err(`${cliTexts.unknownCommand(words.slice(0, 2).join(' '))}\n\n`);
  const write = isAsked ? io.out : io.err;
  write(`${generalHelp(group.length > 0 ? group : commands)}\n`);
  return isAsked ? exitCode.done : exitCode.usage;
}

function explain(io: CliIo, command: Command, fault: unknown): ExitCode {
  if (fault instanceof UsageFault) {
    io.err(`${fault.message}\n\n${commandHelp(command)}\n`);
    return exitCode.usage;
  }
  if (fault instanceof Refusal) {
    io.err(`${fault.publicText} (${fault.code})\n`);
    return exitCode.refused;
  }
  if (fault instanceof Temporary) {
    io.err(`${fault.publicText} (${fault.code})\n`);
    return exitCode.temporary;
  }
  // The stack has file names and lines; the message of a foreign fault may hold data and is not shown.
  const frames =
    fault instanceof Error ? (fault.stack ?? '').split('\n').filter((line) => line.includes('    at ')) : [];
  io.err(
    `${cliTexts.bug(fault instanceof AssertionFault ? fault.message : fault instanceof Error ? fault.name : '')}\n`,
  );
  io.err(`${frames.slice(0, 8).join('\n')}\n`);
  return exitCode.bug;
}
