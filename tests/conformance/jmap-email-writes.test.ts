/** What programs write: drafts, imports, copies, marks and mailboxes, over HTTP. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Json, JsonObject } from '../../src/ends/httpd/jmap/method.ts';
import { rawMessage } from '../../testkit/mail-store.ts';
import { type Answer, assertHolds, JmapProgram } from './client.ts';

const program = await JmapProgram.open({ after });
const [inbox, drafts] = [await program.mailbox('inbox'), await program.mailbox('drafts')];
const inDrafts = { mailboxIds: { [drafts]: true } };
const bodyValues = { t: { value: 'bonjour' }, h: { value: '<p>bonjour</p>' } };
const text = { partId: 't', type: 'text/plain' };

const create = (properties: JsonObject): Promise<Answer> =>
  program.setOne('Email/set', { create: { k: { ...inDrafts, ...properties } } });

describe('a new email (RFC 8621 §4.6)', () => {
  const bad = (...properties: string[]): Json => ['invalidProperties', ...properties];
  const tried: readonly (readonly [string, JsonObject, Json])[] = [
    ['without anything but a mailbox', {}, 'done'],
    ['of properties that are null', { subject: null, from: null, bodyValues: null, attachments: null }, 'done'],
    ['in no mailbox', { mailboxIds: {} }, bad('mailboxIds')],
    ['in a mailbox that is not', { mailboxIds: { [drafts]: true, nowhere: true } }, bad('mailboxIds')],
    ['in a mailbox, or not', { mailboxIds: { [drafts]: false } }, bad('mailboxIds')],
    ['with a keyword, or not', { keywords: { $seen: false } }, bad('keywords')],
    ['with a keyword that is none', { keywords: { 'a b': true } }, bad('keywords')],
    ['received on a date of no zone', { receivedAt: '2020-01-01T00:00:00' }, bad('receivedAt')],
    ['received elsewhere than in UTC', { receivedAt: '2020-01-01T00:00:00+01:00' }, bad('receivedAt')],
    ['with an id of its own', { id: 'x' }, bad('id')],
    ['in a thread of its own', { threadId: 'x' }, bad('threadId')],
    ['of a size', { size: 3 }, bad('size')],
    ['with a preview', { preview: 'x' }, bad('preview')],
    ['that has an attachment by its own word', { hasAttachment: true }, bad('hasAttachment')],
    ['with all its fields', { headers: [{ name: 'X', value: 'y' }] }, bad('headers')],
    ['with a property that is none', { colour: 'red' }, bad('colour')],
    ['with a field twice', { subject: 'x', 'header:SUBJECT:asText': 'y' }, bad('header:SUBJECT:asText')],
    ['with a field of its content', { 'header:Content-Type': ' text/plain' }, bad('header:Content-Type')],
    ['with a field in a form it has not', { 'header:From:asText': 'x' }, bad('header:From:asText')],
    ['with a field that brings another', { 'header:X-A': ' a\r\nX-Evil: 1' }, bad('header:X-A')],
    [
      'of a structure and texts',
      { bodyStructure: text, textBody: [text], bodyValues },
      bad('bodyStructure', 'textBody'),
    ],
    ['of two plain texts', { textBody: [text, text], bodyValues }, bad('textBody')],
    ['of a plain text that is HTML', { textBody: [{ ...text, type: 'text/html' }], bodyValues }, bad('textBody')],
    ['of a text that is not given', { textBody: [{ ...text, partId: 'x' }], bodyValues }, bad('textBody/partId')],
    ['of a text in a charset', { textBody: [{ ...text, charset: 'latin1' }], bodyValues }, bad('textBody/charset')],
    [
      'of a text and a file in one',
      { textBody: [{ ...text, blobId: 'x' }], bodyValues },
      bad('textBody/partId', 'textBody/blobId'),
    ],
    [
      'of a text that was cut',
      { textBody: [text], bodyValues: { t: { value: 'x', isTruncated: true } } },
      bad('bodyValues'),
    ],
    [
      'of a text that was misread',
      { textBody: [text], bodyValues: { t: { value: 'x', isEncodingProblem: true } } },
      bad('bodyValues'),
    ],
    ['of files that are not', { attachments: [{ blobId: 'U1' }, { blobId: 'x' }] }, 'blobNotFound'],
    [
      'with a part that says how it is sent',
      { bodyStructure: { ...text, 'header:Content-Transfer-Encoding': ' 8bit' }, bodyValues },
      bad('bodyStructure/header:Content-Transfer-Encoding'),
    ],
    [
      'with a part that says its type twice',
      { bodyStructure: { ...text, 'header:Content-Type': ' text/html' }, bodyValues },
      bad('bodyStructure/header:Content-Type'),
    ],
    [
      'with all fields of a part',
      { bodyStructure: { ...text, headers: [] }, bodyValues },
      bad('bodyStructure/headers'),
    ],
  ];
  for (const [about, properties, outcome] of tried) {
    test(`${about}: ${typeof outcome === 'string' ? outcome : 'invalidProperties'}`, async () => {
      assert.deepEqual(await create(properties), outcome);
    });
  }

  test('names all the blobs that are missing', async () => {
    const attachments = [{ blobId: 'U1' }, { blobId: 'x' }, { blobId: 'U1' }];
    const { notCreated } = await program.call('Email/set', { create: { k: { ...inDrafts, attachments } } });
    assert.deepEqual(notCreated.k.notFound, ['U1', 'x']);
  });

  test('has its fields in all the forms that they were given in', async () => {
    const given: JsonObject = {
      messageId: ['a@b.example'],
      from: [{ name: 'Zoé "Z" Petit', email: 'zoe@cabinet.example' }],
      'header:To:asGroupedAddresses': [
        {
          name: 'Équipe, bloc',
          addresses: [
            { name: 'Un', email: 'un@a.example' },
            { name: null, email: 'deux@a.example' },
          ],
        },
        { name: null, addresses: [{ name: null, email: 'trois@a.example' }] },
        { name: 'Vide', addresses: [] },
      ],
      sentAt: '2026-01-01T02:00:00+02:00',
      'header:X-Raw': ' tel quel',
      'header:X-Raws:asRaw:all': [' un', ' deux'],
      'header:X-Text:asText': 'Été',
      'header:X-Date:asDate': '2026-01-01T00:00:00Z',
      'header:X-Links:asURLs': ['https://a.example/'],
      'header:X-Ids:asMessageIds': ['c@d.example', 'e@f.example'],
    };
    const { created } = await program.call('Email/set', { create: { k: { ...inDrafts, ...given } } });
    const found = await program.email(created.k.id, [...Object.keys(given), 'to']);
    assertHolds(found, given, 'fields');
    assert.deepEqual(
      found.to.map(({ email }: Answer) => email),
      ['un@a.example', 'deux@a.example', 'trois@a.example'],
    );
  });

  test('has the parts, and the fields of parts, that it was given', async () => {
    const { blobId } = await program.world.upload(program.person, program.account, '%PDF', 'application/pdf');
    const bodyStructure: JsonObject = {
      type: 'multipart/mixed',
      'header:X-Whole:asText': 'tout',
      subParts: [
        { type: 'text/html', partId: 'h', 'header:Content-Description:asText': 'Le corps' },
        {
          type: 'application/pdf',
          blobId,
          name: 'Résultat.pdf',
          disposition: 'attachment',
          'header:X-Part:asText': 'Été',
        },
      ],
    };
    const { created } = await program.call('Email/set', { create: { k: { ...inDrafts, bodyStructure, bodyValues } } });
    const bodyProperties = [
      'type',
      'name',
      'header:X-Whole:asText',
      'header:Content-Description:asText',
      'header:X-Part:asText',
    ];
    const found = await program.email(created.k.id, ['bodyStructure'], { bodyProperties });
    const expected: Json = {
      type: 'multipart/mixed',
      'header:X-Whole:asText': 'tout',
      subParts: [
        { type: 'text/html', 'header:Content-Description:asText': 'Le corps' },
        { type: 'application/pdf', name: 'Résultat.pdf', 'header:X-Part:asText': 'Été' },
      ],
    };
    assertHolds(found.bodyStructure, expected, 'parts');
  });

  test('goes into a mailbox that the same request makes, and is named by later calls', async () => {
    const responses = await program.run([
      ['Mailbox/set', { create: { m: { name: 'Dossier neuf' } } }],
      ['Email/set', { create: { e: { mailboxIds: { '#m': true }, subject: 'dedans' } } }],
      ['Email/set', { update: { '#e': { 'keywords/$flagged': true } } }],
      ['Email/get', { '#ids': { resultOf: 'c1', name: 'Email/set', path: '/created/*/id' }, properties: ['keywords'] }],
    ]);
    // A path over an object finds nothing: `*` is for lists (RFC 8620 §3.7).
    assert.equal(responses[3][1].type, 'invalidResultReference');
    const { id } = responses[1][1].created.e;
    assert.deepEqual(responses[2][1].updated, { [id]: null });
    assertHolds(
      await program.email(id, ['keywords', 'mailboxIds']),
      { keywords: { $flagged: true }, mailboxIds: { [responses[0][1].created.m.id]: true } },
      'email',
    );
  });
});

