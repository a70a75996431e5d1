import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { sql } from 'kysely';
import { assert } from '../../../base/assert.ts';
import { searchLimits } from '../../../base/domain-limits.ts';
import { type AccountId, newId, type TenantId, type Uuid } from '../../../base/ids.ts';
import type { Db, Transaction } from '../../../platform/db/db.ts';
import type { DataKey, DataKeys } from '../../../platform/keys/keys.ts';
import type { AccountRef } from '../mail.ts';
import { Segment } from './segment.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
// The fastest level: a segment is read far less often than it is merged away.
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export interface SegmentRow {
  readonly id: Uuid;
  readonly level: number;
  readonly firstNumber: number;
  readonly lastNumber: number;
  readonly documents: number;
}

/** Opened segments that this process keeps, the least recently used leaving first. */
class OpenedSegments {
  readonly #segments = new Map<Uuid, Segment>();
  #bytes = 0;

  get(id: Uuid): Segment | undefined {
    const segment = this.#segments.get(id);
    if (segment !== undefined) {
      this.#segments.delete(id);
      this.#segments.set(id, segment);
    }
    return segment;
  }

  put(id: Uuid, segment: Segment): void {
    if (segment.sizeBytes > searchLimits.cachedBytes || this.#segments.has(id)) return;
    this.#segments.set(id, segment);
    this.#bytes += segment.sizeBytes;
    for (const oldest of this.#segments.keys()) {
      if (this.#bytes <= searchLimits.cachedBytes) break;
      this.drop(oldest);
    }
  }

  drop(id: Uuid): void {
    this.#bytes -= this.#segments.get(id)?.sizeBytes ?? 0;
    this.#segments.delete(id);
  }
}

/** Segments of accounts as rows, each compressed and sealed under its account's key. */
export class SegmentStore {
  readonly #dataKeys: DataKeys;
  readonly #opened = new OpenedSegments();

  constructor(dataKeys: DataKeys) {
    this.#dataKeys = dataKeys;
  }

  async #key(db: Db, account: AccountRef, version?: number): Promise<DataKey> {
    const opened = await this.#dataKeys.open(db, {
      tenantId: account.tenantId,
      purpose: 'account',
      ownerId: account.accountId,
      ...(version === undefined ? {} : { version }),
    });
    assert(opened.state === 'open', 'the search index of an account outlived its key');
    return opened.key;
  }

  async list(db: Db, account: AccountRef): Promise<readonly SegmentRow[]> {
    const found = await sql<SegmentRow>`
      select id, level, first_number as "firstNumber", last_number as "lastNumber", documents
        from mail.search_segment
       where tenant_id = ${account.tenantId} and account_id = ${account.accountId}
       order by first_number, id`.execute(db);
    return found.rows;
  }

  /** Segments in the order of `ids`; one that was merged away meanwhile is left out. */
  async open(db: Db, account: AccountRef, ids: readonly Uuid[]): Promise<readonly Segment[]> {
    const found = new Map<Uuid, Segment>();
    for (const id of ids) {
      const segment = this.#opened.get(id);
      if (segment !== undefined) found.set(id, segment);
    }
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length > 0) {
      const rows = await sql<{ id: Uuid; key_version: number; sealed: Buffer }>`
        select id, key_version, sealed from mail.search_segment
         where tenant_id = ${account.tenantId} and account_id = ${account.accountId}
           and id = any(${missing}::uuid[])`.execute(db);
      for (const row of rows.rows) {
        const key = await this.#key(db, account, row.key_version);
        const segment = new Segment(await decompress(key.unseal(row.sealed, segmentContext(account, row.id))));
        this.#opened.put(row.id, segment);
        found.set(row.id, segment);
      }
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }

  /** Compresses and seals before the transaction that adds the row. */
  async prepare(db: Db, account: AccountRef, bytes: Buffer, level: number): Promise<PreparedSegment> {
    const id = newId();
    const segment = new Segment(bytes);
    const key = await this.#key(db, account);
    return {
      id,
      level,
      segment,
      keyVersion: key.version,
      sealed: key.seal(await compress(bytes, compression), segmentContext(account, id)),
    };
  }

  async insert(tx: Transaction, account: AccountRef, prepared: PreparedSegment, at: Date): Promise<void> {
    const { segment } = prepared;
    await sql`
      insert into mail.search_segment (tenant_id, account_id, id, level, first_number, last_number, documents,
                                       key_version, sealed, created_at)
      values (${account.tenantId}, ${account.accountId}, ${prepared.id}, ${prepared.level},
              ${segment.document(0).number}, ${segment.document(segment.documentCount - 1).number},
              ${segment.documentCount}, ${prepared.keyVersion}, ${prepared.sealed}, ${at})`.execute(tx);
  }

  /** True when all of them were still there: otherwise another process was faster, and the caller rolls back. */
  async remove(tx: Transaction, account: AccountRef, ids: readonly Uuid[]): Promise<boolean> {
    const removed = await sql`
      delete from mail.search_segment
       where tenant_id = ${account.tenantId} and account_id = ${account.accountId}
         and id = any(${ids}::uuid[])`.execute(tx);
    for (const id of ids) this.#opened.drop(id);
    return removed.numAffectedRows === BigInt(ids.length);
  }
}

export interface PreparedSegment {
  readonly id: Uuid;
  readonly level: number;
  readonly segment: Segment;
  readonly keyVersion: number;
  readonly sealed: Buffer;
}

function segmentContext(account: { tenantId: TenantId; accountId: AccountId }, id: Uuid): Buffer {
  return Buffer.from(`mail.search_segment:${account.tenantId}:${account.accountId}:${id}`, 'utf8');
}
