import { stat } from 'node:fs/promises';
import { Refusal } from '../../../base/errors.ts';
import type {
  Correspondent,
  Edition,
  FileExamination,
  ImportProgress,
  OddRow,
} from '../../../domain/directory/directory.ts';
import { ageOf } from '../../directory-age.ts';
import { directorySources, importDirectory } from '../../directory-import.ts';
import type { Product } from '../../product.ts';
import { type CliIo, type Command, exitCode, type Invocation, UsageFault } from '../cli.ts';
import { formatBytes, formatPercent } from '../format.ts';
import { cliTexts } from '../texts.ts';
import { publishCommand } from './directory-publish.ts';
import { directoryTexts as texts } from './directory-texts.ts';

const defaultLimit = 10;
const mostLimit = 50;

function editionLine(edition: Edition): string {
  const { rows, oddRows, created, changed, deleted, reason } = edition;
  return texts.edition({
    source: texts.sources[edition.source],
    state: texts.states[edition.state],
    date: edition.publishedAt.toLocaleDateString('fr-FR', { timeZone: 'Europe/Paris', dateStyle: 'long' }),
    rows,
    odd: oddRows,
    created,
    changed,
    deleted,
    reason: reason ?? '',
  });
}

function oddLine({ line, reason }: OddRow): string {
  return texts.oddRow(line, texts.oddReasons[reason]);
}

/** On standard error, whatever the form of the answer: one line that is written over, where there is a screen. */
function progressOn(io: CliIo): (progress: ImportProgress) => void {
  const isScreen = process.stderr.isTTY;
  let last = '';
  return ({ stage, source, bytes, totalBytes, rows }) => {
    if (!isScreen && `${stage} ${source}` === last) return;
    last = `${stage} ${source}`;
    const done = bytes === 0 ? '' : totalBytes === null ? formatBytes(bytes) : formatPercent(bytes, totalBytes);
    const line = texts.progress(texts.stages[stage], source === null ? '' : texts.sources[source], done, rows);
    io.err(isScreen ? `\r\u001b[K${line}` : `${line}\n`);
  };
}

/** A path from where the command is typed; an address as it is. */
async function sourcesOf(invocation: Invocation, product: Product): Promise<readonly string[]> {
  const given = invocation.positionals;
  for (const source of given.filter((one) => !/^https?:/.test(one))) {
    const found = await stat(source).catch(() => undefined);
    if (found?.isFile() !== true) throw new Refusal('file-unreadable', cliTexts.unreadableFile(source));
  }
  return given.length > 0 ? given : directorySources(product.config.directory);
}

/** Ctrl-C ends the import in order: the edition in force stays. */
async function interruptible<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once('SIGINT', stop);
  try {
    return await body(stopping.signal);
  } finally {
    process.off('SIGINT', stop);
  }
}

const importCommand: Command = {
  name: 'directory import',
  summary: texts.importSummary,
  usage: '[FICHIER|ADRESSE]… [--force]',
  options: { force: { type: 'boolean', help: texts.force } },
  mostArguments: Number.POSITIVE_INFINITY,
  async run(invocation) {
    const product = await invocation.product();
    const sources = await sourcesOf(invocation, product);
    const onProgress = progressOn(invocation.io);
    const outcomes = await interruptible((signal) =>
      importDirectory(product, sources, { force: invocation.flag('force'), onProgress, signal }),
    ).finally(() => invocation.io.err(process.stderr.isTTY ? '\r\u001b[K' : ''));
    const rejected = outcomes.filter((outcome) => outcome.kind === 'rejected');
    invocation.print(
      outcomes.map((outcome) =>
        outcome.kind === 'rejected' ? { ...outcome, fault: outcome.fault.code } : { ...outcome },
      ),
      outcomes.flatMap((outcome) => {
        if (outcome.kind === 'rejected') return [];
        return outcome.editions.map((edition) =>
          outcome.kind === 'unchanged' ? texts.unchanged(texts.sources[edition.source]) : editionLine(edition),
        );
      }),
    );
    for (const { from, fault } of rejected) invocation.io.err(texts.rejected(from, fault.publicText, fault.code));
    if (rejected.length === 0) return exitCode.done;
    return rejected.every(({ fault }) => fault instanceof Refusal) ? exitCode.refused : exitCode.temporary;
  },
};

