import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EmailRef, ListView } from '../store/types.ts';
import { moved, noCursor, placedOn, settled } from './cursor.ts';
import { everything, extended, mostSelected, noSelection, toggled } from './selection.ts';
import { aroundMatch, snippetPieces } from './snippet.ts';

const ref = (emailId: string): EmailRef => ({ accountId: 'a', emailId });

/** A list of these emails; `?` is a line that is not here. */
function viewOf(emails: string): ListView {
  const ids = [...emails];
  return {
    status: 'ready',
    fault: undefined,
    count: ids.length,
    total: ids.length,
    isOpenEnded: false,
    isFetching: false,
    refAt: (index) => (ids[index] === undefined || ids[index] === '?' ? undefined : ref(ids[index])),
    indexOf: ({ emailId }) => ids.indexOf(emailId),
  };
}

describe('the cursor of a list', () => {
  test('begins on the first line, whichever way one goes', () => {
    assert.equal(moved(noCursor, 1, viewOf('abc')).index, 0);
    assert.equal(moved(noCursor, -1, viewOf('abc')).index, 0);
    assert.equal(moved(noCursor, 1, viewOf('')).index, -1);
  });

  test('stays on its email when others come above', () => {
    assert.equal(settled(placedOn(ref('b'), viewOf('abc')), viewOf('xyabc')).index, 3);
  });

  test('goes on to what moved up when its email left', () => {
    const cursor = placedOn(ref('b'), viewOf('abc'));
    assert.equal(moved(cursor, 1, viewOf('ac')).ref?.emailId, 'c');
    assert.equal(moved(cursor, -1, viewOf('ac')).ref?.emailId, 'a');
  });

  test('stops at both ends', () => {
    const view = viewOf('abc');
    assert.equal(moved(placedOn(ref('c'), view), 1, view).index, 2);
    assert.equal(moved(placedOn(ref('a'), view), -10, view).index, 0);
    assert.equal(settled(placedOn(ref('c'), view), viewOf('a')).index, 0);
  });
});

describe('ticked lines', () => {
  const ids = (selection: { refs: ReadonlyMap<string, EmailRef> }): string =>
    [...selection.refs.values()]
      .map(({ emailId }) => emailId)
      .sort()
      .join('');

  test('a second press takes the tick away', () => {
    assert.equal(ids(toggled(toggled(noSelection, ref('a')), ref('a'))), '');
  });

  test('a range is all between, in either direction, and keeps what was ticked', () => {
    const view = viewOf('abcdef');
    assert.equal(ids(extended(toggled(noSelection, ref('b')), ref('d'), view)), 'bcd');
    assert.equal(ids(extended(toggled(toggled(noSelection, ref('f')), ref('d')), ref('b'), view)), 'bcdf');
  });

  test('a range from an email that left is the line alone', () => {
    assert.equal(ids(extended(toggled(noSelection, ref('z')), ref('b'), viewOf('abc'))), 'bz');
  });

  test('lines that are not here are not ticked', () => {
    assert.equal(ids(everything(viewOf('a?c'))), 'ac');
  });

  test('one gesture ticks no more than its bound', () => {
    const many: ListView = { ...viewOf(''), count: mostSelected + 1, refAt: (index) => ref(String(index)) };
    assert.equal(everything(many).refs.size, mostSelected);
    assert.equal(everything({ ...many, count: mostSelected }).refs.size, mostSelected);
  });
});

describe('search snippets (RFC 8621 §5)', () => {
  test('marks are pieces, everything else is text', () => {
    assert.deepEqual(snippetPieces('Bilan &lt;<mark>sang</mark>&gt; &amp;amp;'), [
      { text: 'Bilan <', isMatch: false },
      { text: 'sang', isMatch: true },
      { text: '> &amp;', isMatch: false },
    ]);
  });

  test('other markup stays visible text', () => {
    assert.deepEqual(snippetPieces('<img src=x onerror=y>'), [{ text: '<img src=x onerror=y>', isMatch: false }]);
    assert.deepEqual(snippetPieces('a<mark>b'), [{ text: 'a<mark>b', isMatch: false }]);
  });

  test('a long beginning is cut at a word, so that what was found is seen', () => {
    const pieces = aroundMatch(snippetPieces('Le compte rendu de Mme Petit est validé, avec <mark>potassium</mark>'));
    assert.deepEqual(pieces[0], { text: '…Petit est validé, avec ', isMatch: false });
    assert.deepEqual(aroundMatch(snippetPieces('Avec <mark>a</mark>'))[0]?.text, 'Avec ');
  });
});
