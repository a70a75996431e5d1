import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rawMessage, TestMail } from '../../../testkit/mail-store.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import type { MailboxId } from '../../base/ids.ts';
import type { Account } from './mail.ts';

interface Folders {
  readonly store: TestMail;
  readonly account: Account;
  create(name: string, parentId?: MailboxId | null): Promise<MailboxId>;
  change(id: MailboxId, change: { name?: string; parentId?: MailboxId | null; isSubscribed?: boolean }): Promise<void>;
  destroy(id: MailboxId): Promise<void>;
}

async function openFolders(t: Parameters<typeof TestMail.open>[0]): Promise<Folders> {
  const store = await TestMail.open(t);
  const account = await store.createAccount(await store.createTenant());
  const { mail } = store;
  return {
    store,
    account,
    create: (name, parentId = null) => store.act((act) => mail.createMailbox(act, account, { name, parentId })),
    change: (id, change) => store.act((act) => mail.changeMailbox(act, account, id, change)),
    destroy: (id) => store.act((act) => mail.destroyMailbox(act, account, id)),
  };
}

describe('mailboxes', () => {
  test('a new account has one of each role, named in French', async (t) => {
    const { store, account } = await openFolders(t);
    const mailboxes = await store.mail.listMailboxes(store.db, account);
    assert.deepEqual(
      mailboxes.map((mailbox) => [mailbox.role, mailbox.name]),
      [
        ['inbox', 'Boîte de réception'],
        ['drafts', 'Brouillons'],
        ['sent', 'Envoyés'],
        ['archive', 'Archives'],
        ['junk', 'Indésirables'],
        ['trash', 'Corbeille'],
      ],
    );
  });

  test('no two siblings have one name, however it is composed; cousins may (RFC 8621 §2)', async (t) => {
    const { create, change } = await openFolders(t);
    const letters = await create('Été');
    await assert.rejects(create('E\u0301te\u0301'), { code: 'mailbox-exists' });
    const child = await create('Été', letters);
    await assert.rejects(change(child, { parentId: null }), { code: 'mailbox-exists' });
    await change(child, { name: 'Hiver', parentId: null });
    await change(child, { name: 'Hiver' });
    await assert.rejects(change(child, { name: 'Corbeille' }), { code: 'mailbox-exists' });
  });

  test('a name has one character at least, 255 octets at most, and no control character', async (t) => {
    const { create } = await openFolders(t);
    await create('a'.repeat(mailLimits.mailboxNameBytes));
    for (const name of ['', '  ', 'a\r\nb', 'a\0', 'a'.repeat(mailLimits.mailboxNameBytes + 1)]) {
      await assert.rejects(create(name), { code: 'bad-mailbox-name' });
    }
  });

  test('the tree is as deep as it may be and no deeper, also when a branch moves (RFC 8621 §1.3)', async (t) => {
    const { create, change } = await openFolders(t);
    let deepest = await create('0');
    const top = deepest;
    for (let depth = 2; depth <= mailLimits.mailboxDepth; depth += 1) deepest = await create('x', deepest);
    await assert.rejects(create('y', deepest), { code: 'mailbox-depth' });
    const other = await create('1');
    await assert.rejects(change(top, { parentId: other }), { code: 'mailbox-depth' });
  });

  test('a mailbox cannot move into itself or below, nor one with a role anywhere', async (t) => {
    const { create, change, store, account } = await openFolders(t);
    const top = await create('0');
    const below = await create('1', await create('2', top));
    await assert.rejects(change(top, { parentId: below }), { code: 'mailbox-cycle' });
    await assert.rejects(change(top, { parentId: top }), { code: 'mailbox-cycle' });
    const inbox = await store.mailboxOf(account, 'inbox');
    await assert.rejects(change(inbox, { parentId: top }), { code: 'mailbox-has-role' });
    await change(inbox, { isSubscribed: false });
  });

  test('only an empty mailbox without role or child is destroyed', async (t) => {
    const { create, destroy, store, account } = await openFolders(t);
    const top = await create('0');
    const below = await create('1', top);
    await assert.rejects(destroy(top), { code: 'mailbox-has-child' });
    await assert.rejects(destroy(await store.mailboxOf(account, 'junk')), { code: 'mailbox-has-role' });
    const { emailId } = await store.store(account, rawMessage());
    await store.act((act) => store.mail.moveEmails(act, account, [emailId], [below]));
    await assert.rejects(destroy(below), { code: 'mailbox-has-email' });
    await store.act((act) => store.mail.deleteEmails(act, account, [emailId]));
    await destroy(below);
    await destroy(top);
    await assert.rejects(destroy(top), { code: 'mailbox-unknown' });
  });

  test('a mailbox made again under its old name has a larger UIDVALIDITY (RFC 9051 §2.3.1.1)', async (t) => {
    const { create, destroy, store, account } = await openFolders(t);
    const validities: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const id = await create('Labo');
      const mailboxes = await store.mail.listMailboxes(store.db, account);
      validities.push(mailboxes.find((mailbox) => mailbox.id === id)?.uidValidity ?? 0);
      await destroy(id);
    }
    assert((validities[1] ?? 0) > (validities[0] ?? 0));
  });

  test('an account has as many mailboxes as the limit says, and no more', async (t) => {
    const { create, store, account } = await openFolders(t);
    const { tenantId, accountId } = account;
    const rows = mailLimits.mailboxes - 7;
    const { sql } = await import('kysely');
    await sql`
      insert into mail.mailbox (tenant_id, account_id, id, sealed_name, name_hash, uid_validity, created_change,
                                changed_change, content_change)
      select ${tenantId}, ${accountId}, gen_random_uuid(), '', sha256(n::text::bytea), 1, 1, 1, 1
        from generate_series(1, ${rows}::int4) as n`.execute(store.ownerDb);
    await create('last');
    await assert.rejects(create('one more'), { code: 'mailbox-limit' });
  });
});
