import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answer, JmapCaller } from '../../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { newId } from '../../../../base/ids.ts';
import type { JsonObject } from '../method.ts';

async function openWithEmail(t: Parameters<typeof JmapCaller.open>[0]) {
  const jmap = await JmapCaller.open(t);
  const { emailId } = await jmap.store.store(jmap.account, rawMessage());
  const inbox = await jmap.store.mailboxOf(jmap.account, 'inbox');
  const drafts = await jmap.store.mailboxOf(jmap.account, 'drafts');
  return { jmap, emailId, inbox, drafts };
}

describe('ifInState (RFC 8620 §5.3)', () => {
  test('holds for the whole of a call: nobody changes anything between its deeds', async (t) => {
    const { jmap, drafts } = await openWithEmail(t);
    const names = Array.from({ length: 8 }, (_, index) => `k${index}`);
    const create = Object.fromEntries(names.map((name) => [name, { mailboxIds: { [drafts]: true }, subject: name }]));
    let isOver = false;
    const others = (async () => {
      while (!isOver) await jmap.store.store(jmap.account, rawMessage());
    })();
    let [name, answer]: [string, Answer] = ['', undefined];
    let state = '';
    // Others come between the look at the state and the call, sooner or later not.
    while (name !== 'Email/set') {
      ({ state } = await jmap.call('Email/get', { ids: [] }));
      [[name, answer]] = (await jmap.run([['Email/set', { ifInState: state, create }]])) as [[string, Answer]];
      if (name === 'error') assert.equal(answer.type, 'stateMismatch');
    }
    isOver = true;
    await others;
    const ids = Object.values(answer.created).map((one) => (one as { id: string }).id);
    const changes = await jmap.call('Email/changes', { sinceState: state, maxChanges: ids.length });
    assert.deepEqual([...changes.created].sort(), ids.sort());
  });

  test('undoes what fails alone, its trace with it', async (t) => {
    const { jmap, emailId, drafts } = await openWithEmail(t);
    const { state } = await jmap.call('Email/get', { ids: [] });
    const full = await jmap.store.act((act) => jmap.store.mail.setQuota(act, jmap.account, 2_000));
    assert.equal(full, undefined);
    const create = {
      fits: { mailboxIds: { [drafts]: true }, subject: 'court' },
      large: { mailboxIds: { [drafts]: true }, subject: 'x'.repeat(3_000) },
    };
    const update = { [emailId]: { 'keywords/$seen': true } };
    const { newState } = await jmap.call('Email/set', { create: {}, update: {} });
    assert.equal(await jmap.error('Email/set', { ifInState: `${state}0`, create }), 'stateMismatch');
    const answer = await jmap.call('Email/set', { ifInState: newState, create, update });
    assert.deepEqual([Object.keys(answer.created), answer.notCreated.large.type], [['fits'], 'overQuota']);
    assert.deepEqual(answer.updated, { [emailId]: null });
    const { db, audit } = jmap.store;
    const events = await audit.list(db, { tenantId: jmap.tenantId, accountId: jmap.account.accountId, limit: 50 });
    const imported = events.filter(({ kind, outcome }) => kind === 'email.imported' && outcome === 'done');
    assert.equal(imported.length, 1);
  });
});

