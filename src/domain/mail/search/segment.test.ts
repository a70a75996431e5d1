import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { searchLimits } from '../../../base/domain-limits.ts';
import { buildSegment, type IndexableEmail, mergeSegments } from './merge.ts';
import { field, Segment } from './segment.ts';
import { forEachWord } from './words.ts';

type Content = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Word -> email number -> fields, read from a segment. */
function contentOf(segment: Segment): Content {
  const content = new Map<string, Map<number, number>>();
  for (const cursor of segment.words('')) {
    const postings = new Map<number, number>();
    segment.forEachPosting(cursor, (document, mask) => postings.set(segment.document(document).number, mask));
    content.set(cursor.word, postings);
  }
  return content;
}

/** The same, worked out from the emails without an index. */
function expectedOf(emails: readonly IndexableEmail[]): Content {
  const content = new Map<string, Map<number, number>>();
  for (const email of emails) {
    for (const { mask, text } of email.texts) {
      forEachWord(text, (word) => {
        const postings = content.get(word) ?? new Map<number, number>();
        postings.set(email.number, (postings.get(email.number) ?? 0) | mask);
        content.set(word, postings);
      });
    }
  }
  return content;
}

const word = fc.oneof(
  fc.stringMatching(/^[a-z]{2,6}$/),
  fc.constantFrom('néphro', 'œdème', '心臓', '𝒳𝒴', 'zz'.repeat(30)),
);
const email = fc.record({
  number: fc.integer({ min: 1, max: 2 ** 40 }),
  receivedAt: fc.integer({ min: 0, max: 2 ** 31 }).map((seconds) => new Date(seconds * 1000)),
  texts: fc.array(
    fc.record({
      mask: fc.constantFrom(field.from, field.subject, field.body, field.attachment),
      text: fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
    }),
    { maxLength: 4 },
  ),
});
const emails = fc.uniqueArray(email, { selector: (one) => one.number, minLength: 1, maxLength: 40 });

describe('a segment', () => {
  test('gives back every word, email and field it was built from', async () => {
    await fc.assert(
      fc.asyncProperty(emails, async (list) => {
        assert.deepEqual(contentOf(new Segment(await buildSegment(list))), expectedOf(list));
      }),
      { numRuns: 200 },
    );
  });

  test('holds its words in ascending order and finds the place of any of them', async () => {
    const list = [{ number: 1, receivedAt: new Date(0), texts: [{ mask: field.body, text: manyWords(500) }] }];
    const segment = new Segment(await buildSegment(list));
    const words = [...segment.words('')].length;
    assert.equal(words, 500);
    const all: string[] = [];
    for (const cursor of segment.words('')) all.push(cursor.word);
    assert.deepEqual(all, [...all].sort());
    for (const asked of all) assert.equal(segment.words(asked).next().value?.word, asked);
    assert.equal(segment.words('zzzz').next().value, undefined);
  });

  test('refuses bytes that are not a segment', () => {
    assert.throws(() => new Segment(Buffer.alloc(28)));
    assert.throws(() => new Segment(Buffer.alloc(3)));
  });

  test('keeps as many different words of one email as its bound, and not one more', async () => {
    for (const count of [searchLimits.wordsPerEmail, searchLimits.wordsPerEmail + 1]) {
      const texts = [{ mask: field.body, text: manyWords(count) }];
      const segment = new Segment(await buildSegment([{ number: 1, receivedAt: new Date(0), texts }]));
      assert.equal(segment.wordCount, searchLimits.wordsPerEmail);
    }
  });
});

describe('merging', () => {
  test('gives the segment of all emails that are kept', async () => {
    await fc.assert(
      fc.asyncProperty(
        emails,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 2, max: 7 }),
        async (list, parts, skip) => {
          const groups = Array.from({ length: parts }, (_, part) => list.filter((_, index) => index % parts === part));
          const filled = groups.filter((group) => group.length > 0);
          const segments = await Promise.all(filled.map(async (group) => new Segment(await buildSegment(group))));
          const isKept = (number: number): boolean => number % skip !== 0;
          const merged = new Segment(await mergeSegments(segments, isKept));
          assert.deepEqual(contentOf(merged), expectedOf(list.filter((one) => isKept(one.number))));
        },
      ),
      { numRuns: 100 },
    );
  });
});

function manyWords(count: number): string {
  return Array.from({ length: count }, (_, index) => `w${String(index).padStart(5, '0')}`).join(' ');
}