describe('a change of an email (RFC 8621 §4.6)', () => {
  const tried: readonly (readonly [JsonObject, Json, string[], string[]])[] = [
    [{ 'keywords/$seen': true }, 'done', ['$seen'], ['inbox']],
    [{ 'keywords/$seen': true, 'keywords/Suivi': true }, 'done', ['$seen', 'suivi'], ['inbox']],
    [{ 'keywords/$seen': null, 'keywords/never': null }, 'done', ['suivi'], ['inbox']],
    [{ keywords: { $flagged: true } }, 'done', ['$flagged'], ['inbox']],
    [{ keywords: null }, 'done', [], ['inbox']],
    [{ [`mailboxIds/${drafts}`]: true }, 'done', [], ['drafts', 'inbox']],
    [{ [`mailboxIds/${inbox}`]: null }, 'done', [], ['drafts']],
    [{ mailboxIds: { [inbox]: true } }, 'done', [], ['inbox']],
    [{ [`mailboxIds/${inbox}`]: null }, ['invalidProperties', 'mailboxIds'], [], ['inbox']],
    [{ mailboxIds: null }, ['invalidProperties', 'mailboxIds'], [], ['inbox']],
    [{ [`mailboxIds/${inbox}`]: false }, ['invalidProperties', 'mailboxIds'], [], ['inbox']],
    [{ 'mailboxIds/nowhere': true }, ['invalidProperties', 'mailboxIds'], [], ['inbox']],
    [{ keywords: { $seen: true }, 'keywords/$draft': true }, 'invalidPatch', [], ['inbox']],
    [{ subject: 'autre' }, ['invalidProperties', 'subject'], [], ['inbox']],
    [{ receivedAt: '2020-01-01T00:00:00Z' }, ['invalidProperties', 'receivedAt'], [], ['inbox']],
    [{ subject: 'Compte rendu', 'keywords/$seen': true }, 'done', ['$seen'], ['inbox']],
  ];

  test('is whole, or by patches of it, and what is refused changes nothing (RFC 8620 §5.3)', async () => {
    const id = await program.store(rawMessage());
    const names = new Map([
      [inbox, 'inbox'],
      [drafts, 'drafts'],
    ]);
    for (const [patch, outcome, keywords, places] of tried) {
      assert.deepEqual(await program.setOne('Email/set', { update: { [id]: patch } }), outcome, JSON.stringify(patch));
      const found = await program.email(id, ['keywords', 'mailboxIds']);
      const where = Object.keys(found.mailboxIds).map((each) => names.get(each) ?? each);
      assert.deepEqual([Object.keys(found.keywords).sort(), where.sort()], [keywords, places], JSON.stringify(patch));
    }
  });

  test('and a destruction in one call end in the destruction', async () => {
    const id = await program.store(rawMessage());
    const { state } = await program.call('Email/get', { ids: [] });
    const answer = await program.call('Email/set', {
      update: { [id]: { 'keywords/$seen': true } },
      destroy: [id, 'x'],
    });
    assertHolds(
      answer,
      {
        oldState: state,
        destroyed: [id],
        notUpdated: { [id]: { type: 'willDestroy' } },
        notDestroyed: { x: { type: 'notFound' } },
      },
      'set',
    );
    assert.deepEqual((await program.call('Email/get', { ids: [id] })).notFound, [id]);
    const changes = await program.call('Email/changes', { sinceState: state });
    assertHolds(
      changes,
      { oldState: state, newState: answer.newState, destroyed: [id], hasMoreChanges: false },
      'changes',
    );
  });
});

