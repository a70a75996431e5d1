/**
 * The index that this process holds: read at the first search, replaced when an import announces another. States:
 *
 *   none --first use--> reading --whole--> held --another edition--> held, reading --whole--> held
 *
 * The one in use serves until the new one is whole; a reading that fails leaves it, and the next news or search reads again.
 */
import { sql } from 'kysely';
import { assert } from '../../../base/assert.ts';
import type { Log } from '../../../base/log.ts';
import type { Database, Transaction } from '../../../platform/db/db.ts';
import { editionChannel } from '../tables.ts';
import { publishedAt } from './editions-in-force.ts';
import { type Finder, openIndex } from './find.ts';

export interface HeldIndex {
  readonly id: number;
  readonly finder: Finder;
  readonly publishedAt: Date | null;
}

/** Parts read at once: some megabytes in flight, and others are served in between. */
const partsAtOnce = 2;

export class CurrentIndex {
  readonly #database: Database;
  readonly #log: Log;
  #held: HeldIndex | undefined;
  #reading: Promise<void> | undefined;
  #isStale = true;
  #news: Promise<{ stop(): Promise<void> }> | undefined;

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  /** The index to search in; undefined before the first import. Waits only for the first one. */
  async get(): Promise<HeldIndex | undefined> {
    if (this.#news === undefined) await this.#listen();
    if (this.#held === undefined) await this.#refresh();
    else if (this.#isStale) this.#refreshAside();
    return this.#held;
  }

  async stop(): Promise<void> {
    const news = this.#news;
    this.#news = undefined;
    if (news !== undefined) await (await news).stop();
    await this.#reading?.catch(() => undefined);
  }

  async #listen(): Promise<void> {
    this.#news = this.#database.listen(editionChannel, () => {
      this.#isStale = true;
      this.#refreshAside();
    });
    try {
      await this.#news;
    } catch (fault) {
      this.#news = undefined;
      throw fault;
    }
  }

  #refreshAside(): void {
    this.#refresh().catch((fault: unknown) => this.#log.warn('directory.index-not-read', { reason: String(fault) }));
  }

  /** One reading at a time; news that comes meanwhile starts another. */
  #refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        const read = await readIndex(this.#database, this.#held);
        if (read !== this.#held) this.#log.info('directory.index-read', { index: read?.id ?? null });
        this.#held = read;
      } catch (fault) {
        this.#isStale = true;
        throw fault;
      }
    }
  }
}

/** The index in force, `held` itself when it is the same; all of it as of one instant. */
function readIndex(database: Database, held: HeldIndex | undefined): Promise<HeldIndex | undefined> {
  return database.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const { rows } = await sql<{ index_id: number; bytes: number }>`
        select index_id, sum(octet_length(bytes))::bigint as bytes from directory.index_part
         where index_id = (select max(index_id) from directory.index_part) group by index_id`.execute(tx);
      const [found] = rows;
      if (found === undefined) return undefined;
      const published = await publishedAt(tx);
      if (held?.id === found.index_id) return { ...held, publishedAt: published };
      const bytes = await readParts(tx, found.index_id, found.bytes);
      return { id: found.index_id, finder: openIndex(bytes), publishedAt: published };
    });
}

async function readParts(tx: Transaction, id: number, length: number): Promise<Buffer> {
  // An ArrayBuffer of its own: its octets begin at a multiple of eight, as the index asks.
  const bytes = Buffer.from(new ArrayBuffer(length));
  let used = 0;
  for (let after = -1; used < length; ) {
    const { rows } = await sql<{ part: number; bytes: Buffer }>`
      select part, bytes from directory.index_part where index_id = ${id} and part > ${after}
       order by part limit ${partsAtOnce}`.execute(tx);
    assert(rows.length > 0, 'the parts of the index end before its length');
    for (const row of rows) {
      row.bytes.copy(bytes, used);
      used += row.bytes.length;
      after = row.part;
    }
  }
  return bytes;
}
