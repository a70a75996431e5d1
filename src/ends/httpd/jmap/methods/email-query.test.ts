import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JmapCaller } from '../../../../../testkit/jmap-caller.ts';
import { rawMessage } from '../../../../../testkit/mail-store.ts';
import { mailLimits } from '../../../../base/domain-limits.ts';
import { jmapLimits } from '../../../../base/end-limits.ts';
import { newId } from '../../../../base/ids.ts';
import type { Json, JsonObject } from '../method.ts';

/** Four emails, oldest first; the third answers the first. */
async function openFour(t: Parameters<typeof JmapCaller.open>[0]) {
  const jmap = await JmapCaller.open(t);
  const ids: string[] = [];
  const texts: [Record<string, string>, string][] = [
    [{ Subject: 'Bilan sanguin', 'Message-ID': '<one@x>' }, 'Hémoglobine normale.\r\n'],
    [{ Subject: 'Radio', From: 'Dr Zoé Petit <zoe@labo.example>' }, `Fracture consolidée. ${'x'.repeat(3_000)}\r\n`],
    [{ Subject: 'Re: Bilan sanguin', 'In-Reply-To': '<one@x>' }, 'Merci du bilan.\r\n'],
    [{ Subject: 'Ordonnance <b>', To: 'luc@cabinet.example' }, 'À renouveler & signer <vite>.\r\n'],
  ];
  for (const [fields, body] of texts) {
    jmap.store.clock.advance(60_000);
    ids.push((await jmap.store.store(jmap.account, rawMessage(fields, body))).emailId);
  }
  await jmap.index();
  const [a = '', b = '', c = '', d = ''] = ids;
  const find = async (filter: Json, more: JsonObject = {}) => (await jmap.call('Email/query', { filter, ...more })).ids;
  return { jmap, ids: { a, b, c, d }, find };
}

