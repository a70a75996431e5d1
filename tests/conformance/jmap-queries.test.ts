/** Queries over emails as programs ask them: every filter, order and window, threads, and what changed since, over HTTP. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Json, JsonObject } from '../../src/ends/httpd/jmap/method.ts';
import { rawMessage } from '../../testkit/mail-store.ts';
import { type Answer, JmapProgram } from './client.ts';

const program = await JmapProgram.open({ after });
const [inbox, archive, trash] = [
  await program.mailbox('inbox'),
  await program.mailbox('archive'),
  await program.mailbox('trash'),
];

/** By letter, in the order in which they came: a day apart. */
const ids = new Map<string, string>();
const letterOf = new Map<string, string>();
const dayOf = (letter: string): string => `2026-01-0${'abcdef'.indexOf(letter) + 1}T00:00:00Z`;

interface Wanted {
  readonly fields: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly mailboxIds?: readonly string[];
  readonly keywords?: readonly string[];
}

const wanted: Readonly<Record<string, Wanted>> = {
  a: {
    fields: {
      Subject: 'Bilan sanguin',
      From: 'Dr Paul Durand <paul@labo.example>',
      'Message-ID': '<a@x>',
      Cc: 'zoe@x.example',
    },
    keywords: ['$seen'],
  },
  b: {
    fields: { Subject: 'Radio du genou', From: 'zoe@radio.example', 'Message-ID': '<b@x>' },
    body: 'Fracture '.repeat(500),
    mailboxIds: [archive],
  },
  c: {
    fields: {
      Subject: 'Re: Bilan sanguin',
      From: 'Anne <anne@x.example>',
      'Message-ID': '<c@x>',
      'In-Reply-To': '<a@x>',
    },
    body: 'Hémoglobine normale\r\n',
    keywords: ['$flagged', 'urgent'],
  },
  d: {
    fields: {
      Subject: 'Ordonnance',
      To: 'luc@y.example',
      Bcc: 'cache@y.example',
      'Message-ID': '<d@x>',
      'X-Motif': 'Renouvellement',
    },
    mailboxIds: [inbox, archive],
    keywords: ['$seen', '$answered'],
  },
  e: {
    fields: { Subject: 'Compte rendu', 'Message-ID': '<e@x>', 'Content-Type': 'multipart/mixed; boundary=m' },
    body: '--m\r\n\r\nVoir le fichier\r\n--m\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n--m--\r\n',
  },
  f: { fields: { Subject: 'Tr: Bilan sanguin', 'Message-ID': '<f@x>', References: '<a@x>' }, mailboxIds: [trash] },
};

for (const [letter, { fields, body, mailboxIds = [inbox], keywords = [] }] of Object.entries(wanted)) {
  const { blobId } = await program.world.upload(
    program.person,
    program.account,
    rawMessage(fields, body),
    'message/rfc822',
  );
  const asSet = (names: readonly string[]): JsonObject => Object.fromEntries(names.map((name) => [name, true]));
  const email = { blobId, mailboxIds: asSet(mailboxIds), keywords: asSet(keywords), receivedAt: dayOf(letter) };
  const { created, notCreated } = await program.call('Email/import', { emails: { k: email } });
  assert.equal(notCreated, null, JSON.stringify(notCreated));
  ids.set(letter, created.k.id);
  letterOf.set(created.k.id, letter);
}
while ((await program.world.mail.indexAccount(program.account)) === 'more');

const lettersOf = (found: readonly string[]): string => found.map((id) => letterOf.get(id) ?? '?').join('');
const query = async (args: JsonObject): Promise<Answer> => {
  const answer = await program.call('Email/query', args);
  return typeof answer === 'string' ? answer : lettersOf(answer.ids);
};

const { size } = await program.email(ids.get('b') ?? '', ['size']);

