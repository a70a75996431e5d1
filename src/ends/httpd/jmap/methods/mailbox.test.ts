import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JmapCaller } from '../../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { newId } from '../../../../base/ids.ts';

async function make(jmap: JmapCaller, name: string, parentId: string | null = null): Promise<string> {
  const { created } = await jmap.call('Mailbox/set', { create: { m: { name, parentId } } });
  return created.m.id;
}

describe('Mailbox/get (RFC 8621 §2)', () => {
  test('shows counts of emails and threads, and rights as they are', async (t) => {
    const jmap = await JmapCaller.open(t);
    await jmap.store.store(jmap.account, rawMessage({ 'Message-ID': '<a@x>' }));
    await jmap.store.store(jmap.account, rawMessage({ 'In-Reply-To': '<a@x>' }));
    const { emailId } = await jmap.store.store(jmap.account, rawMessage());
    await jmap.call('Email/set', { update: { [emailId]: { 'keywords/$seen': true } } });
    const inbox = await jmap.store.mailboxOf(jmap.account, 'inbox');
    const { list } = await jmap.call('Mailbox/get', { ids: [inbox] });
    const { totalEmails, unreadEmails, totalThreads, unreadThreads, role, myRights } = list[0];
    assert.deepEqual([totalEmails, unreadEmails, totalThreads, unreadThreads, role], [3, 2, 2, 1, 'inbox']);
    assert.equal(Object.keys(list[0]).length, 11);
    assert.deepEqual([myRights.mayAddItems, myRights.mayDelete, myRights.maySubmit], [true, false, true]);
    const reader = await jmap.reader(['read']);
    const read = await reader.call('Mailbox/get', { ids: [inbox], properties: ['myRights'] });
    assert.deepEqual(Object.keys(read.list[0]).sort(), ['id', 'myRights']);
    assert.deepEqual(
      Object.entries(read.list[0].myRights).filter(([, may]) => may === true),
      [['mayReadItems', true]],
    );
    const all = await jmap.call('Mailbox/get', { ids: null, properties: ['name'] });
    assert.equal(all.list.length, 6);
    assert.deepEqual((await jmap.call('Mailbox/get', { ids: [] })).list, []);
    assert.equal(await jmap.error('Mailbox/get', { properties: ['color'] }), 'invalidArguments');
  });

  test('a thread unread in the trash alone is unread there alone', async (t) => {
    const jmap = await JmapCaller.open(t);
    await jmap.store.store(jmap.account, rawMessage({ 'Message-ID': '<a@x>' }));
    const { list } = await jmap.call('Email/get', { ids: null, properties: ['id'] });
    await jmap.call('Email/set', { update: { [list[0].id]: { 'keywords/$seen': true } } });
    await jmap.store.store(jmap.account, rawMessage({ 'In-Reply-To': '<a@x>' }), 'trash');
    const counts = (await jmap.call('Mailbox/get', { properties: ['role', 'unreadThreads', 'totalThreads'] })).list;
    const of = (role: string) => counts.find((mailbox: { role: string }) => mailbox.role === role);
    assert.deepEqual([of('inbox').unreadThreads, of('inbox').totalThreads], [0, 1]);
    assert.deepEqual([of('trash').unreadThreads, of('trash').totalThreads], [1, 1]);
  });
});

describe('Mailbox/changes (RFC 8621 §2.2)', () => {
  test('names the counts when nothing else changed', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { state } = await jmap.call('Mailbox/get', { ids: [] });
    await jmap.store.store(jmap.account, rawMessage());
    const inbox = await jmap.store.mailboxOf(jmap.account, 'inbox');
    const counted = await jmap.call('Mailbox/changes', { sinceState: state });
    assert.deepEqual(counted.updated, [inbox]);
    assert.deepEqual(counted.updatedProperties, ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads']);
    await jmap.call('Mailbox/set', { update: { [inbox]: { name: 'Reçus' } } });
    const labo = await make(jmap, 'Labo');
    const renamed = await jmap.call('Mailbox/changes', { sinceState: state });
    assert.deepEqual([renamed.updated, renamed.created, renamed.updatedProperties], [[inbox], [labo], null]);
  });
});

