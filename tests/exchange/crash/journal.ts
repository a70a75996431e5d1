/**
 * What was handed over, what was answered, and what was found since. The rules of the proof are here:
 *
 *   state        | means                                  | may be found
 *   fresh        | its end was never sent                 | nowhere
 *   unknown      | its end was sent, no 250 came          | at all of its places here or at none, once
 *   acknowledged | 250 came                               | at all of its places here, once
 *
 * Beyond the operator that took it: at most once in a mailbox, and once in the end; at least once at the witness in the end;
 * nowhere else, ever.
 */
import { digest, fieldsBefore, idOf, type LoadMessage } from './messages.ts';

/** `operator/address/role`. */
export type Place = `${string}/${string}/${string}`;

export interface Entry {
  readonly id: string;
  /** The operator that it is handed to. */
  readonly takenBy: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Filled with the acknowledgement, in one transaction. */
  readonly here: readonly Place[];
  /** Filled by the queue. */
  readonly beyond: readonly Place[];
  /** Addresses of the witness. */
  readonly witnessed: readonly string[];
  state: 'fresh' | 'unknown' | 'acknowledged';
  readonly found: Map<Place, number>;
  readonly seen: Map<string, number>;
}

/** What an operator that takes a message in, or sends it on, may write before it. */
const traceFields = new Set(['Return-Path', 'Received']);

export class Journal {
  readonly #entries = new Map<string, Entry>();
  readonly faults: string[] = [];
  /** Entries that may still change; the others have been judged for good. */
  readonly #open = new Set<Entry>();

  open(message: LoadMessage, places: Pick<Entry, 'takenBy' | 'here' | 'beyond' | 'witnessed'>): Entry {
    const entry: Entry = {
      ...places,
      id: message.id,
      sha256: digest(message.content),
      sizeBytes: message.content.length,
      state: 'fresh',
      found: new Map(),
      seen: new Map(),
    };
    this.#entries.set(entry.id, entry);
    this.#open.add(entry);
    return entry;
  }

  /** An email stands at `place`. */
  find(place: Place, content: Buffer): void {
    const entry = this.#recognise(place, content);
    if (entry === undefined) return;
    if (![...entry.here, ...entry.beyond].includes(place)) this.#blame(entry, `delivered to a stranger, at ${place}`);
    entry.found.set(place, (entry.found.get(place) ?? 0) + 1);
    this.#open.add(entry);
  }

  /** The witness took it for `addresses`. */
  witness(addresses: readonly string[], content: Buffer): void {
    const entry = this.#recognise('the witness', content);
    if (entry === undefined) return;
    for (const address of addresses) {
      if (!entry.witnessed.includes(address)) this.#blame(entry, `sent to a stranger, ${address}`);
      entry.seen.set(address, (entry.seen.get(address) ?? 0) + 1);
    }
  }

  #recognise(where: string, content: Buffer): Entry | undefined {
    const id = idOf(content);
    const entry = id === undefined ? undefined : this.#entries.get(id);
    if (entry === undefined) {
      this.faults.push(`at ${where}: a message that nobody sent (${content.subarray(0, 300).toString('latin1')})`);
      return undefined;
    }
    if (digest(content.subarray(-entry.sizeBytes)) !== entry.sha256) this.#blame(entry, `other bytes at ${where}`);
    const added = fieldsBefore(content, entry.sizeBytes).filter((name) => !traceFields.has(name));
    if (added.length > 0) this.#blame(entry, `other fields at ${where}: ${added.join(' ')}`);
    return entry;
  }

  /** Judges what `operator` has, after all of it has been looked at and while nothing is being handed over. */
  judge(operator: string): void {
    for (const entry of this.#open) {
      for (const place of entry.beyond) {
        if ((entry.found.get(place) ?? 0) > 1) this.#blame(entry, `twice beyond, at ${place}`);
      }
      if (entry.takenBy !== operator) continue;
      const counts = entry.here.map((place) => entry.found.get(place) ?? 0);
      if (counts.some((count) => count > 1)) this.#blame(entry, `twice (${entry.state}): ${counts}`);
      if (new Set(counts).size > 1) this.#blame(entry, `half there (${entry.state}): ${counts}`);
      if (entry.state === 'fresh' && counts.some((count) => count > 0)) this.#blame(entry, 'stored without its end');
      if (entry.state === 'acknowledged' && counts.includes(0)) this.#blame(entry, `lost here: ${counts}`);
      if (entry.state === 'acknowledged') this.#open.delete(entry);
    }
  }

  /** The last judgement: the queue is empty, the load is over. */
  conclude(): void {
    for (const entry of this.#entries.values()) {
      if (entry.state !== 'acknowledged') continue;
      const isMissed = entry.witnessed.some((address) => !entry.seen.has(address));
      if (isMissed || entry.beyond.some((place) => !entry.found.has(place))) this.#blame(entry, 'lost on the way');
    }
  }

  figures(): JournalFigures {
    const all = [...this.#entries.values()];
    const acknowledged = all.filter((entry) => entry.state === 'acknowledged');
    const places = acknowledged.flatMap((entry) =>
      [...entry.here, ...entry.beyond].map((place) => entry.found.get(place) ?? 0),
    );
    return {
      acknowledged: acknowledged.length,
      unanswered: all.length - acknowledged.length,
      copies: places.length,
      lost: places.filter((count) => count === 0).length,
      duplicated: places.filter((count) => count > 1).length,
      witnessed: acknowledged.reduce((sum, entry) => sum + entry.witnessed.length, 0),
      repeatedToWitness: acknowledged.reduce(
        (sum, { seen }) => sum + [...seen.values()].filter((times) => times > 1).length,
        0,
      ),
      faults: this.faults.length,
    };
  }

  #blame(entry: Entry, text: string): void {
    this.faults.push(`${entry.id}: ${text}`);
  }
}

export interface JournalFigures {
  readonly acknowledged: number;
  readonly unanswered: number;
  /** Emails that must be there in the end, once each. */
  readonly copies: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Recipients at the witness; it is told at least once, so that some are told again. */
  readonly witnessed: number;
  readonly repeatedToWitness: number;
  readonly faults: number;
}