describe('Email/query (RFC 8621 §4.4)', () => {
  test('filters by all that the store can answer (RFC 8621 §4.4.1)', async (t) => {
    const { jmap, ids, find } = await openFour(t);
    const { a, b, c, d } = ids;
    const inbox = await jmap.store.mailboxOf(jmap.account, 'inbox');
    const archive = await jmap.store.mailboxOf(jmap.account, 'archive');
    await jmap.call('Email/set', {
      update: {
        [a]: { 'keywords/$seen': true, 'keywords/Mon-Patient': true },
        [d]: { mailboxIds: { [archive]: true }, 'keywords/$label1': true },
      },
    });
    const { list } = await jmap.call('Email/get', { ids: [b], properties: ['receivedAt', 'size'] });
    const [{ receivedAt, size }] = list;
    const found: [Json, string[]][] = [
      [null, [d, c, b, a]],
      [{}, [d, c, b, a]],
      [{ inMailbox: inbox }, [c, b, a]],
      [{ inMailbox: newId() }, []],
      [{ inMailboxOtherThan: [inbox] }, [d]],
      [{ before: receivedAt }, [a]],
      [{ after: receivedAt }, [d, c, b]],
      [{ minSize: size }, [b]],
      [{ maxSize: size }, [d, c, a]],
      [{ hasAttachment: true }, []],
      [{ hasKeyword: '$seen' }, [a]],
      [{ notKeyword: '$Seen' }, [d, c, b]],
      [{ hasKeyword: 'mon-patient' }, [a]],
      [{ notKeyword: 'mon-patient' }, [d, c, b]],
      [{ hasKeyword: '$label1' }, [d]],
      [{ someInThreadHaveKeyword: '$seen' }, [c, a]],
      [{ allInThreadHaveKeyword: '$seen' }, []],
      [{ noneInThreadHaveKeyword: '$seen' }, [d, b]],
      [{ text: 'bilan' }, [c, a]],
      [{ subject: 'bilan' }, [c, a]],
      [{ body: 'bilan' }, [c]],
      [{ from: 'zoe' }, [b]],
      [{ to: 'luc' }, [d]],
      [{ text: 'hemoglobine', inMailbox: inbox }, [a]],
      [{ operator: 'OR', conditions: [{ from: 'zoe' }, { hasKeyword: '$seen' }] }, [b, a]],
      [{ operator: 'AND', conditions: [{ inMailbox: inbox }, { maxSize: size }] }, [c, a]],
      [{ operator: 'NOT', conditions: [{ from: 'zoe' }, { hasKeyword: '$seen' }] }, [d, c]],
      [{ operator: 'OR', conditions: [] }, []],
      [{ operator: 'OR', conditions: [{ hasKeyword: 'mon-patient' }, { hasKeyword: 'un-autre' }] }, [a]],
      [{ hasKeyword: 'constructor' }, []],
      [{ inMailboxOtherThan: Array(mailLimits.mailboxes).fill(inbox) }, [d]],
      [{ header: ['in-reply-to'] }, [c]],
      [{ header: ['SUBJECT', 'BILAN'] }, [c, a]],
      [{ header: ['Subject', ''] }, [d, c, b, a]],
      [{ header: ['From', 'zoe@labo'], inMailbox: inbox }, [b]],
      [{ operator: 'NOT', conditions: [{ header: ['Subject', 'bilan'] }] }, [d, b]],
      [{ operator: 'OR', conditions: [{ header: ['To', 'luc@'] }, { from: 'zoe' }] }, [d, b]],
    ];
    for (const [filter, expected] of found) assert.deepEqual(await find(filter), expected, JSON.stringify(filter));
  });

  test('says why a filter is refused (RFC 8621 §4.4.1)', async (t) => {
    const { jmap } = await openFour(t);
    const inbox = await jmap.store.mailboxOf(jmap.account, 'inbox');
    const refused: [Json, string][] = [
      [{ header: [] }, 'invalidArguments'],
      [{ header: ['Subject', 'a', 'b'] }, 'invalidArguments'],
      [{ header: ['not a name'] }, 'invalidArguments'],
      [{ color: 'red' }, 'unsupportedFilter'],
      [{ inMailboxOtherThan: Array(mailLimits.mailboxes + 1).fill(inbox) }, 'unsupportedFilter'],
      [{ before: 'yesterday' }, 'invalidArguments'],
      [{ minSize: -1 }, 'invalidArguments'],
      [{ hasAttachment: 'yes' }, 'invalidArguments'],
      [{ hasKeyword: 'a b' }, 'invalidArguments'],
      [{ operator: 'XOR', conditions: [] }, 'invalidArguments'],
      [{ operator: 'AND' }, 'invalidArguments'],
      ['text', 'invalidArguments'],
    ];
    for (const [filter, type] of refused) {
      assert.equal(await jmap.error('Email/query', { filter }), type, JSON.stringify(filter));
    }
  });

  test('bounds the work of a filter', async (t) => {
    const { jmap, find } = await openFour(t);
    const wide = (count: number) => ({ operator: 'OR', conditions: Array(count).fill({ hasAttachment: true }) });
    assert.deepEqual(await find(wide(jmapLimits.filterConditions - 1)), []);
    const filter = wide(jmapLimits.filterConditions);
    assert.equal(await jmap.error('Email/query', { filter }), 'unsupportedFilter');
    const deep = (depth: number): Json =>
      depth === 0 ? { hasAttachment: true } : { operator: 'AND', conditions: [deep(depth - 1)] };
    assert.deepEqual(await find(deep(jmapLimits.filterDepth - 1)), []);
    assert.equal(await jmap.error('Email/query', { filter: deep(jmapLimits.filterDepth) }), 'unsupportedFilter');
    const sort = Array(jmapLimits.sortKeys).fill({ property: 'size' });
    assert.equal((await find(null, { sort })).length, 4);
    const more = [...sort, { property: 'size' }];
    assert.equal(await jmap.error('Email/query', { sort: more }), 'unsupportedSort');
  });

  test('sorts, counts, and cuts the window that is asked for (RFC 8620 §5.5)', async (t) => {
    const { jmap, ids, find } = await openFour(t);
    const { a, b, c, d } = ids;
    assert.deepEqual(await find(null, { sort: [{ property: 'receivedAt' }] }), [a, b, c, d]);
    assert.equal((await find(null, { sort: [{ property: 'size', isAscending: false }] }))[0], b);
    await jmap.call('Email/set', { update: { [b]: { 'keywords/$flagged': true } } });
    const flagged = { property: 'hasKeyword', keyword: '$flagged', isAscending: false };
    assert.deepEqual(await find(null, { sort: [flagged, { property: 'receivedAt' }] }), [b, a, c, d]);
    assert.equal(await jmap.error('Email/query', { sort: [{ property: 'color' }] }), 'unsupportedSort');
    const windows: [JsonObject, number, string[]][] = [
      [{ position: 1, limit: 2 }, 1, [c, b]],
      [{ position: -1 }, 3, [a]],
      [{ position: -9, limit: 1 }, 0, [d]],
      [{ position: 4 }, 4, []],
      [{ anchor: b }, 2, [b, a]],
      [{ anchor: b, anchorOffset: -1, limit: 1 }, 1, [c]],
      [{ anchor: b, anchorOffset: -5, limit: 1 }, 0, [d]],
      [{ limit: 0 }, 0, []],
    ];
    for (const [window, position, expected] of windows) {
      const answer = await jmap.call('Email/query', { ...window, calculateTotal: true });
      assert.deepEqual([answer.position, answer.ids, answer.total], [position, expected, 4], JSON.stringify(window));
    }
    for (const anchor of [newId(), 'nobody']) {
      assert.equal(await jmap.error('Email/query', { anchor }), 'anchorNotFound');
    }
    const { limit } = await jmap.call('Email/query', { limit: jmapLimits.idsInQuery + 1 });
    assert.equal(limit, jmapLimits.idsInQuery);
    assert.equal(await jmap.error('Email/query', { limit: -1 }), 'invalidArguments');
  });

  test('sorts by what stands inside emails, and by what their threads carry (RFC 8621 §4.4.2)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const texts: Record<string, string>[] = [
      {
        Subject: 'Re: Échographie',
        From: 'zoe@labo.example',
        To: 'b@x.example',
        Date: 'Mon, 02 Nov 2026 10:00:00 +0100',
      },
      {
        Subject: 'Bilan',
        From: 'Dr Émile <a@labo.example>',
        To: 'a@x.example',
        Date: 'Mon, 02 Nov 2026 09:30:00 +0000',
      },
      { Subject: 'Fwd: [liste] echographie', From: 'Dr Alix <z@labo.example>', To: 'Ana <z@x.example>' },
    ];
    const ids: string[] = [];
    for (const fields of texts) {
      jmap.store.clock.advance(60_000);
      ids.push((await jmap.store.store(jmap.account, rawMessage(fields))).emailId);
    }
    const [a = '', b = '', c = ''] = ids;
    await jmap.call('Email/set', { update: { [b]: { 'keywords/$flagged': true } } });
    const sorted = async (...sort: JsonObject[]) => (await jmap.call('Email/query', { sort })).ids;
    assert.deepEqual(await sorted({ property: 'subject' }, { property: 'receivedAt' }), [b, a, c]);
    assert.deepEqual(await sorted({ property: 'subject', isAscending: false }, { property: 'receivedAt' }), [a, c, b]);
    assert.deepEqual(await sorted({ property: 'from' }), [c, b, a]);
    assert.deepEqual(await sorted({ property: 'to' }), [b, c, a]);
    assert.deepEqual(await sorted({ property: 'sentAt' }), [a, b, c]);
    const flagged = { property: 'hasKeyword', keyword: '$flagged', isAscending: false };
    assert.deepEqual(await sorted(flagged, { property: 'subject' }, { property: 'receivedAt' }), [b, a, c]);
    for (const property of ['allInThreadHaveKeyword', 'someInThreadHaveKeyword']) {
      assert.equal((await sorted({ property, keyword: '$flagged', isAscending: false }))[0], b);
      assert.equal(await jmap.error('Email/query', { sort: [{ property }] }), 'invalidArguments');
    }
    const asked = { sort: [{ property: 'subject' }, { property: 'receivedAt' }] };
    const before = await jmap.call('Email/query', {
      ...asked,
      anchor: a,
      anchorOffset: -1,
      limit: 1,
      calculateTotal: true,
    });
    assert.deepEqual([before.ids, before.position, before.total], [[b], 0, 3]);
    await jmap.store.store(jmap.account, rawMessage({ Subject: 'Avis' }));
    const changes = await jmap.call('Email/queryChanges', { ...asked, sinceQueryState: before.queryState });
    assert.deepEqual(
      changes.added.map(({ index }: { index: number }) => index),
      [0],
    );
  });

  test('shows of each thread the first email alone, however the window is asked for', async (t) => {
    const { jmap, ids } = await openFour(t);
    const { a, b, c, d } = ids;
    const collapsed = (more: JsonObject) =>
      jmap.call('Email/query', { collapseThreads: true, calculateTotal: true, ...more });
    const all = await collapsed({});
    assert.deepEqual([all.ids, all.total], [[d, c, b], 3]);
    assert.deepEqual((await collapsed({ sort: [{ property: 'receivedAt' }] })).ids, [a, b, d]);
    assert.deepEqual((await collapsed({ anchor: c })).ids, [c, b]);
    assert.deepEqual((await collapsed({ position: -1 })).ids, [b]);
    assert.deepEqual((await collapsed({ position: 1, limit: 1 })).ids, [c]);
    assert.equal(await jmap.error('Email/query', { collapseThreads: true, anchor: a }), 'anchorNotFound');
  });
});

