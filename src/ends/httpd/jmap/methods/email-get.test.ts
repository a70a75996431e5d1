import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { JmapCaller } from '../../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { newId } from '../../../../base/ids.ts';

const corpus = path.resolve(import.meta.dirname, '../../../../../../shared/data/mail');

const mixed = [
  'From: =?UTF-8?Q?Zo=C3=A9?= <zoe@example.com>, Bob <bob@example.com>',
  'To: Team: anne@example.com, "Martin, Luc" <luc@example.com>;, solo@example.com',
  'Subject: =?UTF-8?Q?Caf=C3=A9?=',
  'Date: Sun, 22 Nov 2026 11:00:00 +0100',
  'Message-ID: <one@example.com>',
  'References: <a@x> <b@x>',
  'List-Unsubscribe: <mailto:off@example.com>, <https://example.com/off>',
  'X-Twice: first',
  'X-Twice: second',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=m',
  '',
  '--m',
  'Content-Type: multipart/alternative; boundary=a',
  '',
  '--a',
  'Content-Type: text/plain; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  'X-Part: yes',
  '',
  'Texte =E9crit',
  '--a',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Texte <b>gras</b></p>',
  '--a--',
  '--m',
  'Content-Type: application/pdf; name=bilan.pdf',
  'Content-Disposition: attachment; filename=bilan.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  'JVBERi0=',
  '--m--',
  '',
].join('\r\n');