describe('Email/import (RFC 8621 §4.8)', () => {
  test('makes emails of what was uploaded, each for itself', async () => {
    const { blobId } = await program.world.upload(
      program.person,
      program.account,
      rawMessage({ Subject: 'Importé' }),
      'message/rfc822',
    );
    const { blobId: empty } = await program.world.upload(program.person, program.account, '\r\n', 'message/rfc822');
    const mailboxIds = { [inbox]: true };
    const receivedAt = '2020-02-03T04:05:06Z';
    const answer = await program.call('Email/import', {
      emails: {
        good: { blobId, mailboxIds, keywords: { $Seen: true }, receivedAt },
        missing: { blobId: 'nothing', mailboxIds },
        nowhere: { blobId, mailboxIds: {} },
        strange: { blobId, mailboxIds, subject: 'x' },
        empty: { blobId: empty, mailboxIds },
      },
    });
    assertHolds(
      answer.notCreated,
      {
        missing: { type: 'invalidProperties', properties: ['blobId'] },
        nowhere: { type: 'invalidProperties', properties: ['mailboxIds'] },
        strange: { type: 'invalidProperties', properties: ['subject'] },
        empty: { type: 'invalidEmail' },
      },
      'import',
    );
    const { id, size } = answer.created.good;
    assert.deepEqual(await program.email(id, ['subject', 'keywords', 'receivedAt', 'size']), {
      id,
      subject: 'Importé',
      keywords: { $seen: true },
      receivedAt,
      size,
    });
    assert.equal(await program.call('Email/import', {}), 'invalidArguments');
    assert.equal(await program.call('Email/import', { emails: {}, ifInState: 'x' }), 'stateMismatch');
  });
});

