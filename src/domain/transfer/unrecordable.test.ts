import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { sql } from 'kysely';
import { rawMessage, task } from '../../../testkit/mail-store.ts';
import { startScriptedPeer } from '../../../testkit/scripted-smtp-peer.ts';
import { addressOf, domainName, TransferWorld } from '../../../testkit/transfer-world.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { tlsFloor } from '../../platform/tls/tls.ts';

const hopital = domainName('hopital.mssante.example');

// RFC 3463 §3.4
describe('a recipient whose attempts cannot be recorded', () => {
  for (const [name, broken, reports] of [
    ['is given up in time and its sender told', ['accepted'], 1],
    ['is given up in time without a report when not even that can be written', ['accepted', 'reported'], 0],
  ] as const) {
    test(name, async (t) => {
      const world = await TransferWorld.open(t, ['cabinet', 'hopital']);
      const cabinet = await world.operator('cabinet');
      const { ownerDb, clock } = cabinet.store;
      const { keyPem, chainPem } = world.issue('hopital');
      const peer = await startScriptedPeer(createSecureContext({ ...tlsFloor, key: keyPem, cert: chainPem }), {});
      t.after(() => peer.stop());
      world.routes[hopital] = { host: '127.0.0.1', port: peer.port };
      const anne = await cabinet.createDoctor();
      const outcome = await cabinet.transfer.submit(
        { actor: { kind: 'system', task: 'test' }, reason: 'test' },
        {
          sender: anne.address,
          recipients: [{ recipient: addressOf('paul@hopital.mssante.example') }],
          content: (async function* () {
            yield Buffer.from(rawMessage({ From: anne.address }));
          })(),
        },
      );
      assert(outcome.kind === 'submitted');
      await sql`create function public.break() returns trigger language plpgsql as
        $$ begin raise exception 'a bug'; end $$`.execute(ownerDb);
      for (const where of broken) {
        const on = where === 'accepted' ? sql`update on transfer.recipient` : sql`insert on mail.email`;
        const when = where === 'accepted' ? sql`new.state = 'accepted'` : sql`true`;
        await sql`create trigger broken before ${on} for each row when (${when}) execute function public.break()`.execute(
          ownerDb,
        );
      }
      const tryAgain = async (): Promise<string> => {
        clock.advance(transferLimits.leaseMs + 1);
        return cabinet.drain(hopital).then(
          () => 'recorded',
          () => 'failed',
        );
      };
      const setAttempts = (attempts: number) =>
        sql`update transfer.recipient set attempts = ${attempts}`.execute(ownerDb);
      assert.equal(await tryAgain(), 'failed');
      await setAttempts(transferLimits.attemptsRecorded - 1);
      assert.equal(await tryAgain(), 'failed', 'the last attempt that is allowed');
      const sent = peer.lines.filter((line) => line.startsWith('RCPT')).length;
      assert.equal(sent, 2);
      assert.equal(await tryAgain(), 'recorded');
      assert.equal(await tryAgain(), 'recorded');
      assert.equal(peer.lines.filter((line) => line.startsWith('RCPT')).length, sent, 'nothing more was sent');
      const [line] = await cabinet.transfer.deliveryHistory(task, anne.account, outcome.emailId);
      assert.equal(line?.state, 'failed');
      assert.deepEqual(cabinet.observed.alerts, ['attempts-unrecorded']);
      assert.equal((await cabinet.inbox(anne.account)).length, reports);
    });
  }
});
