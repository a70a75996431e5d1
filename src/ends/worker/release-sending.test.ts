/** The worker itself, with a product as in production: what is held leaves by its job. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestDatabase } from '../../../testkit/database.ts';
import { rawMessage } from '../../../testkit/mail-store.ts';
import { makePractice } from '../../../testkit/practice.ts';
import { present } from '../../base/assert.ts';
import { silentLog } from '../../base/log.ts';
import type { Act } from '../../domain/audit/audit.ts';
import { parseAddress } from '../../formats/address/address.ts';
import { loadConfig } from '../../platform/config/config.ts';
import { openProduct } from '../product.ts';
import { startProductWorker } from './worker.ts';

// RFC 4865 §4
test('a sending that is held for a second leaves by the worker, at its time', async (t) => {
  const practice = await makePractice(t);
  const { url, ownerUrl } = await openTestDatabase(t);
  const file = path.join(practice.folder, 'hygie.json');
  await writeFile(file, JSON.stringify(practice.config));
  const config = await loadConfig({ mode: 'production', environment: { HYGIE_CONFIG: file } });
  const ways = { ownerUrl, appUrl: url, takesRole: false };
  const product = await openProduct({ config, log: silentLog, ways, applicationName: 'test' });
  t.after(() => product.close());
  const { access, audit, mail, transfer } = product;
  const { db } = product.database;
  const system = { actor: { kind: 'system', task: 'test' }, reason: 'test', silent: 'when-nothing-changed' } as const;
  const act = <T>(body: (act: Act) => Promise<T>): Promise<T> => audit.act(system, body);
  const address = present(parseAddress('anne@cabinet.test-mss.fr'), 'a test address is not one');
  const account = await act(async (made) => {
    const tenantId = await access.createTenant(made, { kind: 'practice', name: 'Cabinet' });
    const wanted = { tenantId, type: 'PER', address, displayName: 'Dr Anne', quotaBytes: 1_000_000 } as const;
    return mail.createAccount(made, wanted);
  });
  const intake = mail.openIntake({ prefix: Buffer.alloc(0) });
  await intake.write(Buffer.from(rawMessage({ From: address, To: address })));
  const message = await intake.finish();
  const { tenantId, accountId } = account;
  const common = { tenantId, accountId, message, keywords: ['$draft'], receivedAt: new Date() };
  const [draft] = await act((made) =>
    mail.deliver(made, [{ ...common, to: { role: 'drafts' }, event: 'email.imported' }]),
  );
  assert.ok(draft?.kind === 'stored');
  const outcome = await transfer.send(
    { actor: system.actor, reason: 'test' },
    {
      account: { tenantId, accountId },
      emailId: draft.emailId,
      identityId: accountId,
      envelope: { sender: address, hold: { kind: 'for', seconds: 1 }, recipients: [{ address }] },
    },
  );
  assert.ok(outcome.kind === 'sent' && outcome.sending.undoStatus === 'pending');
  const worker = await startProductWorker(product);
  t.after(() => worker.stop());
  const inbox = (await mail.listMailboxes(db, account)).find(({ role }) => role === 'inbox')?.id;
  const came = () => mail.listEmails(db, account, { mailboxId: present(inbox, 'no inbox'), limit: 10 });
  while ((await came()).length === 0) await sleep(50);
  const [sending] = await transfer.listSendings(system.actor, account, { ids: [outcome.sending.id], limit: 1 });
  assert.equal(sending?.undoStatus, 'final');
  assert.ok(product.clock.now() >= outcome.sending.sendAt);
});