describe('Email/copy (RFC 8621 §4.7)', () => {
  test('copies between accounts of one person, and destroys the originals when asked', async () => {
    const other = await program.colleague();
    await program.world.lend(other.account, program.person, ['read', 'write']);
    const id = await other.store(rawMessage({ Subject: 'À copier' }));
    const fromAccountId = other.account.accountId;
    const copied = { id, mailboxIds: { [inbox]: true }, keywords: { $flagged: true } };
    const responses = await program.run([
      [
        'Email/copy',
        { fromAccountId, create: { c: copied, none: { ...copied, id: 'x' } }, onSuccessDestroyOriginal: true },
      ],
    ]);
    const [[name, own], [implied, destroyed]] = responses as [[string, Answer], [string, Answer]];
    assert.deepEqual([name, implied], ['Email/copy', 'Email/set']);
    assertHolds(own, { fromAccountId, notCreated: { none: { type: 'notFound' } } }, 'copy');
    assertHolds(destroyed, { accountId: fromAccountId, destroyed: [id] }, 'set');
    assertHolds(
      await program.email(own.created.c.id, ['subject', 'keywords']),
      { subject: 'À copier', keywords: { $flagged: true } },
      'email',
    );
    assert.equal(await program.call('Email/copy', { fromAccountId: 'x', create: {} }), 'fromAccountNotFound');
    const own_ = program.account.accountId;
    assert.equal(await program.call('Email/copy', { fromAccountId: own_, create: {} }), 'invalidArguments');
  });
});