describe('a filter of emails (RFC 8621 §4.4.1)', () => {
  const found: readonly (readonly [JsonObject | null, string])[] = [
    [null, 'fedcba'],
    [{}, 'fedcba'],
    [{ inMailbox: archive }, 'db'],
    [{ inMailbox: 'nowhere' }, ''],
    [{ inMailboxOtherThan: [inbox] }, 'fdb'],
    [{ inMailboxOtherThan: [inbox, archive, trash] }, ''],
    [{ inMailboxOtherThan: [] }, 'fedcba'],
    [{ before: dayOf('c') }, 'ba'],
    [{ after: dayOf('c') }, 'fedc'],
    [{ after: dayOf('c'), before: dayOf('e') }, 'dc'],
    [{ minSize: size }, 'b'],
    [{ maxSize: size }, 'fedca'],
    [{ hasAttachment: true }, 'e'],
    [{ hasAttachment: false }, 'fdcba'],
    [{ hasKeyword: '$seen' }, 'da'],
    [{ hasKeyword: 'URGENT' }, 'c'],
    [{ notKeyword: '$seen' }, 'fecb'],
    [{ allInThreadHaveKeyword: '$answered' }, 'd'],
    [{ someInThreadHaveKeyword: '$flagged' }, 'fca'],
    [{ noneInThreadHaveKeyword: '$flagged' }, 'edb'],
    [{ text: 'bilan' }, 'fca'],
    [{ text: 'BILAN hémoglobine' }, 'c'],
    [{ subject: 'bilan' }, 'fca'],
    [{ body: 'hemoglobine' }, 'c'],
    [{ from: 'zoe' }, 'b'],
    [{ from: 'labo.example' }, 'a'],
    [{ cc: 'zoe' }, 'a'],
    [{ to: 'luc' }, 'd'],
    [{ bcc: 'cache' }, 'd'],
    [{ header: ['X-Motif'] }, 'd'],
    [{ header: ['x-motif', 'renou'] }, 'd'],
    [{ header: ['X-Motif', 'autre'] }, ''],
    [{ header: ['In-Reply-To'], inMailbox: inbox }, 'c'],
    [{ operator: 'AND', conditions: [{ inMailbox: inbox }, { hasKeyword: '$seen' }] }, 'da'],
    [{ operator: 'OR', conditions: [{ hasKeyword: '$flagged' }, { from: 'zoe' }] }, 'cb'],
    [{ operator: 'NOT', conditions: [{ inMailbox: inbox }, { inMailbox: trash }] }, 'b'],
    [
      {
        operator: 'AND',
        conditions: [{ operator: 'NOT', conditions: [{ hasKeyword: '$seen' }] }, { inMailbox: inbox }],
      },
      'ec',
    ],
    [{ operator: 'AND', conditions: [] }, 'fedcba'],
    [{ operator: 'OR', conditions: [] }, ''],
    [{ operator: 'NOT', conditions: [] }, 'fedcba'],
  ];
  for (const [filter, letters] of found) {
    test(`${JSON.stringify(filter)?.replaceAll(inbox, 'inbox').replaceAll(archive, 'archive').replaceAll(trash, 'trash')} finds ${letters === '' ? 'none' : letters}`, async () => {
      assert.equal(await query({ filter: filter as Json }), letters);
      // The same in every other way of asking.
      const total = await program.call('Email/query', { filter: filter as Json, calculateTotal: true, limit: 0 });
      assert.deepEqual([total.total, total.ids], [letters.length, []]);
    });
  }
});

describe('an order of emails (RFC 8621 §4.4.2)', () => {
  const by = (property: string, isAscending = true, keyword?: string): JsonObject => ({
    property,
    isAscending,
    ...(keyword === undefined ? {} : { keyword }),
  });
  const newest = by('receivedAt', false);
  const orders: readonly (readonly [readonly JsonObject[], string])[] = [
    [[by('receivedAt')], 'abcdef'],
    [[newest], 'fedcba'],
    [[by('subject'), newest], 'fcaedb'],
    [[by('subject', false), by('receivedAt')], 'bdeacf'],
    [[by('from'), newest], 'cfedab'],
    [[by('hasKeyword', false, '$seen'), newest], 'dafecb'],
    [[by('hasKeyword', true, 'urgent'), newest], 'fedbac'],
    [[by('someInThreadHaveKeyword', false, '$flagged'), newest], 'fcaedb'],
    [[by('allInThreadHaveKeyword', false, '$answered'), by('receivedAt')], 'dabcef'],
  ];
  for (const [sort, letters] of orders) {
    test(`by ${sort.map(({ property }) => String(property)).join(', ')} is ${letters}`, async () => {
      assert.equal(await query({ sort }), letters);
      assert.equal(await query({ sort, position: 2, limit: 3 }), letters.slice(2, 5));
      assert.equal(
        await query({ sort, anchor: ids.get(letters[3] ?? '') ?? '', anchorOffset: -1, limit: 2 }),
        letters.slice(2, 4),
      );
    });
  }

  test('by size puts the largest last', async () => {
    assert.equal((await query({ sort: [by('size')] })).at(-1), 'b');
  });
});

describe('a window over results (RFC 8620 §5.5)', () => {
  const windows: readonly (readonly [JsonObject, string, number])[] = [
    [{ position: 0, limit: 2 }, 'fe', 0],
    [{ position: 4 }, 'ba', 4],
    [{ position: 9 }, '', 9],
    [{ position: -2 }, 'ba', 4],
    [{ position: -9, limit: 1 }, 'f', 0],
    [{ anchor: 'c', limit: 2 }, 'cb', 3],
    [{ anchor: 'c', anchorOffset: 1, limit: 2 }, 'ba', 4],
    [{ anchor: 'c', anchorOffset: -2, limit: 2 }, 'ed', 1],
    [{ anchor: 'c', anchorOffset: -9, limit: 2 }, 'fe', 0],
    [{ anchor: 'c', position: 5, limit: 1 }, 'c', 3],
    [{ anchor: 'a', anchorOffset: 5 }, '', 10],
    [{ limit: 0 }, '', 0],
  ];
  for (const [window, letters, position] of windows) {
    test(`${JSON.stringify(window)} shows ${letters === '' ? 'none' : letters}`, async () => {
      const anchor = typeof window['anchor'] === 'string' ? { anchor: ids.get(window['anchor']) ?? '' } : {};
      const answer = await program.call('Email/query', { ...window, ...anchor, calculateTotal: true });
      assert.deepEqual([lettersOf(answer.ids), answer.position, answer.total], [letters, position, 6]);
    });
  }

  test('an anchor outside the results is found nowhere', async () => {
    const answer = await program.call('Email/query', { filter: { inMailbox: inbox }, anchor: ids.get('b') ?? '' });
    assert.equal(answer, 'anchorNotFound');
  });
});

