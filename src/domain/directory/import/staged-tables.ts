/** The tables where an edition is unpacked: their columns, and rows sent to them in blocks while the next are read. */
import type pg from 'pg';
import { directoryImportLimits } from '../../../base/limits.ts';
import { copyRows } from '../../../platform/db/copy.ts';

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

const names: readonly string[] = Object.keys(stagedColumns).map((name) => `directory.${name}`);

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

export class StagedWriter implements RowWriter {
  readonly #client: pg.PoolClient;
  readonly #held = new Map<StagedTable, string[]>();
  #heldLength = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  write(table: StagedTable, row: string): void {
    let rows = this.#held.get(table);
    if (rows === undefined) {
      rows = [];
      this.#held.set(table, rows);
    }
    rows.push(row, '\n');
    this.#heldLength += row.length;
  }

  async relieve(): Promise<void> {
    if (this.#heldLength >= directoryImportLimits.copyBytes) await this.#send();
  }

  async end(): Promise<void> {
    await this.#send();
    await this.#sending;
  }

  async #send(): Promise<void> {
    await this.#sending;
    const blocks = [...this.#held];
    this.#held.clear();
    this.#heldLength = 0;
    this.#sending = this.#sendBlocks(blocks);
    this.#sending.catch(() => undefined); // whoever awaits it next gets the fault
  }

  async #sendBlocks(blocks: readonly (readonly [StagedTable, readonly string[]])[]): Promise<void> {
    for (const [table, rows] of blocks) {
      await copyRows(this.#client, `directory.${table} (${stagedColumns[table]})`, rows);
    }
  }
}

export async function emptyStagedTables(client: pg.PoolClient): Promise<void> {
  await client.query(`truncate ${names.join(', ')}`);
}

/** Nobody else does so before they are used and emptied. */
export async function analyzeStagedTables(client: pg.PoolClient): Promise<void> {
  await client.query(`analyze ${names.join(', ')}`);
}