const status: Command = {
  name: 'directory status',
  summary: texts.statusSummary,
  usage: '[--odd-rows]',
  options: { 'odd-rows': { type: 'boolean', help: texts.odd } },
  async run(invocation) {
    const product = await invocation.product();
    const { db } = product.database;
    const found = await product.directory.status(db);
    const age = ageOf(found, product);
    const odd = [];
    if (invocation.flag('odd-rows')) {
      for (const { editionId } of found.current) {
        odd.push({ editionId, rows: await product.directory.oddRows(db, editionId) });
      }
    }
    invocation.print({ ...found, age, ...(invocation.flag('odd-rows') && { odd }) }, [
      ...found.current.map(editionLine),
      texts.totals(found.practitioners, found.mailboxes),
      texts.ages[age],
      ...(found.latest.length === 0 ? [] : ['', texts.latest, ...found.latest.map((one) => `  ${editionLine(one)}`)]),
      ...odd.flatMap(({ editionId, rows }) =>
        rows.length === 0 ? [] : [texts.oddRows(editionId), ...rows.map(oddLine)],
      ),
    ]);
    return age === 'none' || age === 'too-old' ? exitCode.refused : exitCode.done;
  },
};

function correspondentLines({ name, profession, speciality, place, addresses }: Correspondent): readonly string[] {
  const where =
    place === null ? '' : [place.organization, place.service, place.postcode, place.town].filter(Boolean).join(' ');
  const what = speciality?.label ?? profession?.label ?? '';
  return [
    [name, what, where].filter((part) => part !== '').join(', '),
    ...addresses.map(({ address, type }) => `  ${type}  ${address}`),
  ];
}

const search: Command = {
  name: 'directory search',
  summary: texts.searchSummary,
  usage: 'TEXTE… [--all] [--limit N]',
  options: { all: { type: 'boolean', help: texts.all }, limit: { type: 'string', help: texts.limit } },
  mostArguments: Number.POSITIVE_INFINITY,
  async run(invocation) {
    const text = invocation.positionals.join(' ').trim();
    if (text === '') throw new UsageFault(cliTexts.missingArgument('TEXTE'));
    const limit = Number(invocation.text('limit') ?? defaultLimit);
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > mostLimit) throw new UsageFault(texts.badLimit);
    const { directory, database } = await invocation.product();
    const filters = { reachableOnly: !invocation.flag('all') };
    const answer = await directory.search(database.db, { text, filters, limit });
    invocation.print(answer, [
      ...answer.understood.map(({ typed, as }) => texts.understood(typed, as)),
      ...answer.items.flatMap(correspondentLines),
      answer.total === 0 ? texts.nobody : texts.found(answer.total),
    ]);
    return answer.total === 0 ? exitCode.refused : exitCode.done;
  },
};

function examinationLines({ source, rows, oddRows, reasons, listed }: FileExamination): readonly string[] {
  return [
    texts.examined(texts.sources[source], rows, oddRows),
    ...[...reasons].map(([reason, count]) => texts.reasonCount(texts.oddReasons[reason], count)),
    ...listed.map(oddLine),
  ];
}

const check: Command = {
  name: 'directory check',
  summary: texts.checkSummary,
  usage: 'FICHIER|ADRESSE',
  options: {},
  mostArguments: 1,
  async run(invocation) {
    if (invocation.positionals.length === 0) throw new UsageFault(cliTexts.missingArgument('FICHIER'));
    const product = await invocation.product();
    const [source = ''] = await sourcesOf(invocation, product);
    const onProgress = progressOn(invocation.io);
    const found = await interruptible((signal) => product.directory.checkFile(source, { onProgress, signal }));
    if (process.stderr.isTTY) invocation.io.err('\r\u001b[K');
    const written = found.map(({ reasons, ...rest }) => ({ ...rest, reasons: Object.fromEntries(reasons) }));
    invocation.print(written, found.flatMap(examinationLines));
    return exitCode.done;
  },
};

export const directoryCommands: readonly Command[] = [importCommand, status, search, check, publishCommand];
