import { sql } from 'kysely';
import { whiteListLimits } from '../../base/limits.ts';
import { type Transaction, transaction } from '../../platform/db/db.ts';
import { alarmDesk } from './alarms.ts';
import { askDocument, confirmedAt, confirmSource } from './documents.ts';
import { type JudgedList, judgeList, keyDigest, signerName } from './judge-list.ts';
import { lockState, moveState } from './state.ts';
import type { TrustTables } from './tables.ts';
import type { TrustDeps, WhiteListRefresh } from './trust.ts';

/** One refresh of the white list: ask, judge, and put in force in one transaction. */

export interface RenewOptions {
  readonly source: string;
  readonly acceptShrink: boolean;
}

export async function renewList(deps: TrustDeps, options: RenewOptions): Promise<WhiteListRefresh> {
  const { db, fetcher, config, clock } = deps;
  const { source } = options;
  const document = await askDocument({ db, fetcher, source, maxBytes: whiteListLimits.fileBytes });
  const now = clock.now();
  if (document.outcome === 'unavailable') return document;
  if (document.outcome === 'not-modified') {
    await confirmSource(db, { source, now });
    return { outcome: 'unchanged' };
  }
  const { body, validators } = document;
  const judgement = await judgeList({ db, config, now }, body);
  if (judgement.outcome === 'refused') return judgement;
  return transaction(db, async (tx) => {
    const outcome = await putInForce(tx, { ...deps, options, now, file: body, judged: judgement.judged });
    // What was refused is asked for again, whole, next time.
    if (outcome.outcome !== 'refused') await confirmSource(tx, { source, validators, now });
    return outcome;
  });
}

type Arrival = TrustDeps & {
  readonly options: RenewOptions;
  readonly now: Date;
  readonly file: Buffer;
  readonly judged: JudgedList;
};

type Held = Pick<TrustTables['trust.white_list'], 'generated_at' | 'sha256' | 'domain_count' | 'signer_key_sha256'>;

async function putInForce(tx: Transaction, arrival: Arrival): Promise<WhiteListRefresh> {
  const { list } = arrival.judged;
  const { edition: heldEdition } = await lockState(tx);
  const held = heldEdition === null ? undefined : await readHeld(tx, heldEdition);
  if (held !== undefined) {
    if (held.sha256.toString('hex') === list.sha256) return { outcome: 'unchanged' };
    const code = faultAfter(held, arrival);
    if (code !== undefined) return { outcome: 'refused', code, signer: signerName(arrival.judged.signer) };
  }
  const edition = await storeEdition(tx, arrival);
  await storeEntries(tx, list.entriesJson);
  await moveState(tx, edition);
  await raiseAlarms(tx, arrival, held);
  return { outcome: 'accepted', edition, generatedAt: list.generatedAt, entryCount: list.entryCount };
}

function faultAfter(held: Held, { judged: { list }, config, options }: Arrival): string | undefined {
  // An older list may name operators that have left since: it is how a revoked one would come back.
  if (list.generatedAt <= held.generated_at) return 'white-list-not-newer';
  const floor = held.domain_count * (1 - config.whiteList.maxShrink);
  return list.domainCount < floor && !options.acceptShrink ? 'white-list-shrunk' : undefined;
}

async function readHeld(tx: Transaction, edition: number): Promise<Held> {
  return tx
    .withTables<TrustTables>()
    .selectFrom('trust.white_list')
    .select(['generated_at', 'sha256', 'domain_count', 'signer_key_sha256'])
    .where('edition', '=', edition)
    .executeTakeFirstOrThrow();
}

async function storeEdition(tx: Transaction, { judged: { list, signer }, now, file }: Arrival): Promise<number> {
  const tables = tx.withTables<TrustTables>();
  await tables.updateTable('trust.white_list').set({ file: null }).where('file', 'is not', null).execute();
  const { edition } = await tables
    .insertInto('trust.white_list')
    .values({
      generated_at: list.generatedAt,
      fetched_at: now,
      sha256: Buffer.from(list.sha256, 'hex'),
      signer_name: signerName(signer),
      signer_not_after: signer.notAfter,
      signer_key_sha256: keyDigest(signer),
      entry_count: list.entryCount,
      domain_count: list.domainCount,
      unreadable_entries: list.unreadableEntries,
      file,
    })
    .returning('edition')
    .executeTakeFirstOrThrow();
  return edition;
}