/** What a client makes of its list when it is told what moved (RFC 8620 §5.6). */
function apply(
  ids: readonly string[],
  changes: { removed: string[]; added: { id: string; index: number }[] },
): string[] {
  const list = ids.filter((id) => !changes.removed.includes(id));
  for (const { id, index } of changes.added) list.splice(index, 0, id);
  return list;
}

describe('Email/queryChanges (RFC 8621 §4.5)', () => {
  for (const collapseThreads of [false, true]) {
    test(`leads from the old results to the new ones, threads ${collapseThreads ? 'collapsed' : 'open'}`, async (t) => {
      const { jmap, ids } = await openFour(t);
      const { a, b, c, d } = ids;
      const archive = await jmap.store.mailboxOf(jmap.account, 'archive');
      const inbox = await jmap.store.mailboxOf(jmap.account, 'inbox');
      const query = { filter: { inMailbox: inbox }, collapseThreads };
      const deeds: (() => Promise<unknown>)[] = [
        () => jmap.call('Email/set', { destroy: [c] }),
        () =>
          jmap.call('Email/set', {
            update: { [b]: { mailboxIds: { [archive]: true } }, [d]: { 'keywords/$seen': true } },
          }),
        () => jmap.store.store(jmap.account, rawMessage({ 'In-Reply-To': '<one@x>' })),
        () => jmap.store.act((act) => jmap.store.mail.undeleteEmails(act, jmap.account, [c as never])),
        () => jmap.call('Email/set', { destroy: [a], update: { [b]: { mailboxIds: { [inbox]: true } } } }),
      ];
      const first = await jmap.call('Email/query', query);
      assert.equal(first.canCalculateChanges, true);
      let last = first;
      for (const deed of deeds) {
        await deed();
        const now = await jmap.call('Email/query', query);
        for (const old of [first, last]) {
          const asked = { ...query, sinceQueryState: old.queryState, calculateTotal: true };
          const changes = await jmap.call('Email/queryChanges', asked);
          assert.deepEqual(apply(old.ids, changes), now.ids);
          assert.deepEqual([changes.newQueryState, changes.total], [now.queryState, now.ids.length]);
        }
        last = now;
      }
    });
  }

  test('says so when it cannot tell', async (t) => {
    const { jmap, ids } = await openFour(t);
    const { queryState: sinceQueryState } = await jmap.call('Email/query');
    const error = (args: JsonObject) => jmap.error('Email/queryChanges', { sinceQueryState, ...args });
    assert.equal(await error({ filter: { text: 'bilan' } }), 'cannotCalculateChanges');
    assert.equal(await error({ filter: { someInThreadHaveKeyword: '$seen' } }), 'cannotCalculateChanges');
    assert.equal(await error({ sinceQueryState: '999999' }), 'cannotCalculateChanges');
    await jmap.call('Email/set', { update: { [ids.a]: { 'keywords/$seen': true } } });
    assert.equal(await error({ maxChanges: 1 }), 'tooManyChanges');
  });
});

