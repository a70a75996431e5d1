import { Refusal } from '../../base/errors.ts';
import { x509Limits } from '../../base/limits.ts';
import { type Crl, crlIsSignedBy, readCrl } from '../../formats/x509/crl.ts';
import { dnValue, formatDn } from '../../formats/x509/dn.ts';
import { type Transaction, transaction } from '../../platform/db/db.ts';
import { alarmDesk } from './alarms.ts';
import { authoritiesWithCrl } from './authorities.ts';
import { askDocument, confirmSource } from './documents.ts';
import { lockState, moveState } from './state.ts';
import type { TrustTables } from './tables.ts';
import type { CrlRefresh, TrustDeps } from './trust.ts';

/** One refresh of the revocation lists: the last valid one of each authority stays until a newer one comes. */

export async function renewCrl(deps: TrustDeps, source: string): Promise<CrlRefresh> {
  const { db, fetcher, clock, log } = deps;
  const document = await askDocument({ db, fetcher, source, maxBytes: x509Limits.crlBytes });
  const now = clock.now();
  if (document.outcome === 'unavailable') return { source, ...document };
  const desk = alarmDesk(db, { log, now });
  if (document.outcome === 'not-modified') {
    await confirmSource(db, { source, now });
    await desk.clear('crl-refused', source);
    return { source, outcome: 'unchanged' };
  }
  const { body, validators } = document;
  const judgement = judgeCrl(deps, body);
  const refresh: CrlRefresh =
    judgement.outcome === 'refused'
      ? { source, ...judgement }
      : await transaction(db, async (tx) => {
          const outcome = await storeCrl(tx, judgement.crl, now);
          if (outcome.outcome !== 'refused') await confirmSource(tx, { source, validators, now });
          return { source, ...outcome };
        });
  if (refresh.outcome !== 'refused') await desk.clear('crl-refused', source);
  else await desk.raise({ code: 'crl-refused', level: 'alert', subject: source, facts: { code: refresh.code } });
  return refresh;
}

function judgeCrl(
  { config }: TrustDeps,
  body: Buffer,
): { outcome: 'sound'; crl: Crl } | { outcome: 'refused'; code: string } {
  try {
    const crl = readCrl(body);
    const isSigned = authoritiesWithCrl(config.authorities).some((authority) => crlIsSignedBy(crl, authority));
    return isSigned ? { outcome: 'sound', crl } : { outcome: 'refused', code: 'crl-unknown-authority' };
  } catch (fault) {
    if (fault instanceof Refusal) return { outcome: 'refused', code: fault.code };
    throw fault;
  }
}

type CrlStoring =
  | { readonly outcome: 'accepted'; readonly nextUpdate: Date; readonly revoked: number }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly code: string };

async function storeCrl(tx: Transaction, crl: Crl, now: Date): Promise<CrlStoring> {
  await lockState(tx);
  const tables = tx.withTables<TrustTables>();
  const held = await tables
    .selectFrom('trust.crl')
    .select(['this_update', 'der'])
    .where('issuer_key', '=', crl.issuerKey)
    .executeTakeFirst();
  if (held?.der.equals(crl.der) === true) return { outcome: 'unchanged' };
  // An older list would bring a revoked certificate back.
  if (held !== undefined && crl.thisUpdate < held.this_update) return { outcome: 'refused', code: 'crl-not-newer' };
  const row = {
    issuer: formatDn(crl.issuer),
    this_update: crl.thisUpdate,
    next_update: crl.nextUpdate,
    fetched_at: now,
    revoked: crl.revoked.size,
    der: crl.der,
  };
  await tables
    .insertInto('trust.crl')
    .values({ issuer_key: crl.issuerKey, ...row })
    .onConflict((conflict) => conflict.column('issuer_key').doUpdateSet(row))
    .execute();
  await moveState(tx);
  return { outcome: 'accepted', nextUpdate: crl.nextUpdate, revoked: crl.revoked.size };
}

/** Raises and ends the alarms of each authority: no list, or one that ends soon or has ended. */
export async function watchCrls({ db, clock, log, config }: TrustDeps): Promise<void> {
  const now = clock.now();
  const desk = alarmDesk(db, { log, now });
  const rows = await db
    .withTables<TrustTables>()
    .selectFrom('trust.crl')
    .select(['issuer_key', 'next_update'])
    .execute();
  const nextUpdates = new Map(rows.map((row) => [row.issuer_key, row.next_update]));
  for (const { subject, subjectKey } of authoritiesWithCrl(config.authorities)) {
    const name = dnValue(subject, 'CN') ?? formatDn(subject);
    const nextUpdate = nextUpdates.get(subjectKey);
    if (nextUpdate === undefined) {
      await desk.raise({ code: 'crl-absent', level: 'alert', subject: name });
      continue;
    }
    await desk.clear('crl-absent', name);
    const leftMs = nextUpdate.getTime() - now.getTime();
    if (leftMs > config.crlWarnBeforeMs) await desk.clear('crl-age', name);
    else {
      const level = leftMs < 0 ? 'alert' : 'warning';
      await desk.raise({ code: 'crl-age', level, subject: name, facts: { nextUpdate: nextUpdate.toISOString() } });
    }
  }
}
