import { open } from 'node:fs/promises';
import { Refusal, Temporary } from '../../base/errors.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import type { Fetcher, Validators } from '../../platform/net/fetcher.ts';
import type { TrustTables } from './tables.ts';
import { trustTexts } from './texts.ts';

/** The white list and revocation lists as their sources give them: an address, or a file of this machine. */

export type DocumentOutcome =
  | { readonly outcome: 'fetched'; readonly body: Buffer; readonly validators: Validators }
  | { readonly outcome: 'not-modified' }
  | { readonly outcome: 'unavailable'; readonly code: string };

export interface DocumentRequest {
  readonly db: Db;
  readonly fetcher: Fetcher;
  /** `https://…`, `http://…`, or a path. */
  readonly source: string;
  readonly maxBytes: number;
}

function isAddress(source: string): boolean {
  return /^https?:\/\//.test(source);
}

/** Asks the source, telling it what we have of it; a file is always read again. */
export async function askDocument({ db, fetcher, source, maxBytes }: DocumentRequest): Promise<DocumentOutcome> {
  try {
    if (!isAddress(source)) return { outcome: 'fetched', body: await readBounded(source, maxBytes), validators: {} };
    const answer = await fetcher.fetch(source, await heldValidators(db, source));
    switch (answer.kind) {
      case 'fetched':
        return { outcome: 'fetched', body: answer.body, validators: answer.validators };
      case 'not-modified':
        return { outcome: 'not-modified' };
      case 'declined':
        return { outcome: 'unavailable', code: `declined-${answer.status}` };
    }
  } catch (fault) {
    if (fault instanceof Temporary || fault instanceof Refusal) return { outcome: 'unavailable', code: fault.code };
    throw fault;
  }
}

/** The file, and one octet more than allowed when it is longer: its reader refuses it then. */
async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const body = Buffer.alloc(Math.min(size, maxBytes + 1));
      let filled = 0;
      while (filled < body.length) {
        const { bytesRead } = await file.read(body, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return body.subarray(0, filled);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new Temporary('file-unreadable', trustTexts.fileUnreadable, { cause });
  }
}

async function heldValidators(db: Db, source: string): Promise<Validators> {
  const row = await db
    .withTables<TrustTables>()
    .selectFrom('trust.source')
    .select(['etag', 'last_modified'])
    .where('source', '=', source)
    .executeTakeFirst();
  return {
    ...(row?.etag == null ? {} : { etag: row.etag }),
    ...(row?.last_modified == null ? {} : { lastModified: row.last_modified }),
  };
}

/** Notes that what we hold of the source is current; `validators` are absent when it said "not modified". */
export async function confirmSource(
  db: Db | Transaction,
  { source, validators, now }: { source: string; validators?: Validators; now: Date },
): Promise<void> {
  const said =
    validators === undefined ? {} : { etag: validators.etag ?? null, last_modified: validators.lastModified ?? null };
  await db
    .withTables<TrustTables>()
    .insertInto('trust.source')
    .values({ source, etag: null, last_modified: null, ...said, confirmed_at: now })
    .onConflict((conflict) => conflict.column('source').doUpdateSet({ ...said, confirmed_at: now }))
    .execute();
}

export async function confirmedAt(db: Db, source: string): Promise<Date | undefined> {
  const row = await db
    .withTables<TrustTables>()
    .selectFrom('trust.source')
    .select('confirmed_at')
    .where('source', '=', source)
    .executeTakeFirst();
  return row?.confirmed_at;
}
