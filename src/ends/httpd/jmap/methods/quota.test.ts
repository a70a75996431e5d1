/** The quota of an account, through real requests. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { JmapHttp, type JmapPerson } from '../../../../../testkit/jmap-http.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import type { JsonObject } from '../method.ts';

const world = await JmapHttp.open({ after });
const { person, account } = await world.createHolder();
const { accountId } = account;

async function answer(name: string, args: JsonObject = {}, who: JmapPerson = person): Promise<JsonObject> {
  const [told, found] = await world.call(who, name, { accountId, ...args });
  return told === 'error' ? { error: found['type'] ?? '' } : found;
}

describe('the quota of an account', () => {
  test('is of octets, and tells what is used (RFC 9425 §4.1)', async () => {
    const raw = rawMessage();
    await world.store(account, raw);
    const { list, notFound } = await answer('Quota/get', { ids: ['octets', 'other'] });
    assert.deepEqual(list, [
      {
        id: 'octets',
        resourceType: 'octets',
        used: Buffer.byteLength(raw),
        hardLimit: 1_000_000_000,
        scope: 'account',
        name: 'Espace de la boîte aux lettres',
        types: ['Email'],
        warnLimit: null,
        softLimit: null,
        description: null,
      },
    ]);
    assert.deepEqual(notFound, ['other']);
    assert.deepEqual((await answer('Quota/get', { ids: [] }))['list'], []);
    assert.deepEqual((await answer('Quota/get', { properties: ['scope'] }))['list'], [
      { id: 'octets', scope: 'account' },
    ]);
    assert.equal((await answer('Quota/get', { properties: ['x'] }))['error'], 'invalidArguments');
  });

  test('tells followers whether more than its use has changed (RFC 9425 §4.3)', async () => {
    const stateNow = async () => String((await answer('Quota/get'))['state']);
    const since = await stateNow();
    assert.deepEqual((await answer('Quota/changes', { sinceState: since }))['updated'], []);
    await world.store(account, rawMessage());
    const used = await answer('Quota/changes', { sinceState: since });
    assert.deepEqual([used['updated'], used['updatedProperties']], [['octets'], ['used']]);
    assert.equal(used['newState'], await stateNow());
    await world.act((act) => world.mail.setQuota(act, account, 5_000_000));
    assert.equal((await answer('Quota/changes', { sinceState: since }))['updatedProperties'], null);
    assert.equal((await answer('Quota/changes', { sinceState: 'x' }))['error'], 'cannotCalculateChanges');
  });

  test('is found by what it is (RFC 9425 §4.4)', async () => {
    const found = async (filter: JsonObject) => {
      const { ids, error } = await answer('Quota/query', { filter });
      return error ?? ids;
    };
    for (const filter of [{ scope: 'account' }, { type: 'Email' }, { resourceType: 'octets', name: 'espace' }]) {
      assert.deepEqual(await found(filter), ['octets']);
    }
    for (const filter of [{ scope: 'domain' }, { type: 'Calendar' }, { resourceType: 'count' }, { name: 'patients' }]) {
      assert.deepEqual(await found(filter), []);
      assert.deepEqual(await found({ operator: 'NOT', conditions: [filter] }), ['octets']);
    }
    assert.equal(await found({ other: 'x' }), 'unsupportedFilter');
    assert.equal((await answer('Quota/query', { sort: [{ property: 'x' }] }))['error'], 'unsupportedSort');
    assert.equal((await answer('Quota/query', { calculateTotal: true }))['total'], 1);
    assert.deepEqual((await answer('Quota/query', { position: 1 }))['ids'], []);
    assert.deepEqual((await answer('Quota/query', { position: -1, limit: 1 }))['ids'], ['octets']);
    assert.equal((await answer('Quota/query', { anchor: 'x' }))['error'], 'anchorNotFound');
    assert.equal((await answer('Quota/queryChanges', { sinceQueryState: 'x' }))['error'], 'cannotCalculateChanges');
  });

  test('is nobody else’s', async () => {
    const neighbour = await world.createHolder(account.tenantId);
    const stranger = await world.createHolder();
    for (const other of [neighbour, stranger]) {
      for (const name of ['Quota/get', 'Quota/changes', 'Quota/query', 'Quota/queryChanges']) {
        assert.equal((await answer(name, {}, other.person))['error'], 'accountNotFound');
      }
    }
  });
});
