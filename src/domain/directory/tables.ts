/** Tables of editions, as Kysely sees them. */
import type { Generated } from 'kysely';
import type { DirectoryChange, Edition, EditionSource, OddReason } from './directory.ts';

/** News of a switch: every process opens the index of the new edition. */
export const editionChannel = 'directory_edition';

// A type, not an interface: Kysely asks for an index signature.
export type EditionTables = {
  'directory.edition': {
    edition_id: Generated<number>;
    source: EditionSource;
    state: Edition['state'];
    published_at: Date;
    started_at: Date;
    finished_at: Date | null;
    file_name: string;
    sha256: Buffer | null;
    rows: Generated<number>;
    odd_rows: Generated<number>;
    created: Generated<number>;
    changed: Generated<number>;
    deleted: Generated<number>;
    reason: string | null;
  };
  'directory.odd_row': { edition_id: number; line: number; reason: OddReason };
  'directory.change': {
    edition_id: number;
    subject: DirectoryChange['subject'];
    key: string;
    kind: DirectoryChange['kind'];
  };
};
