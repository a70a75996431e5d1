/** A stand-in Annuaire, a database and a live source between them. */
import type { TestContext } from 'node:test';
import type { Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { type CorrespondentId, createLiveSource, openAnnuaire } from '../../src/domain/directory/directory.ts';
import { openTestDatabase } from '../database.ts';
import { type StandInOptions, startAnnuaire } from './annuaire.ts';

type AnnuaireParts = Parameters<typeof openAnnuaire>[0];

export const idnps = '810003456789';
export const id = `practitioner/${idnps}` as CorrespondentId; // as the search makes it

class TestClock implements Clock {
  ms = Date.UTC(2026, 10, 22, 10);
  now = () => new Date(this.ms);
  monotonicMs = () => this.ms;
}

export async function openLiveWorld(t: TestContext, options: StandInOptions = {}, parts: Partial<AnnuaireParts> = {}) {
  const annuaire = await startAnnuaire(options);
  t.after(() => annuaire.stop());
  const { database } = await openTestDatabase(t);
  const { db, pool } = database;
  const clock = new TestClock();
  const apiKey = new Secret('test-key');
  const open = (more: Partial<AnnuaireParts> = {}) =>
    createLiveSource({
      clock,
      annuaire: openAnnuaire({
        db,
        clock,
        log: silentLog,
        name: 'reading',
        url: annuaire.url,
        apiKey,
        allowLoopback: true,
        ...parts,
        ...more,
      }),
    });
  const source = open();
  const complete = (of: CorrespondentId = id) => source.completeCorrespondent(db, of);
  const kept = async () =>
    (
      await pool.query(
        'select address, type, idnps, organization_id, service, rank from directory.live_mailbox order by 1',
      )
    ).rows;
  const isHidden = async (address: string) =>
    (await pool.query('select directory.is_hidden($1) as hidden', [address])).rows[0]?.hidden;
  return { annuaire, db, pool, clock, open, complete, kept, isHidden };
}
