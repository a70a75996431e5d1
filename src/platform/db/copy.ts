/**
 * `COPY … FROM STDIN`: rows in PostgreSQL's text form, many at a time. A block is sent as PostgreSQL takes it, and has been stored when
 * the call returns: its memory may be used again.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { asTemporary } from './faults.ts';

/** `into` names a table and its columns, as `schema.table (a, b)`: written in the program, never told from outside. */
export async function copyRows(client: pg.PoolClient, into: string, rows: Buffer): Promise<void> {
  try {
    await pipeline(Readable.from([rows]), client.query(copyFrom(`copy ${into} from stdin`)));
  } catch (fault) {
    throw asTemporary(fault);
  }
}

/** One field: null, or text with what has a meaning for COPY escaped. */
export function copyField(value: string | null): string {
  if (value === null) return '\\N';
  if (!hasMeaning(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

/** A column of type `text[]`. */
export function copyArray(values: readonly string[]): string {
  if (values.length === 0) return '{}';
  const items = values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
  return copyField(`{${items.join(',')}}`);
}

function hasMeaning(value: string): boolean {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code === 0x5c || (code <= 0x0d && (code === 0x09 || code === 0x0a || code === 0x0d))) return true;
  }
  return false;
}