describe('threads (RFC 8621 §3)', () => {
  test('hold their emails, the oldest first, and show the first of a query alone', async () => {
    const { threadId } = await program.email(ids.get('c') ?? '', ['threadId']);
    const { list, notFound } = await program.call('Thread/get', { ids: [threadId, 'x'] });
    assert.deepEqual([lettersOf(list[0].emailIds), notFound], ['acf', ['x']]);
    const collapsed = async (args: JsonObject): Promise<string> => query({ collapseThreads: true, ...args });
    assert.equal(await collapsed({}), 'fedb');
    assert.equal(await collapsed({ sort: [{ property: 'receivedAt' }] }), 'abde');
    assert.equal(await collapsed({ filter: { inMailbox: inbox } }), 'edc');
    assert.equal(await collapsed({ filter: { inMailbox: inbox }, sort: [{ property: 'subject' }] }), 'ced');
    assert.equal(await collapsed({ position: -1 }), 'b');
    assert.equal(await collapsed({ anchor: ids.get('d') ?? '', limit: 1 }), 'd');
    assert.equal(
      await program.call('Email/query', { collapseThreads: true, anchor: ids.get('a') ?? '' }),
      'anchorNotFound',
    );
    const { total } = await program.call('Email/query', { collapseThreads: true, calculateTotal: true, limit: 1 });
    assert.equal(total, 4);
  });
});

describe('what changed since (RFC 8620 §5.2, §5.6)', () => {
  test('leads from an old state to the new one, in pages as small as they are asked', async () => {
    const filter = { inMailbox: inbox };
    const before = await program.call('Email/query', { filter });
    assert.equal(before.canCalculateChanges, true);
    const { state } = await program.call('Email/get', { ids: [] });
    const g = await program.store(rawMessage());
    letterOf.set(g, 'g');
    await program.call('Email/set', {
      update: {
        [ids.get('c') ?? '']: { mailboxIds: { [archive]: true } },
        [ids.get('e') ?? '']: { 'keywords/$seen': true },
      },
    });
    await program.call('Email/set', { destroy: [ids.get('f') ?? ''] });
    const changes = await program.call('Email/queryChanges', {
      filter,
      sinceQueryState: before.queryState,
      calculateTotal: true,
    });
    const list: string[] = before.ids.filter((id: string) => !changes.removed.includes(id));
    for (const { id, index } of changes.added) list.splice(index, 0, id);
    assert.equal(lettersOf(list), 'geda');
    assert.equal(changes.total, 4);
    assert.equal(await query({ filter }), 'geda');
    const seen = { created: '', updated: '', destroyed: '' };
    let sinceState: string = state;
    for (let hasMore = true; hasMore; ) {
      const page = await program.call('Email/changes', { sinceState, maxChanges: 1 });
      assert.equal(page.created.length + page.updated.length + page.destroyed.length, 1);
      for (const kind of ['created', 'updated', 'destroyed'] as const) seen[kind] += lettersOf(page[kind]);
      [sinceState, hasMore] = [page.newState, page.hasMoreChanges];
    }
    assert.deepEqual(seen, { created: 'g', updated: 'ce', destroyed: 'f' });
    assert.equal((await program.call('Email/get', { ids: [] })).state, sinceState);
    assert.equal(
      await program.call('Email/queryChanges', { filter, sinceQueryState: before.queryState, maxChanges: 1 }),
      'tooManyChanges',
    );
    assert.equal(
      await program.call('Email/queryChanges', { filter: { text: 'x' }, sinceQueryState: before.queryState }),
      'cannotCalculateChanges',
    );
  });
});

describe('SearchSnippet/get (RFC 8621 §5.1)', () => {
  test('marks what a search found', async () => {
    const responses = await program.run([
      ['Email/query', { filter: { text: 'bilan' } }],
      [
        'SearchSnippet/get',
        { filter: { text: 'bilan' }, '#emailIds': { resultOf: 'c0', name: 'Email/query', path: '/ids' } },
      ],
    ]);
    const subjects = responses[1][1].list.map(({ subject }: Answer) => subject);
    assert.deepEqual(subjects, ['Re: <mark>Bilan</mark> sanguin', '<mark>Bilan</mark> sanguin']);
  });
});