describe('Mailbox/query (RFC 8621 §2.3)', () => {
  test('filters and sorts, also as a tree', async (t) => {
    const jmap = await JmapCaller.open(t);
    const b = await make(jmap, 'B');
    const a = await make(jmap, 'A');
    const inB = await make(jmap, 'A de B', b);
    const find = async (args: Parameters<JmapCaller['call']>[1]) => (await jmap.call('Mailbox/query', args)).ids;
    const mine = { hasAnyRole: false };
    const sort = [{ property: 'name' }];
    assert.deepEqual(await find({ filter: mine, sort }), [a, inB, b]);
    assert.deepEqual(await find({ filter: mine, sort, sortAsTree: true }), [a, b, inB]);
    assert.deepEqual(await find({ filter: { name: 'a', hasAnyRole: false }, sort, filterAsTree: true }), [a]);
    assert.deepEqual(await find({ filter: { parentId: b } }), [inB]);
    const or = {
      operator: 'OR',
      conditions: [{ role: 'inbox' }, { operator: 'AND', conditions: [{ name: 'b' }, mine] }],
    };
    assert.equal((await find({ filter: or })).length, 3);
    const not = { operator: 'NOT', conditions: [{ hasAnyRole: true }] };
    assert.deepEqual(await find({ filter: not, sort: [{ property: 'name', isAscending: false }] }), [b, inB, a]);
    assert.deepEqual(await find({ filter: mine, sort, position: -1 }), [b]);
    assert.deepEqual(await find({ filter: mine, sort, anchor: inB, anchorOffset: -1, limit: 1 }), [a]);
    assert.equal(await jmap.error('Mailbox/query', { anchor: newId() }), 'anchorNotFound');
    assert.equal(await jmap.error('Mailbox/query', { filter: { color: 'red' } }), 'unsupportedFilter');
    assert.equal(await jmap.error('Mailbox/query', { filter: { name: 1 } }), 'invalidArguments');
    assert.equal(await jmap.error('Mailbox/query', { sort: [{ property: 'color' }] }), 'unsupportedSort');
  });

  test('tells what moved in the results', async (t) => {
    const jmap = await JmapCaller.open(t);
    const filter = { hasAnyRole: false };
    const sort = [{ property: 'name' }];
    const b = await make(jmap, 'B');
    const { queryState } = await jmap.call('Mailbox/query', { filter, sort });
    const a = await make(jmap, 'A');
    await jmap.call('Mailbox/set', { update: { [b]: { name: 'C' } } });
    const changes = await jmap.call('Mailbox/queryChanges', { filter, sort, sinceQueryState: queryState });
    assert.deepEqual(
      [changes.removed, changes.added],
      [
        [b],
        [
          { id: a, index: 0 },
          { id: b, index: 1 },
        ],
      ],
    );
    const tree = { filter, sort, sinceQueryState: queryState, sortAsTree: true };
    assert.equal(await jmap.error('Mailbox/queryChanges', tree), 'cannotCalculateChanges');
    const few = { filter, sort, sinceQueryState: queryState, maxChanges: 2 };
    assert.equal(await jmap.error('Mailbox/queryChanges', few), 'tooManyChanges');
  });
});

