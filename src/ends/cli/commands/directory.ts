import { stat } from 'node:fs/promises';
import { Refusal } from '../../../base/errors.ts';
import type {
  Correspondent,
  Edition,
  FileExamination,
  ImportProgress,
  OddReason,
  OddRow,
} from '../../../domain/directory/directory.ts';
import { ageOf, type DirectoryAlarm, openAlarms } from '../../directory-age.ts';
import { directorySources, importDirectory } from '../../directory-import.ts';
import type { Product } from '../../product.ts';
import { type CliIo, type Command, exitCode, type Invocation, UsageFault } from '../cli.ts';
import { formatBytes, formatPercent } from '../format.ts';
import { cliTexts } from '../texts.ts';
import { publishCommand } from './directory-publish.ts';
import { directoryTexts as texts } from './directory-texts.ts';

const defaultLimit = 10;
const mostLimit = 50;
/** Of the odd rows of one reason, and of the latest imports. */
const shownLines = 10;
const shownImports = 8;

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
    reason: reason === null ? '' : texts.reason(reason),
  });
}

/** When it was taken up, and what became of it. */
function importLine({ startedAt, source, state, reason, fileName }: Edition): string {
  const at = startedAt.toLocaleString('fr-FR', { timeZone: 'Europe/Paris', dateStyle: 'short', timeStyle: 'short' });
  return texts.import({
    at,
    source: texts.sources[source],
    state: texts.states[state],
    reason: reason === null ? '' : texts.reason(reason),
    fileName,
  });
}

/** One line for each reason, with the first of its rows: all of them are in the answer in JSON. */
function oddLines(rows: readonly OddRow[], counts?: ReadonlyMap<OddReason, number>): readonly string[] {
  return [...Map.groupBy(rows, ({ reason }) => reason)].map(([reason, listed]) =>
    texts.oddRow({
      reason: texts.oddReasons[reason],
      count: counts?.get(reason),
      lines: listed.slice(0, shownLines).map(({ line }) => line),
      isMore: (counts?.get(reason) ?? listed.length) > shownLines,
    }),
  );
}

function alarmLine(alarm: DirectoryAlarm): string {
  if (alarm.kind === 'listings-refused') return texts.alarms.listingsRefused(alarm.count);
  return alarm.kind === 'not-imported' ? texts.alarms.notImported(editionLine(alarm.edition)) : texts.ages[alarm.kind];
}

/** An alarm that waits for somebody; an edition that is merely old often is nobody's doing. */
function isGrave({ kind }: DirectoryAlarm): boolean {
  return kind !== 'old';
}

const overwrite = '\r\u001b[K';

/** On standard error, whatever the form of the answer: one line that is written over, where there is a screen. */
async function showingProgress<T>(
  io: CliIo,
  body: (tell: (progress: ImportProgress) => void) => Promise<T>,
): Promise<T> {
  try {
    return await body(progressOn(io));
  } finally {
    if (io.errIsScreen === true) io.err(overwrite);
  }
}

function progressOn(io: CliIo): (progress: ImportProgress) => void {
  const isScreen = io.errIsScreen === true;
  let last = '';
  return ({ stage, source, bytes, totalBytes, rows }) => {
    if (!isScreen && `${stage} ${source}` === last) return;
    last = `${stage} ${source}`;
    const done = bytes === 0 ? '' : totalBytes === null ? formatBytes(bytes) : formatPercent(bytes, totalBytes);
    const line = texts.progress(texts.stages[stage], source === null ? '' : texts.sources[source], done, rows);
    io.err(isScreen ? `${overwrite}${line}` : `${line}\n`);
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
    const outcomes = await showingProgress(invocation.io, (onProgress) =>
      interruptible((signal) =>
        importDirectory(product, sources, { force: invocation.flag('force'), onProgress, signal }),
      ),
    );
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
    const alarms = await openAlarms(found, product);
    const odd = [];
    if (invocation.flag('odd-rows')) {
      for (const { editionId, source } of found.current) {
        odd.push({ editionId, source, rows: await product.directory.oddRows(db, editionId) });
      }
    }
    const shown = found.latest.slice(0, shownImports);
    invocation.print({ ...found, age, alarms, ...(invocation.flag('odd-rows') && { odd }) }, [
      ...found.current.map(editionLine),
      texts.totals(found.practitioners, found.mailboxes),
      ...(age === 'fresh' ? [texts.ages.fresh] : []),
      ...alarms.map((alarm) => texts.alarm(isGrave(alarm), alarmLine(alarm))),
      ...(shown.length === 0 ? [] : ['', texts.latest, ...shown.map(importLine)]),
      ...odd.flatMap(({ source, rows }) =>
        rows.length === 0 ? [] : ['', texts.oddRows(texts.sources[source]), ...oddLines(rows)],
      ),
    ]);
    return alarms.some(isGrave) ? exitCode.refused : exitCode.done;
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
    const limitText = invocation.text('limit') ?? String(defaultLimit);
    const limit = Number(limitText);
    if (!/^\d{1,3}$/.test(limitText) || limit < 1 || limit > mostLimit) throw new UsageFault(texts.badLimit);
    const { directory, database } = await invocation.product();
    const filters = { reachableOnly: !invocation.flag('all') };
    const answer = await directory.search(database.db, { text, filters, limit });
    invocation.print(answer, [
      ...answer.understood.map(({ typed, as }) => texts.understood(typed, as)),
      ...answer.items.flatMap(correspondentLines),
      answer.total === 0 ? texts.nobody(filters.reachableOnly) : texts.found(answer.total),
    ]);
    return answer.total === 0 ? exitCode.refused : exitCode.done;
  },
};

function examinationLines({ source, rows, oddRows, reasons, listed }: FileExamination): readonly string[] {
  return [texts.examined(texts.sources[source], rows, oddRows), ...oddLines(listed, reasons)];
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
    const found = await showingProgress(invocation.io, (onProgress) =>
      interruptible((signal) => product.directory.checkFile(source, { onProgress, signal })),
    );
    const written = found.map(({ reasons, ...rest }) => ({ ...rest, reasons: Object.fromEntries(reasons) }));
    invocation.print(written, found.flatMap(examinationLines));
    return exitCode.done;
  },
};

export const directoryCommands: readonly Command[] = [importCommand, status, search, check, publishCommand];
