/** Emails in every form that a program may ask for, over HTTP. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Json, JsonObject } from '../../src/ends/httpd/jmap/method.ts';
import { assertHolds, JmapProgram } from './client.ts';
import { everyForm } from './message.ts';

const program = await JmapProgram.open({ after });
const id = await program.store(everyForm);
const one = (email: string, name: string | null = null) => ({ name, email });

describe('a header field of an email', () => {
  const forms: readonly (readonly [string, Json])[] = [
    ['header:From', ' =?utf-8?Q?Dr_=C3=89mile_Zola?= <emile@hopital.example>'],
    ['header:from:asRaw', ' =?utf-8?Q?Dr_=C3=89mile_Zola?= <emile@hopital.example>'],
    ['header:From:asAddresses', [one('emile@hopital.example', 'Dr Émile Zola')]],
    ['header:Cc:asAddresses', [one('cinq@c.example', 'Cinq, le')]],
    ['header:Cc:asAddresses:all', [[one('quatre@c.example')], [one('cinq@c.example', 'Cinq, le')]]],
    ['header:To:asAddresses', [one('un@a.example'), one('deux@a.example', 'Deux'), one('trois@b.example')]],
    [
      'header:To:asGroupedAddresses',
      [
        { name: 'Equipe: A', addresses: [one('un@a.example'), one('deux@a.example', 'Deux')] },
        { name: null, addresses: [one('trois@b.example')] },
        { name: 'Vide', addresses: [] },
      ],
    ],
    [
      'header:X-List:asGroupedAddresses:all',
      [
        [
          { name: 'A', addresses: [one('a@x.example')] },
          { name: null, addresses: [one('b@x.example')] },
        ],
        [{ name: null, addresses: [one('c@x.example')] }],
      ],
    ],
    ['header:Subject:asText', 'Échographie du jour  suite'],
    ['header:Subject:asRaw', ' =?utf-8?B?w4ljaG9ncmFwaGll?= =?utf-8?Q?_du_jour?=\r\n  suite'],
    ['header:Message-ID:asMessageIds', ['m1@hopital.example']],
    ['header:References:asMessageIds', ['r0@hopital.example', 'm0@hopital.example']],
    ['header:Date:asDate', '2026-11-22T11:00:00+01:00'],
    ['header:X-Date:asDate', '2026-11-22T11:00:00-03:30'],
    ['header:X-Twice:asDate', null],
    ['header:List-Post:asURLs', ['mailto:liste@a.example']],
    ['header:X-Links:asURLs:all', [['https://a.example/x', 'mailto:list@a.example']]],
    ['header:X-Twice', ' deux'],
    ['header:X-Twice:all', [' un', ' deux']],
    ['header:X-Twice:asText:all', ['un', 'deux']],
    ['header:X-None', null],
    ['header:X-None:asAddresses', null],
    ['header:X-None:all', []],
    ['header:X-None:asAddresses:all', []],
    ['messageId', ['m1@hopital.example']],
    ['inReplyTo', ['m0@hopital.example']],
    ['references', ['r0@hopital.example', 'm0@hopital.example']],
    ['sender', [one('secretariat@hopital.example')]],
    ['replyTo', [one('retour@hopital.example')]],
    ['cc', [one('cinq@c.example', 'Cinq, le')]],
    ['bcc', null],
    ['subject', 'Échographie du jour  suite'],
    ['sentAt', '2026-11-22T11:00:00+01:00'],
  ];
  for (const [property, value] of forms) {
    test(`is shown as ${property} (RFC 8621 §4.1.2, §4.1.3)`, async () => {
      assert.deepEqual(await program.email(id, [property]), { id, [property]: value });
    });
  }

  const refused = [
    ...['header:From:asText', 'header:Subject:asAddresses', 'header:Received:asDate', 'header:Message-ID:asURLs'],
    ...[
      'header:X-A:asNothing',
      'header:X-A:all:asText',
      'header:',
      'header::asText',
      'header:X A',
      'Subject',
      'toString',
    ],
  ];
  test('is refused in a form that it does not have (RFC 8621 §4.1.2)', async () => {
    for (const property of refused) {
      assert.equal(await program.email(id, [property]), 'invalidArguments', property);
    }
  });

  test('stands among all of them in the order of the message', async () => {
    const { headers } = await program.email(id, ['headers']);
    assert.deepEqual(
      headers.slice(0, 4).map(({ name }: { name: string }) => name),
      ['Received', 'Received', 'From', 'Sender'],
    );
    assert.deepEqual(headers.at(-1), { name: 'Content-Type', value: ' multipart/mixed; boundary=m' });
  });
});

describe('the parts of an email (RFC 8621 §4.1.4)', () => {
  const leaf = (partId: string, type: string, more: JsonObject = {}): JsonObject => ({ partId, type, ...more });

  test('are the tree of the message', async () => {
    const { bodyStructure } = await program.email(id, ['bodyStructure']);
    const multipart = { partId: null, blobId: null };
    const expected: Json = {
      ...multipart,
      type: 'multipart/mixed',
      subParts: [
        {
          ...multipart,
          type: 'multipart/alternative',
          subParts: [
            leaf('1.1', 'text/plain', { charset: 'utf-8', size: 23, subParts: null }),
            {
              ...multipart,
              type: 'multipart/related',
              subParts: [
                leaf('1.2.1', 'text/html'),
                leaf('1.2.2', 'image/png', { cid: 'logo@x', disposition: 'inline' }),
              ],
            },
          ],
        },
        leaf('2', 'application/pdf', { name: 'Résultat.pdf', charset: null, disposition: 'attachment' }),
        leaf('3', 'message/rfc822', { name: null }),
        leaf('4', 'text/x-unknown', { charset: 'x-nothing' }),
      ],
    };
    assertHolds(bodyStructure, expected, 'bodyStructure');
  });

  test('are told apart as texts to read and as files', async () => {
    const properties = ['textBody', 'htmlBody', 'attachments', 'hasAttachment', 'preview'];
    const found = await program.email(id, properties, { bodyProperties: ['partId', 'name', 'language', 'location'] });
    assert.deepEqual(found, {
      id,
      textBody: [{ partId: '1.1', name: null, language: null, location: null }],
      htmlBody: [{ partId: '1.2.1', name: null, language: null, location: null }],
      attachments: [
        { partId: '1.2.2', name: 'logo.png', language: ['fr', 'en'], location: 'https://a.example/logo.png' },
        { partId: '2', name: 'Résultat.pdf', language: null, location: null },
        { partId: '3', name: null, language: null, location: null },
        { partId: '4', name: null, language: null, location: null },
      ],
      hasAttachment: true,
      preview: 'ééé bonjour ligne 2',
    });
  });

  test('show the fields of their own header', async () => {
    const bodyProperties = ['partId', 'header:X-Part:asText', 'header:Content-Type', 'header:X-None:all'];
    const { attachments } = await program.email(id, ['attachments'], { bodyProperties });
    assert.deepEqual(attachments[0], {
      partId: '1.2.2',
      'header:X-Part:asText': 'un',
      'header:Content-Type': ' image/png; name="logo.png"',
      'header:X-None:all': [],
    });
    assert.equal(await program.email(id, ['attachments'], { bodyProperties: ['nothing'] }), 'invalidArguments');
  });

  test('download by their blob, as the type that is asked for (RFC 8620 §6.2)', async () => {
    const { attachments } = await program.email(id, ['attachments']);
    const { accountId } = program.account;
    const path = `/jmap/download/${accountId}/${attachments[1].blobId}/a.pdf?type=application/x-other`;
    const response = await program.world.fetch(program.person, path);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/x-other']);
    assert.equal(await response.text(), '%PDF-1.7');
  });
});

describe('the texts of an email (RFC 8621 §4.2)', () => {
  const whole = { isTruncated: false, isEncodingProblem: false };
  const plain = { ...whole, value: 'ééé bonjour\nligne 2' };
  const html = { ...whole, value: '<p>été <b class="x">gras</b></p>' };
  const odd = { value: 'octets', isTruncated: false, isEncodingProblem: true };
  const asked: readonly (readonly [JsonObject, Json])[] = [
    [{}, {}],
    [{ fetchTextBodyValues: true }, { '1.1': plain }],
    [{ fetchHTMLBodyValues: true }, { '1.2.1': html }],
    [
      { fetchTextBodyValues: true, fetchHTMLBodyValues: true },
      { '1.1': plain, '1.2.1': html },
    ],
    [{ fetchAllBodyValues: true }, { '1.1': plain, '1.2.1': html, '4': odd }],
    [
      { fetchAllBodyValues: true, maxBodyValueBytes: 0 },
      { '1.1': plain, '1.2.1': html, '4': odd },
    ],
  ];
  for (const [args, expected] of asked) {
    test(`come by ${JSON.stringify(args)}`, async () => {
      assert.deepEqual((await program.email(id, ['bodyValues'], args)).bodyValues, expected);
    });
  }

  test('are cut between characters, and outside a tag', async () => {
    const cut = async (args: JsonObject) =>
      Object.values((await program.email(id, ['bodyValues'], args)).bodyValues)[0];
    const texts: readonly (readonly [number, string])[] = [
      [1, ''],
      [2, 'é'],
      [5, 'éé'],
      [6, 'ééé'],
      [21, 'ééé bonjour\nligne '],
    ];
    for (const [maxBodyValueBytes, value] of texts) {
      const found = await cut({ fetchTextBodyValues: true, maxBodyValueBytes });
      assert.deepEqual(found, { value, isTruncated: true, isEncodingProblem: false }, `${maxBodyValueBytes} octets`);
    }
    assert.deepEqual(await cut({ fetchTextBodyValues: true, maxBodyValueBytes: 22 }), plain);
    for (const maxBodyValueBytes of [10, 12, 20]) {
      const { value } = (await cut({ fetchHTMLBodyValues: true, maxBodyValueBytes })) as { value: string };
      assert.equal(value, '<p>été ', `${maxBodyValueBytes} octets`);
    }
    for (const maxBodyValueBytes of [-1, 1.5, '10']) {
      const answer = await program.email(id, ['bodyValues'], { maxBodyValueBytes });
      assert.equal(answer, 'invalidArguments');
    }
  });
});

describe('Email/parse (RFC 8621 §4.9)', () => {
  test('reads a message within an email, and one that was uploaded, and tells what is none', async () => {
    const { accountId } = program.account;
    const { blobId: uploaded } = await program.world.upload(
      program.person,
      program.account,
      everyForm,
      'message/rfc822',
    );
    const { blobId: noMessage } = await program.world.upload(program.person, program.account, '\r\nrien');
    const inside = `E${id}-3`;
    const blobIds = [inside, uploaded, noMessage, 'nobody'];
    const answer = await program.call('Email/parse', {
      blobIds,
      properties: ['subject', 'from', 'id', 'bodyValues', 'textBody'],
      fetchAllBodyValues: true,
    });
    assert.equal(answer.accountId, accountId);
    assertHolds(answer.parsed[inside], { subject: 'dedans', from: [one('x@y.example')], id: null }, 'inside');
    assert.equal(answer.parsed[uploaded].subject, 'Échographie du jour  suite');
    assert.deepEqual([answer.notParsable, answer.notFound], [[noMessage], ['nobody']]);
    assert.equal(await program.call('Email/parse', {}), 'invalidArguments');
  });
});
