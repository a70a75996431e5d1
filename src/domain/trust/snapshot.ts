import { type Crl, readCrl } from '../../formats/x509/crl.ts';
import type { Db, Transaction } from '../../platform/db/db.ts';
import type { TrustTables } from './tables.ts';
import type { ListedOperator } from './trust.ts';

/** What a process holds in memory of the trust space, at one revision: never changed, replaced whole. */
export interface Snapshot {
  readonly revision: number;
  /** Undefined until a first list has come. */
  readonly list: SnapshotList | undefined;
  /** By issuer's key. */
  readonly crls: ReadonlyMap<string, SnapshotCrl>;
}

export interface SnapshotList {
  readonly edition: number;
  readonly generatedAt: Date;
  /** By domain, in ASCII; each with its operators by key. */
  readonly domains: ReadonlyMap<string, ReadonlyMap<string, ListedOperator>>;
  /** Every operator's key. */
  readonly operators: ReadonlySet<string>;
}

export interface SnapshotCrl {
  readonly fetchedAt: Date;
  readonly crl: Crl;
}

export const emptySnapshot: Snapshot = { revision: -1, list: undefined, crls: new Map() };

/** The present state, or `held` itself when nothing changed since. What did not change is taken from it. */
export async function loadSnapshot(db: Db, held: Snapshot): Promise<Snapshot> {
  // Revision, entries and lists as of one instant.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const { revision, edition } = await tx
        .withTables<TrustTables>()
        .selectFrom('trust.state')
        .select(['revision', 'edition'])
        .executeTakeFirstOrThrow();
      if (revision === held.revision) return held;
      const list = held.list?.edition === edition ? held.list : await loadList(tx, edition);
      return { revision, list, crls: await loadCrls(tx, held.crls) };
    });
}

async function loadList(tx: Transaction, edition: number | null): Promise<SnapshotList | undefined> {
  if (edition === null) return undefined;
  const tables = tx.withTables<TrustTables>();
  const { generated_at: generatedAt } = await tables
    .selectFrom('trust.white_list')
    .select('generated_at')
    .where('edition', '=', edition)
    .executeTakeFirstOrThrow();
  const rows = await tables.selectFrom('trust.white_list_entry').select(['domain', 'dn_key', 'dn']).execute();
  const domains = new Map<string, Map<string, ListedOperator>>();
  // Some 400 names stand for thousands of entries: each is kept once.
  const known = new Map<string, ListedOperator>();
  for (const { domain, dn_key: dnKey, dn } of rows) {
    const operator = known.get(dnKey) ?? { dn, dnKey };
    known.set(dnKey, operator);
    const operators = domains.get(domain) ?? new Map<string, ListedOperator>();
    domains.set(domain, operators.set(dnKey, operator));
  }
  return { edition, generatedAt, domains, operators: new Set(known.keys()) };
}

async function loadCrls(tx: Transaction, held: Snapshot['crls']): Promise<Snapshot['crls']> {
  const tables = tx.withTables<TrustTables>();
  const present = await tables.selectFrom('trust.crl').select(['issuer_key', 'fetched_at']).execute();
  const crls = new Map<string, SnapshotCrl>();
  for (const { issuer_key: issuerKey, fetched_at: fetchedAt } of present) {
    const known = held.get(issuerKey);
    if (known?.fetchedAt.getTime() === fetchedAt.getTime()) {
      crls.set(issuerKey, known);
      continue;
    }
    const { der } = await tables
      .selectFrom('trust.crl')
      .select('der')
      .where('issuer_key', '=', issuerKey)
      .executeTakeFirstOrThrow();
    crls.set(issuerKey, { fetchedAt, crl: readCrl(der) });
  }
  return crls;
}
