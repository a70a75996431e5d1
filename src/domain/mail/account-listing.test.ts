import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { TestMail } from '../../../testkit/mail-store.ts';
import { present } from '../../base/assert.ts';
import type { TenantId } from '../../base/ids.ts';
import { parseAddress } from '../../formats/address/address.ts';
import { createListings } from '../directory/directory.ts';
import { closeAccount, createAccount } from './accounts.ts';

const address = present(parseAddress('anne.martin@cabinet.example'), 'a test address is none');

async function setUp(t: TestContext) {
  const store = await TestMail.open(t);
  const { access, audit, dataKeys, db } = store;
  const listings = createListings({ db, audit, rights: access, annuaire: undefined });
  const create = (tenantId: TenantId, identifier: string) =>
    store.act((act) =>
      createAccount({ access, dataKeys, listings }, act, {
        tenantId,
        type: 'PER',
        address,
        displayName: 'Dr Anne MARTIN Cabinet',
        quotaBytes: 1_000,
        listing: { holder: { resource: 'Practitioner', identifier }, isRedListed: false },
      }),
    );
  return { store, listings, create };
}

describe('an account that is to be listed', () => {
  test('asks for its listing when it is made, and takes it back when it is closed', async (t) => {
    const { store, listings, create } = await setUp(t);
    const account = await create(await store.createTenant(), '810003456789');
    const listing = present(await listings.listingState(store.db, account), 'a listing');
    assert.deepEqual([listing.address, listing.type, listing.state], [address, 'PER', 'waiting']);
    await store.act((act) => closeAccount({ access: store.access, listings }, act, account));
    assert.equal((await listings.listingState(store.db, account))?.isWanted, false);
  });

  test('is not made at all when its listing is refused', async (t) => {
    const { store, create } = await setUp(t);
    const tenantId = await store.createTenant();
    await assert.rejects(create(tenantId, '10003456789'), { code: 'bad-listing' });
    assert.deepEqual(await store.mail.listAccounts(store.db, { limit: 10 }), []);
    await create(tenantId, '810003456789');
  });

  test('and one that is not are closed alike', async (t) => {
    const { store, listings } = await setUp(t);
    const account = await store.createAccount(await store.createTenant());
    await store.act((act) => closeAccount({ access: store.access, listings }, act, account));
    assert.equal((await store.mail.getAccount(store.db, account))?.isClosed, true);
    assert.equal(await listings.listingState(store.db, account), undefined);
  });
});