describe('Email/set update (RFC 8621 §4.6)', () => {
  test('changes keywords and mailboxes, whole or by patch', async (t) => {
    const { jmap, emailId, inbox, drafts } = await openWithEmail(t);
    const show = async () => {
      const properties = ['keywords', 'mailboxIds'];
      const { list } = await jmap.call('Email/get', { ids: [emailId], properties });
      return [Object.keys(list[0].keywords).sort(), Object.keys(list[0].mailboxIds).sort()];
    };
    const set = async (patch: JsonObject) => {
      const answer = await jmap.call('Email/set', { update: { [emailId]: patch } });
      return answer.notUpdated === null ? 'updated' : answer.notUpdated[emailId].type;
    };
    assert.equal(await set({ 'keywords/$Seen': true, 'keywords/patient-vu': true }), 'updated');
    assert.deepEqual(await show(), [['$seen', 'patient-vu'], [inbox]]);
    assert.equal(await set({ 'keywords/$seen': null, [`mailboxIds/${drafts}`]: true }), 'updated');
    assert.deepEqual(await show(), [['patient-vu'], [inbox, drafts].sort()]);
    assert.equal(await set({ keywords: { $flagged: true }, mailboxIds: { [inbox]: true } }), 'updated');
    assert.deepEqual(await show(), [['$flagged'], [inbox]]);
    const refused: [Parameters<typeof set>[0], string][] = [
      [{ mailboxIds: {} }, 'invalidProperties'],
      [{ [`mailboxIds/${inbox}`]: null }, 'invalidProperties'],
      [{ [`mailboxIds/${newId()}`]: true }, 'invalidProperties'],
      [{ 'keywords/$seen': false }, 'invalidProperties'],
      [{ 'keywords/a b': true }, 'invalidProperties'],
      [{ keywords: { $seen: true }, 'keywords/$draft': true }, 'invalidPatch'],
      [{ 'keywords/a/b': true }, 'invalidProperties'],
      [{ subject: true }, 'invalidProperties'],
      [{ subject: 'Compte rendu', colour: true }, 'invalidProperties'],
      [{ threadId: newId() }, 'invalidProperties'],
      [
        { keywords: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, true])) },
        'tooManyKeywords',
      ],
    ];
    for (const [patch, type] of refused) assert.equal(await set(patch), type, JSON.stringify(patch));
    assert.deepEqual(await show(), [['$flagged'], [inbox]]);
    // RFC 8620 §5.3: the whole object may come back, with what changes in it.
    const { list } = await jmap.call('Email/get', { ids: [emailId] });
    assert.equal(await set({ ...list[0], keywords: { $seen: true } }), 'updated');
    assert.deepEqual(await show(), [['$seen'], [inbox]]);
  });

  test('tells of each email, and of none when the state is another (RFC 8620 §5.3)', async (t) => {
    const { jmap, emailId } = await openWithEmail(t);
    const { state } = await jmap.call('Email/get', { ids: [] });
    const unknown = newId();
    const patch = { 'keywords/$seen': true };
    const answer = await jmap.call('Email/set', {
      ifInState: state,
      update: { [emailId]: patch, [unknown]: patch, nobody: patch },
    });
    assert.deepEqual(answer.updated, { [emailId]: null });
    assert.deepEqual(Object.keys(answer.notUpdated).sort(), [unknown, 'nobody'].sort());
    assert.equal(answer.oldState, state);
    assert.notEqual(answer.newState, state);
    assert.equal(await jmap.error('Email/set', { ifInState: state, update: {} }), 'stateMismatch');
  });

  test('changes nothing when another change comes between the look at the state and the lock (RFC 8620 §5.3)', async (t) => {
    const { jmap, emailId } = await openWithEmail(t);
    const { state } = await jmap.call('Email/get', { ids: [] });
    const marked = (keyword: string) => ({
      ifInState: state,
      update: { [emailId]: { [`keywords/${keyword}`]: true } },
    });
    const answers = await Promise.all(
      ['$seen', '$flagged', '$answered'].map(async (keyword) => (await jmap.run([['Email/set', marked(keyword)]]))[0]),
    );
    assert.deepEqual(answers.map(([name]) => name).sort(), ['Email/set', 'error', 'error']);
    const { list } = await jmap.call('Email/get', { ids: [emailId], properties: ['keywords'] });
    assert.equal(Object.keys(list[0].keywords).length, 1);
  });

  test('takes as many objects as the session says, and no more', async (t) => {
    const { jmap } = await openWithEmail(t);
    const destroy = Array.from({ length: jmapLimits.objectsInSet }, () => newId());
    const answer = await jmap.call('Email/set', { destroy });
    assert.equal(Object.keys(answer.notDestroyed).length, destroy.length);
    assert.equal(await jmap.error('Email/set', { destroy: [...destroy, newId()] }), 'requestTooLarge');
  });
});

describe('Email/set destroy', () => {
  test('takes emails out of sight wherever they are, and says so to followers; they can be undeleted', async (t) => {
    const { jmap, emailId } = await openWithEmail(t);
    const { state } = await jmap.call('Email/get', { ids: [] });
    const answer = await jmap.call('Email/set', { update: { [emailId]: {} }, destroy: [emailId, 'nobody'] });
    assert.deepEqual(answer.destroyed, [emailId]);
    assert.equal(answer.notDestroyed.nobody.type, 'notFound');
    assert.equal(answer.notUpdated[emailId].type, 'willDestroy');
    assert.deepEqual((await jmap.call('Email/get', { ids: [emailId] })).notFound, [emailId]);
    assert.deepEqual((await jmap.call('Email/changes', { sinceState: state })).destroyed, [emailId]);
    assert.equal((await jmap.call('Thread/changes', { sinceState: state })).destroyed.length, 1);
    await jmap.store.act((act) => jmap.store.mail.undeleteEmails(act, jmap.account, [emailId]));
    assert.equal((await jmap.call('Email/get', { ids: [emailId] })).list.length, 1);
  });
});

