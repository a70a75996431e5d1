import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mailbox } from '../../../contract/jmap/mail.ts';
import type { ApiClient } from '../../api/client.ts';
import type { HeldAccount } from '../../app/session.ts';
import { createToasts } from '../../ui/toasts.ts';
import { ModelServer } from '../store/model-server.ts';
import { createMailStore } from '../store/store.ts';
import { createMailActions } from './deeds.ts';

function mailbox(role: NonNullable<Mailbox['role']>): Mailbox {
  const counts = { sortOrder: 0, totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 };
  return { id: role, name: role, parentId: null, role, ...counts, myRights: {}, isSubscribed: true };
}

function account(accountId: string, rights: HeldAccount['rights']): HeldAccount {
  return { accountId, tenantId: 't', address: `${accountId}@x.example`, type: 'PER', displayName: accountId, rights };
}

/** Three emails of an account of one's own, and an account that may only be read. */
function world() {
  const server = new ModelServer(3);
  const store = createMailStore({
    jmap: server,
    accountIds: ['account', 'shared'],
    setTimer: () => () => undefined,
  });
  store.take('account', server.emails);
  store.take('shared', [{ ...(server.emails[0] ?? assert.fail()), id: 'theirs' }]);
  const mailboxes = [mailbox('inbox'), mailbox('archive'), mailbox('trash'), mailbox('junk')];
  server.mailboxes = mailboxes;
  store.mailboxes.take('account', mailboxes);
  const toasts = createToasts();
  const asked: unknown[] = [];
  const api: Pick<ApiClient, 'request'> = {
    request: async <Answer>(_method: string, path: string, given?: { body?: unknown }) => {
      asked.push([path, given?.body]);
      return { restored: ['e1'] } as Answer; // as contract/deleted.ts says
    },
  };
  const accounts = [account('account', ['own']), account('shared', ['read'])];
  const actions = createMailActions({ store, api, accounts, toasts });
  const refs = server.emails.map(({ id }) => ({ accountId: 'account', emailId: id }));
  const mailboxesOf = (): string[] => server.emails.map(({ mailboxIds }) => Object.keys(mailboxIds).join());
  const said = (): string[] => toasts.list().map(({ text }) => text);
  return { server, store, toasts, actions, refs, mailboxesOf, said, asked };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('what was archived comes back where it was when it is taken back', async () => {
  const { server, store, actions, refs, mailboxesOf, toasts, said } = world();
  server.update('e2', { mailboxIds: { inbox: true, own: true } });
  store.take('account', server.emails);
  const [first, second] = refs;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(await actions.archive([first, second]), true);
  assert.deepEqual([mailboxesOf(), said()], [['archive', 'archive', 'inbox'], ['2 messages archivés']]);
  toasts.list()[0]?.undo?.();
  await settle();
  assert.deepEqual(mailboxesOf(), ['inbox', 'inbox,own', 'inbox']);
});

test('a deed of several is taken back for those that it changed alone', async () => {
  const { server, store, actions, refs, toasts } = world();
  server.update('e2', { keywords: { $seen: true } });
  store.take('account', server.emails);
  await actions.markSeen(refs);
  toasts.list()[0]?.undo?.();
  await settle();
  assert.deepEqual(
    server.emails.map(({ id, keywords }) => [id, Object.keys(keywords)]),
    [
      ['e3', []],
      ['e2', ['$seen']],
      ['e1', []],
    ],
  );
});

test('one email that is starred shows it by itself: nothing is said', async () => {
  const { actions, refs, said } = world();
  await actions.star(refs.slice(0, 1));
  assert.deepEqual(said(), []);
});

test('what the server refuses is told after what was done, and comes back', async () => {
  const { server, store, actions, refs, said } = world();
  server.refused.add('e3');
  assert.equal(await actions.trash(refs), false);
  assert.equal(said().length, 2);
  assert.deepEqual(store.email({ accountId: 'account', emailId: 'e3' })?.mailboxIds, { inbox: true });
  assert.deepEqual(store.email({ accountId: 'account', emailId: 'e2' })?.mailboxIds, { trash: true });
});

test('in the trash, to delete is to destroy, and the way back asks the server to undelete', async () => {
  const { server, store, actions, refs, toasts, asked } = world();
  server.update('e1', { mailboxIds: { trash: true } });
  store.take('account', server.emails);
  await actions.trash(refs.filter(({ emailId }) => emailId === 'e1'));
  assert.deepEqual(
    server.emails.map(({ id }) => id),
    ['e3', 'e2'],
  );
  toasts.list()[0]?.undo?.();
  await settle();
  assert.deepEqual(asked, [['/api/accounts/account/undelete', { emailIds: ['e1'] }]]);
});

test('an account that may only be read is not changed, and that is said', async () => {
  const { server, actions, said } = world();
  await actions.archive([{ accountId: 'shared', emailId: 'theirs' }]);
  await actions.star([{ accountId: 'shared', emailId: 'theirs' }]);
  assert.equal(server.asked.includes('Email/set'), false);
  assert.equal(said().length, 2);
});

test('a mailbox takes the emails of its own account alone', async () => {
  const { actions, refs, mailboxesOf, said } = world();
  await actions.moveTo([...refs.slice(0, 1), { accountId: 'shared', emailId: 'theirs' }], 'junk');
  assert.deepEqual(mailboxesOf(), ['junk', 'inbox', 'inbox']);
  assert.equal(said().length, 2);
});

test('what is no junk loses the mark of junk and comes to the inbox', async () => {
  const { server, store, actions, refs } = world();
  await actions.junk(refs.slice(0, 1));
  assert.deepEqual([server.emails[0]?.mailboxIds, server.emails[0]?.keywords], [{ junk: true }, { $junk: true }]);
  await actions.notJunk(refs.slice(0, 1));
  assert.deepEqual([server.emails[0]?.mailboxIds, server.emails[0]?.keywords], [{ inbox: true }, { $notjunk: true }]);
  assert.ok(store.email(refs[0] ?? assert.fail()) !== undefined);
});