describe('Mailbox/set (RFC 8621 §2.5)', () => {
  test('creates a tree in one call, whatever its order, and tells what the server chose', async (t) => {
    const jmap = await JmapCaller.open(t);
    const create = { child: { name: 'Enfant', parentId: '#top' }, top: { name: 'Haut', sortOrder: 3 } };
    const { created, notCreated } = await jmap.call('Mailbox/set', { create });
    assert.equal(notCreated, null);
    assert.equal(created.top.sortOrder, undefined);
    assert.equal(created.child.sortOrder, 10);
    const { list } = await jmap.call('Mailbox/get', { ids: [created.child.id], properties: ['parentId'] });
    assert.equal(list[0].parentId, created.top.id);
    const cycle = { a: { name: 'A', parentId: '#b' }, b: { name: 'B', parentId: '#a' } };
    const refused = await jmap.call('Mailbox/set', { create: cycle });
    assert.equal(refused.notCreated.a.type, 'invalidProperties');
  });

  test('refuses what the rules forbid, each in the words of the standard', async (t) => {
    const jmap = await JmapCaller.open(t);
    const inbox = await jmap.store.mailboxOf(jmap.account, 'inbox');
    const top = await make(jmap, 'Haut');
    const child = await make(jmap, 'Enfant', top);
    const create = {
      same: { name: 'Haut' },
      role: { name: 'X', role: 'archive' },
      blank: { name: ' ' },
      nameless: {},
      count: { name: 'X', totalEmails: 3 },
      order: { name: 'X', sortOrder: 2 ** 31 },
      nowhere: { name: 'X', parentId: newId() },
    };
    const { notCreated } = await jmap.call('Mailbox/set', { create });
    assert.equal(notCreated.same.type, 'alreadyExists');
    assert.equal(notCreated.same.existingId, top);
    for (const key of ['role', 'blank', 'nameless', 'count', 'order', 'nowhere']) {
      assert.equal(notCreated[key].type, 'invalidProperties', key);
    }
    const update = { [top]: { parentId: child }, [inbox]: { role: 'trash' }, [child]: { role: null, name: 'Enfant' } };
    const changed = await jmap.call('Mailbox/set', { update });
    assert.equal(changed.notUpdated[top].type, 'invalidProperties');
    assert.deepEqual(changed.notUpdated[inbox].properties, ['role']);
    assert.deepEqual(changed.updated, { [child]: null });
    const gone = await jmap.call('Mailbox/set', { destroy: [inbox, newId()], onDestroyRemoveEmails: true });
    assert.deepEqual(
      Object.values(gone.notDestroyed).map((error) => (error as { type: string }).type),
      ['forbidden', 'notFound'],
    );
  });

  test('destroys a tree in one call, whatever order its mailboxes are named in (RFC 8621 §2.5)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const [a, b, c] = [await make(jmap, 'A'), await make(jmap, 'B'), await make(jmap, 'C')];
    const [inA, inB] = [await make(jmap, 'Dans A', a), await make(jmap, 'Dans B', b)];
    const deepest = await make(jmap, 'Au fond', inA);
    await make(jmap, 'Reste', c);
    const { state: ifInState } = await jmap.call('Mailbox/get', { ids: [] });
    const destroy = [a, inB, inA, b, deepest, c, 'nobody'];
    const answer = await jmap.call('Mailbox/set', { ifInState, destroy });
    assert.deepEqual([...answer.destroyed].sort(), [a, b, inA, inB, deepest].sort());
    assert.deepEqual(
      [answer.notDestroyed[c].type, answer.notDestroyed['nobody'].type],
      ['mailboxHasChild', 'notFound'],
    );
  });

  test('destroys a mailbox with its emails only when asked, and never one that has children', async (t) => {
    const jmap = await JmapCaller.open(t);
    const inbox = await jmap.store.mailboxOf(jmap.account, 'inbox');
    const top = await make(jmap, 'Haut');
    const child = await make(jmap, 'Enfant', top);
    const { emailId: only } = await jmap.store.store(jmap.account, rawMessage());
    const { emailId: both } = await jmap.store.store(jmap.account, rawMessage());
    await jmap.call('Email/set', {
      update: { [only]: { mailboxIds: { [top]: true } }, [both]: { mailboxIds: { [top]: true, [inbox]: true } } },
    });
    const destroy = async (id: string, onDestroyRemoveEmails: boolean) => {
      const answer = await jmap.call('Mailbox/set', { destroy: [id], onDestroyRemoveEmails });
      return answer.notDestroyed?.[id].type ?? 'destroyed';
    };
    assert.equal(await destroy(top, true), 'mailboxHasChild');
    assert.equal((await jmap.call('Email/get', { ids: [only], properties: ['id'] })).list.length, 1);
    assert.equal(await destroy(child, false), 'destroyed');
    assert.equal(await destroy(top, false), 'mailboxHasEmail');
    assert.equal(await destroy(top, true), 'destroyed');
    const { list, notFound } = await jmap.call('Email/get', { ids: [only, both], properties: ['mailboxIds'] });
    assert.deepEqual(notFound, [only]);
    assert.deepEqual(list, [{ id: both, mailboxIds: { [inbox]: true } }]);
  });
});
