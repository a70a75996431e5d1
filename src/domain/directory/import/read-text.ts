/** One text of an extraction, read from its first octet to its last, in slices that let others work. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { directoryImportLimits } from '../../../base/domain-limits.ts';
import { Refusal } from '../../../base/errors.ts';
import { type ExtractionKind, readHeader } from '../../../formats/rpps/headers.ts';
import { LineCutter, type LineFault } from '../../../formats/rpps/lines.ts';
import type { LabelList } from '../../../formats/rpps/rows.ts';
import type { OddReason, OddRow } from '../directory.ts';
import { type RowStager, rowStager } from './stage-rows.ts';
import type { RowWriter } from './staged-tables.ts';
import { importTexts } from './texts.ts';

export interface KnownHeader {
  readonly kind: ExtractionKind;
  readonly columns: readonly string[];
}

/** What was found in a text. */
export interface Tally {
  rows: number;
  oddRows: number;
  readonly reasons: Map<OddReason, number>;
  readonly listed: OddRow[];
  readonly labels: Map<LabelList, Map<string, string>>;
}

/** Reads the header alone. Throws `Refusal` `wrong-header`. */
export async function readTextHeader(chunks: AsyncIterable<Buffer>): Promise<KnownHeader> {
  let header: KnownHeader | undefined;
  const cutter = new LineCutter({
    onLine: (line, text) => {
      if (line === 1) header = knownHeader(text);
    },
    onFault: (line, fault) => {
      if (line === 1) refuseHeader(fault);
    },
  });
  for await (const chunk of chunks) {
    cutter.push(chunk);
    if (header !== undefined) return header;
  }
  cutter.end();
  return header ?? knownHeader('');
}

function knownHeader(line: string): KnownHeader {
  const reading = readHeader(line);
  if (reading.known) return reading;
  throw new Refusal('wrong-header', importTexts.wrongHeader(reading.column, reading.expected, reading.found));
}

function refuseHeader(fault: LineFault): never {
  throw new Refusal('wrong-header', importTexts.unreadableHeader, { cause: fault });
}

export interface TextReading {
  readonly header: KnownHeader;
  readonly chunks: AsyncIterable<Buffer>;
  readonly writer: RowWriter;
  /** Told after each chunk. */
  readonly onBytes: (bytes: number, rows: number) => void;
  readonly signal: AbortSignal | undefined;
}

export async function readText(reading: TextReading): Promise<Tally> {
  const { header, chunks, writer, onBytes, signal } = reading;
  const tally: Tally = { rows: 0, oddRows: 0, reasons: new Map(), listed: [], labels: new Map() };
  const stage = rowStager(header.kind, header.columns, writer, labelKeeper(tally));
  const cutter = new LineCutter(tallySink(tally, stage));
  let sliceEnd = performance.now() + directoryImportLimits.sliceMs;
  let bytes = 0;
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    cutter.push(chunk);
    bytes += chunk.length;
    onBytes(bytes, tally.rows);
    await writer.relieve();
    if (performance.now() >= sliceEnd) {
      await nextTurn();
      sliceEnd = performance.now() + directoryImportLimits.sliceMs;
    }
  }
  cutter.end();
  await writer.end();
  return tally;
}

function tallySink(tally: Tally, stage: RowStager) {
  const note = (line: number, reason: OddReason): void => {
    tally.oddRows += 1;
    const count = (tally.reasons.get(reason) ?? 0) + 1;
    tally.reasons.set(reason, count);
    if (count <= directoryImportLimits.listedPerReason) tally.listed.push({ line, reason });
  };
  return {
    onLine(line: number, text: string): void {
      if (line === 1) return;
      tally.rows += 1;
      const reason = stage(line, text);
      if (reason !== undefined) note(line, reason);
    },
    onFault(line: number, fault: LineFault): void {
      if (line === 1) refuseHeader(fault);
      tally.rows += 1;
      note(line, fault);
    },
  };
}

/** The first label of each code, up to the bound. */
function labelKeeper({ labels }: Tally): (list: LabelList, code: string, label: string) => void {
  let count = 0;
  return (list, code, label) => {
    let known = labels.get(list);
    if (known === undefined) {
      known = new Map();
      labels.set(list, known);
    }
    if (known.has(code) || count >= directoryImportLimits.labels) return;
    count += 1;
    // Copies: slices would keep the whole block that they were cut from.
    known.set(Buffer.from(code).toString(), Buffer.from(label).toString());
  };
}