describe('SearchSnippet/get (RFC 8621 §5 and §5.1)', () => {
  test('marks the words found, and lets no other markup through', async (t) => {
    const { jmap, ids } = await openFour(t);
    const snippets = async (filter: Json, emailIds: string[]) =>
      (await jmap.call('SearchSnippet/get', { filter, emailIds })).list;
    assert.deepEqual(await snippets({ text: 'signer' }, [ids.d]), [
      { emailId: ids.d, subject: null, preview: 'À renouveler &amp; <mark>signer</mark> &lt;vite&gt;.' },
    ]);
    assert.deepEqual(await snippets({ operator: 'AND', conditions: [{ subject: 'bil' }] }, [ids.a]), [
      { emailId: ids.a, subject: '<mark>Bilan</mark> sanguin', preview: null },
    ]);
    assert.deepEqual(await snippets({ operator: 'NOT', conditions: [{ text: 'bilan' }] }, [ids.a]), [
      { emailId: ids.a, subject: null, preview: null },
    ]);
    const answer = await jmap.call('SearchSnippet/get', { filter: null, emailIds: [newId(), 'nobody'] });
    assert.equal(answer.notFound.length, 2);
    assert.equal(await jmap.error('SearchSnippet/get', { filter: null }), 'invalidArguments');
  });

  test('shows 255 octets of a text at most, markup among them (RFC 8621 §5)', async (t) => {
    const jmap = await JmapCaller.open(t);
    const body = `Début ${'bilan & é '.repeat(100)}\r\n`;
    const { emailId } = await jmap.store.store(jmap.account, rawMessage({}, body));
    const { list } = await jmap.call('SearchSnippet/get', { filter: { body: 'bilan' }, emailIds: [emailId] });
    const { preview } = list[0];
    assert.ok(preview.startsWith('Début <mark>bilan</mark> &amp; '));
    assert.ok(Buffer.byteLength(preview) <= 255);
    assert.ok(Buffer.byteLength(preview) > 220);
    assert.equal(preview.split('<mark>').length, preview.split('</mark>').length);
  });
});
