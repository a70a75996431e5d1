/** The tables where an edition is unpacked: their columns, and rows sent to them in blocks while the next are read. */
import type pg from 'pg';
import { directoryImportLimits } from '../../../base/domain-limits.ts';
import { copyRows } from '../../../platform/db/copy.ts';
import type { EditionSource } from '../directory.ts';

/** In the order of their fields in `stage-rows.ts`. */
export const stagedColumns = {
  staged_person: 'source, idnps, identifier_type, civility, title, family, given, family_key, given_key, digest',
  staged_activity:
    'key, idnps, organization_id, profession_code, category_code, skill_type, skill_code, mode_code, sector_code, section_code, role_code, genre_code, authority, digest',
  staged_organization:
    'organization_id, finess, finess_legal, siret, siren, name, sign, name_key, lines, postcode, commune_code, town, department, country, phone, phone2, fax, email, sector_code, digest',
  staged_mailbox:
    'line, address, type, idnps, structure_type, structure_id, service, profession_code, category_code, skill_code, is_paperless, name, sign, name_key, lines, postcode, town, department, country, digest, structure_digest',
  staged_skill: 'idnps, profession_code, skill_type, skill_code',
  staged_diploma: 'idnps, diploma_type, diploma_code, authorization_type, discipline_code',
} as const;

export type StagedTable = keyof typeof stagedColumns;

const names: readonly string[] = [...Object.keys(stagedColumns), 'staged_touch'].map((name) => `directory.${name}`);

const tablesOf: Readonly<Record<EditionSource, readonly StagedTable[]>> = {
  activities: ['staged_activity', 'staged_organization'],
  mailboxes: ['staged_mailbox'],
  skills: ['staged_skill'],
  diplomas: ['staged_diploma'],
};

/** Rows, in the text form of COPY. */
export interface RowWriter {
  write(table: StagedTable, row: string): void;
  /** To be awaited between blocks of rows: waits when PostgreSQL is behind. */
  relieve(): Promise<void>;
  end(): Promise<void>;
}

/** For a reading that writes nothing. */
export const noWriter: RowWriter = {
  write: () => undefined,
  relieve: async () => undefined,
  end: async () => undefined,
};

const lf = 0x0a;
const firstBytes = 64 * 1024;

/** Rows of one table, one after the other, in memory that is used again and again: no text outlives its row. */
class Block {
  #octets = Buffer.allocUnsafeSlow(firstBytes);
  length = 0;

  add(row: string): void {
    const end = this.length + 3 * row.length + 1; // UTF-8 needs three octets for a unit of UTF-16 at most
    if (end > this.#octets.length) {
      const before = this.#octets;
      this.#octets = Buffer.allocUnsafeSlow(Math.max(end, 2 * before.length));
      before.copy(this.#octets, 0, 0, this.length);
    }
    this.length += this.#octets.write(row, this.length, 'utf8');
    this.#octets[this.length] = lf;
    this.length += 1;
  }

  take(): Buffer {
    const rows = this.#octets.subarray(0, this.length);
    this.length = 0;
    return rows;
  }
}

type Blocks = Map<StagedTable, Block>;

export class StagedWriter implements RowWriter {
  readonly #client: pg.PoolClient;
  #filling: Blocks = new Map();
  #resting: Blocks = new Map();
  #held = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  write(table: StagedTable, row: string): void {
    let block = this.#filling.get(table);
    if (block === undefined) {
      block = new Block();
      this.#filling.set(table, block);
    }
    const before = block.length;
    block.add(row);
    this.#held += block.length - before;
  }

  async relieve(): Promise<void> {
    if (this.#held >= directoryImportLimits.copyBytes) await this.#send();
  }

  async end(): Promise<void> {
    await this.#send();
    await this.#sending;
  }

  async #send(): Promise<void> {
    await this.#sending;
    [this.#filling, this.#resting] = [this.#resting, this.#filling];
    this.#held = 0;
    this.#sending = this.#sendBlocks(this.#resting);
    this.#sending.catch(() => undefined); // whoever awaits it next gets the fault
  }

  async #sendBlocks(blocks: Blocks): Promise<void> {
    for (const [table, block] of blocks) {
      if (block.length > 0) await copyRows(this.#client, `directory.${table} (${stagedColumns[table]})`, block.take());
    }
  }
}

export async function emptyStagedTables(client: pg.PoolClient): Promise<void> {
  await client.query(`truncate ${names.join(', ')}`);
}

/** Takes back what these sources told. */
export async function unstage(client: pg.PoolClient, sources: readonly EditionSource[]): Promise<void> {
  const tables = sources.flatMap((source) => tablesOf[source]).map((name) => `directory.${name}`);
  if (tables.length > 0) await client.query(`truncate ${tables.join(', ')}`);
  await client.query('delete from directory.staged_person where source = any($1)', [sources]);
}

/** Nobody else does so before they are used and emptied. */
export async function analyzeStagedTables(client: pg.PoolClient): Promise<void> {
  await client.query(`analyze ${names.join(', ')}`);
}