/** The real list names some (domain, operator) twice: the one changed last is kept. */
async function storeEntries(tx: Transaction, entriesJson: Uint8Array): Promise<void> {
  await sql`delete from trust.white_list_entry`.execute(tx);
  await sql`
    insert into trust.white_list_entry (domain, dn_key, dn, description, contact, support, updated_at)
    select distinct on (domain, dn_key) domain, dn_key, dn, description, contact, support, updated_at
    from jsonb_to_recordset(convert_from(${Buffer.from(entriesJson.buffer)}, 'UTF8')::jsonb) as entry (
      domain text, dn_key text, dn text, description text, contact text, support text, updated_at timestamptz)
    order by domain, dn_key, updated_at desc nulls last`.execute(tx);
}

async function raiseAlarms(tx: Transaction, { judged, log, now }: Arrival, held: Held | undefined): Promise<void> {
  const { list, signer } = judged;
  const desk = alarmDesk(tx, { log, now });
  if (held !== undefined && !held.signer_key_sha256.equals(keyDigest(signer))) {
    const facts = { name: signerName(signer), notAfter: signer.notAfter.toISOString() };
    await desk.raise({ code: 'white-list-signer-changed', level: 'alert', facts });
  }
  if (list.unreadableEntries > 0) {
    const facts = { count: list.unreadableEntries };
    await desk.raise({ code: 'white-list-unreadable-entries', level: 'warning', facts });
  } else {
    await desk.clear('white-list-unreadable-entries');
  }
}

/** Raises and ends the alarms that say how the list stands: refused, absent, old, or long unconfirmed. */
export async function watchList(deps: TrustDeps, refresh: WhiteListRefresh): Promise<void> {
  const { db, clock, log, config } = deps;
  const now = clock.now();
  const desk = alarmDesk(db, { log, now });
  if (refresh.outcome === 'refused') {
    const { code, signer = '' } = refresh;
    await desk.raise({ code: 'white-list-refused', level: 'alert', facts: { code, signer } });
  } else if (refresh.outcome !== 'unavailable') {
    await desk.clear('white-list-refused');
  }
  const held = await db
    .withTables<TrustTables>()
    .selectFrom('trust.state')
    .innerJoin('trust.white_list', 'trust.white_list.edition', 'trust.state.edition')
    .select('generated_at')
    .executeTakeFirst();
  if (held === undefined) return desk.raise({ code: 'white-list-absent', level: 'alert' });
  await desk.clear('white-list-absent');
  const { age, unconfirmed, source } = config.whiteList;
  const generatedAt = held.generated_at;
  const ageLevel = levelOf(generatedAt, now, age);
  if (ageLevel === undefined) await desk.clear('white-list-age');
  else await desk.raise({ code: 'white-list-age', level: ageLevel, facts: { generatedAt: generatedAt.toISOString() } });
  const since = (await confirmedAt(db, source)) ?? generatedAt;
  const unconfirmedLevel = levelOf(since, now, unconfirmed);
  if (unconfirmedLevel === undefined) await desk.clear('white-list-unconfirmed');
  else {
    const facts = { confirmedAt: since.toISOString() };
    await desk.raise({ code: 'white-list-unconfirmed', level: unconfirmedLevel, facts });
  }
}

function levelOf(
  since: Date,
  now: Date,
  { warnAfterMs, alertAfterMs }: { warnAfterMs: number; alertAfterMs: number },
): 'warning' | 'alert' | undefined {
  const elapsedMs = now.getTime() - since.getTime();
  if (elapsedMs > alertAfterMs) return 'alert';
  return elapsedMs > warnAfterMs ? 'warning' : undefined;
}