describe('Email/get', () => {
  test('shows the properties asked for and the id, and opens only for what stands inside (RFC 8621 §4.1, RFC 8620 §5.1 and §1.4)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { emailId } = await jmap.store.store(jmap.account, rawMessage());
    const opened = async () => {
      const events = await jmap.store.audit.list(jmap.store.db, { tenantId: jmap.tenantId, limit: 100 });
      return events.filter((event) => event.kind === 'email.opened').length;
    };
    const properties = ['threadId', 'mailboxIds', 'keywords', 'receivedAt', 'size', 'blobId', 'hasAttachment'];
    const closed = await jmap.call('Email/get', { ids: [emailId, emailId, 'nobody', newId()], properties });
    assert.deepEqual(Object.keys(closed.list[0]).sort(), ['id', ...properties].sort());
    assert.equal(closed.list[0].receivedAt, '2026-11-22T10:00:00Z');
    assert.equal(closed.notFound.length, 2);
    assert.equal(await opened(), 0);
    const shown = await jmap.call('Email/get', { ids: [emailId], properties: ['subject'] });
    assert.deepEqual(shown.list, [{ id: emailId, subject: 'Compte rendu' }]);
    await jmap.call('Email/get', { ids: [emailId], fetchAllBodyValues: true });
    assert.equal(await opened(), 1);
    assert.deepEqual((await jmap.call('Email/get', { ids: [] })).list, []);
  });

  test('reads header fields in every form (RFC 8621 §4.1.2, §4.1.2.2, §4.1.2.4 and §4.1.3)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { emailId } = await jmap.store.store(jmap.account, mixed);
    const zoe = { name: 'Zoé', email: 'zoe@example.com' };
    const bob = { name: 'Bob', email: 'bob@example.com' };
    const expected = {
      'header:Subject': ' =?UTF-8?Q?Caf=C3=A9?=',
      'header:subject:asText': 'Café',
      'header:From:asAddresses': [zoe, bob],
      'header:From:asAddresses:all': [[zoe, bob]],
      'header:To:asGroupedAddresses': [
        {
          name: 'Team',
          addresses: [
            { name: null, email: 'anne@example.com' },
            { name: 'Martin, Luc', email: 'luc@example.com' },
          ],
        },
        { name: null, addresses: [{ name: null, email: 'solo@example.com' }] },
      ],
      'header:References:asMessageIds': ['a@x', 'b@x'],
      'header:Date:asDate': '2026-11-22T11:00:00+01:00',
      'header:List-Unsubscribe:asURLs': ['mailto:off@example.com', 'https://example.com/off'],
      'header:X-Twice:asText': 'second',
      'header:X-Twice:asText:all': ['first', 'second'],
      'header:X-None:asText': null,
      'header:X-None:all': [],
      messageId: ['one@example.com'],
      sentAt: '2026-11-22T11:00:00+01:00',
      inReplyTo: null,
      from: [zoe, bob],
    };
    const { list } = await jmap.call('Email/get', { ids: [emailId], properties: Object.keys(expected) });
    assert.deepEqual(list, [{ ...expected, id: emailId }]);
    const refused = [
      ...['header:', 'header:A B', 'header:From:asText', 'header:Subject:asDate', 'header:Subject:asNone'],
      ...['header:Date:asDate:some', 'header:Received:asText', 'nothing', 'Subject'],
    ];
    for (const property of refused) {
      assert.equal(await jmap.error('Email/get', { ids: [emailId], properties: [property] }), 'invalidArguments');
    }
  });

  test('shows bodies, their texts within a bound, and the headers of parts (RFC 8621 §4.1.4, §4.2)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { emailId } = await jmap.store.store(jmap.account, mixed);
    const { list } = await jmap.call('Email/get', { ids: [emailId], fetchTextBodyValues: true });
    const [email] = list;
    assert.equal(email.textBody.length, 1);
    const [text] = email.textBody;
    assert.deepEqual([text.type, text.charset, text.partId], ['text/plain', 'iso-8859-1', '1.1']);
    assert.equal(text.blobId, `E${emailId}-1_1`);
    assert.equal(email.htmlBody[0].type, 'text/html');
    assert.deepEqual([email.attachments[0].name, email.attachments[0].size], ['bilan.pdf', 5]);
    const value = { value: 'Texte écrit', isEncodingProblem: false, isTruncated: false };
    assert.deepEqual(email.bodyValues, { '1.1': value });
    const more = await jmap.call('Email/get', {
      ids: [emailId],
      properties: ['bodyStructure', 'bodyValues'],
      bodyProperties: ['type', 'partId', 'header:X-Part:asText'],
      fetchAllBodyValues: true,
      maxBodyValueBytes: 7,
    });
    const structure = more.list[0].bodyStructure;
    assert.deepEqual([structure.type, structure.partId, structure.subParts.length], ['multipart/mixed', null, 2]);
    assert.equal(structure.subParts[0].subParts[0]['header:X-Part:asText'], 'yes');
    assert.equal(structure.subParts[1].subParts, null);
    const values = Object.values(more.list[0].bodyValues);
    assert.deepEqual(values, [
      { value: 'Texte ', isEncodingProblem: false, isTruncated: true },
      { value: '<p>Text', isEncodingProblem: false, isTruncated: true },
    ]);
  });

  test('opens as many emails as the session says, and no more (RFC 8620 §5.1)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const ids = Array.from({ length: jmapLimits.objectsInGet }, () => newId());
    assert.equal((await jmap.call('Email/get', { ids })).notFound.length, ids.length);
    assert.equal(await jmap.error('Email/get', { ids: [...ids, newId()] }), 'requestTooLarge');
    assert.deepEqual((await jmap.call('Email/get', { ids: null })).list, []);
  });

  test('renders every message of the corpora', async (t) => {
    if (!existsSync(corpus)) return t.skip('the mail corpora are not here');
    const jmap = await JmapCaller.open(t);
    const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => /\.(eml|msg)$/.test(name));
    for (const file of files) await jmap.store.store(jmap.account, readFileSync(path.join(corpus, file)));
    const { list } = await jmap.call('Email/get', {
      ids: null,
      properties: ['headers', 'bodyStructure', 'textBody', 'htmlBody', 'attachments', 'bodyValues', 'preview', 'from'],
      bodyProperties: ['partId', 'blobId', 'size', 'type', 'charset', 'headers', 'subParts', 'name', 'language'],
      fetchAllBodyValues: true,
    });
    assert.equal(list.length, files.length);
    for (const email of list) {
      assert.ok(email.headers.length > 0);
      for (const part of [...email.textBody, ...email.htmlBody].filter((each) => each.type.startsWith('text/'))) {
        assert.equal(typeof email.bodyValues[part.partId].value, 'string');
      }
    }
  });
});

describe('Email/changes (RFC 8621 §4.3)', () => {
  test('tells what came, changed and went, by pages (RFC 8620 §5.2)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const { state } = await jmap.call('Email/get', { ids: [] });
    const first = await jmap.store.store(jmap.account, rawMessage());
    const second = await jmap.store.store(jmap.account, rawMessage());
    const page = await jmap.call('Email/changes', { sinceState: state, maxChanges: 1 });
    assert.deepEqual([page.oldState, page.hasMoreChanges, page.created], [state, true, [first.emailId]]);
    const rest = await jmap.call('Email/changes', { sinceState: page.newState });
    assert.deepEqual([rest.hasMoreChanges, rest.created], [false, [second.emailId]]);
    assert.equal(rest.newState, (await jmap.call('Email/get', { ids: [] })).state);
    for (const sinceState of ['', 'x', '-1', '999999', '1.5']) {
      assert.equal(await jmap.error('Email/changes', { sinceState }), 'cannotCalculateChanges');
    }
    assert.equal(await jmap.error('Email/changes', { sinceState: state, maxChanges: 0 }), 'invalidArguments');
    assert.equal(await jmap.error('Email/changes', {}), 'invalidArguments');
  });
});