describe('Email/set create (RFC 8621 §4.6)', () => {
  test('composes a draft with its texts and files, and reads it back', async (t) => {
    const { jmap, emailId, drafts } = await openWithEmail(t);
    const draft = {
      mailboxIds: { [drafts]: true },
      keywords: { $draft: true, $seen: true },
      from: [{ name: 'Dr Zoé Martin', email: 'zoe@cabinet.example' }],
      to: [{ name: null, email: 'luc@hopital.example' }],
      bcc: [{ email: 'cache@hopital.example' }],
      subject: 'Résultats\r\nX-Evil: 1',
      inReplyTo: ['a@b'],
      sentAt: '2026-11-22T11:00:00+01:00',
      'header:X-Priority:asText': '1',
      textBody: [{ partId: 't', type: 'text/plain' }],
      htmlBody: [{ partId: 'h', type: 'text/html' }],
      bodyValues: { t: { value: 'Voilà.\n' }, h: { value: '<p>Voilà.</p>' } },
      attachments: [{ blobId: `E${emailId}`, type: 'message/rfc822', name: 'origine.eml' }],
    };
    const [set, get] = await jmap.run([
      ['Email/set', { create: { k1: draft } }],
      ['Email/get', { '#ids': { resultOf: 'c0', name: 'Email/set', path: '/created/k1/id' } }],
    ]);
    assert.equal(get[1].type, 'invalidArguments');
    const { id, blobId, threadId, size } = set[1].created.k1;
    assert.equal(blobId, `E${id}`);
    const { list } = await jmap.call('Email/get', { ids: [id], fetchAllBodyValues: true });
    const [email] = list;
    assert.deepEqual([email.threadId, email.size], [threadId, size]);
    assert.equal(email.subject, 'Résultats X-Evil: 1');
    assert.deepEqual(email.from, draft.from);
    assert.deepEqual(email.bcc, [{ name: null, email: 'cache@hopital.example' }]);
    assert.deepEqual([email.inReplyTo, email.sentAt], [['a@b'], '2026-11-22T11:00:00+01:00']);
    assert.equal(email.messageId[0].endsWith('@cabinet.example'), true);
    assert.deepEqual(Object.keys(email.keywords).sort(), ['$draft', '$seen']);
    assert.equal(email.bodyValues[email.textBody[0].partId].value, 'Voilà.\n');
    assert.equal(email.bodyValues[email.htmlBody[0].partId].value, '<p>Voilà.</p>');
    assert.deepEqual([email.attachments[0].type, email.attachments[0].name], ['message/rfc822', 'origine.eml']);
  });

  test('keeps the structure that a client gives, and puts the email in all its mailboxes', async (t) => {
    const { jmap, drafts, inbox } = await openWithEmail(t);
    const bodyStructure = {
      type: 'multipart/related',
      subParts: [{ type: 'text/html', partId: 'h', cid: 'corps@x', language: ['fr'] }],
    };
    const properties = {
      mailboxIds: { [drafts]: true, [inbox]: true },
      bodyStructure,
      bodyValues: { h: { value: 'x' } },
    };
    const { created } = await jmap.call('Email/set', { create: { k: properties } });
    const asked = { ids: [created.k.id], properties: ['bodyStructure', 'mailboxIds'] };
    const { list } = await jmap.call('Email/get', asked);
    const [part] = list[0].bodyStructure.subParts;
    assert.deepEqual([part.cid, part.language, part.type], ['corps@x', ['fr'], 'text/html']);
    assert.deepEqual(Object.keys(list[0].mailboxIds).sort(), [drafts, inbox].sort());
  });

  test('holds a file as often as it is attached, whole each time', async (t) => {
    const { jmap, emailId, drafts } = await openWithEmail(t);
    const file = { blobId: `E${emailId}`, type: 'message/rfc822' };
    const draft = { mailboxIds: { [drafts]: true }, attachments: [file, { ...file, name: 'encore.eml' }] };
    const { created } = await jmap.call('Email/set', { create: { k: draft } });
    const { list } = await jmap.call('Email/get', { ids: [created.k.id], properties: ['attachments'] });
    const [one, other] = list[0].attachments;
    assert.ok(one.size > 0);
    assert.equal(other.size, one.size);
  });

  test('takes names that every object inherits for names of the client', async (t) => {
    const { jmap, drafts } = await openWithEmail(t);
    const asked = `{"create":{"__proto__":{"mailboxIds":{"${drafts}":true}},"b":{"mailboxIds":{"${drafts}":true},"__proto__":{}}},"update":{"__proto__":{}}}`;
    const [[, answer]] = await jmap.run([['Email/set', JSON.parse(asked)]]);
    assert.ok(Object.getOwnPropertyDescriptor(answer.created, '__proto__')?.value.id);
    assert.equal(answer.notCreated.b.type, 'invalidProperties');
    assert.equal(Object.getOwnPropertyDescriptor(answer.notUpdated, '__proto__')?.value.type, 'notFound');
  });

  test('composes as many parts, as deep, as there is room for, and no more', async (t) => {
    const { jmap, drafts } = await openWithEmail(t);
    const bodyValues = { t: { value: 'x' } };
    const leaf: JsonObject = { type: 'text/plain', partId: 't' };
    const make = async (bodyStructure: JsonObject) => {
      const draft = { mailboxIds: { [drafts]: true }, bodyStructure, bodyValues };
      return (await jmap.call('Email/set', { create: { k: draft } })).notCreated?.k.type;
    };
    const wide = (count: number) => ({ type: 'multipart/mixed', subParts: Array<JsonObject>(count).fill(leaf) });
    const deep = (depth: number): JsonObject =>
      depth === 1 ? leaf : { type: 'multipart/mixed', subParts: [deep(depth - 1)] };
    assert.equal(await make(wide(jmapLimits.composedParts - 1)), undefined);
    assert.equal(await make(wide(jmapLimits.composedParts)), 'invalidProperties');
    assert.equal(await make(deep(jmapLimits.composedDepth)), undefined);
    assert.equal(await make(deep(jmapLimits.composedDepth + 1)), 'invalidProperties');
  });

  test('refuses what cannot be written, each with the properties at fault', async (t) => {
    const { jmap, drafts } = await openWithEmail(t);
    const mailboxIds = { [drafts]: true };
    const text = [{ partId: 't', type: 'text/plain' }];
    const bodyValues = { t: { value: 'x' } };
    const wrong: Record<string, [Record<string, unknown>, string]> = {
      a: [{}, 'invalidProperties'],
      b: [{ mailboxIds: {} }, 'invalidProperties'],
      c: [{ mailboxIds: { [newId()]: true } }, 'invalidProperties'],
      d: [{ mailboxIds, headers: [] }, 'invalidProperties'],
      e: [{ mailboxIds, subject: 'x', 'header:Subject': ' y' }, 'invalidProperties'],
      f: [{ mailboxIds, 'header:Content-Type': ' text/html' }, 'invalidProperties'],
      g: [{ mailboxIds, 'header:X-A': ' y\r\nBcc: z@z' }, 'invalidProperties'],
      h: [{ mailboxIds, textBody: text }, 'invalidProperties'],
      i: [{ mailboxIds, textBody: [...text, ...text], bodyValues }, 'invalidProperties'],
      j: [{ mailboxIds, textBody: text, bodyValues: { t: { value: 'x', isTruncated: true } } }, 'invalidProperties'],
      k: [{ mailboxIds, textBody: text, bodyValues, bodyStructure: { partId: 't' } }, 'invalidProperties'],
      l: [{ mailboxIds, textBody: [{ partId: 't', charset: 'utf-8' }], bodyValues }, 'invalidProperties'],
      m: [{ mailboxIds, attachments: [{ blobId: `E${newId()}`, type: 'image/png' }] }, 'blobNotFound'],
      n: [{ mailboxIds, size: 3 }, 'invalidProperties'],
      o: [{ mailboxIds, keywords: { 'a b': true } }, 'invalidProperties'],
      p: [{ mailboxIds, from: 'x@y' }, 'invalidProperties'],
      q: [{ mailboxIds, receivedAt: 'yesterday' }, 'invalidProperties'],
    };
    const create = Object.fromEntries(Object.entries(wrong).map(([key, [properties]]) => [key, properties]));
    const { notCreated, created } = await jmap.call('Email/set', JSON.parse(JSON.stringify({ create })));
    assert.equal(created, null);
    for (const [key, [, type]] of Object.entries(wrong)) assert.equal(notCreated[key]?.type, type, key);
  });
});

describe('an account that is shared', () => {
  test('is changed by those alone who may write to it (RFC 8620 §3.6.2)', async (t) => {
    const { jmap, emailId } = await openWithEmail(t);
    const update = { [emailId]: { 'keywords/$seen': true } };
    const reader = await jmap.reader(['read']);
    assert.equal((await reader.call('Email/get', { ids: [emailId] })).list.length, 1);
    assert.equal(await reader.error('Email/set', { update }), 'accountReadOnly');
    assert.equal(await reader.error('Mailbox/set', {}), 'accountReadOnly');
    const writer = await jmap.reader(['read', 'write']);
    assert.deepEqual((await writer.call('Email/set', { update })).updated, { [emailId]: null });
  });
});
