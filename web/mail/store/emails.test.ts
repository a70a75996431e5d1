import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Emails, type ToldEmail } from './emails.ts';
import { inverse, type Patch, patched, patchObject } from './patches.ts';

const ref = { accountId: 'a', emailId: 'e' };

function told(keywords: Readonly<Record<string, true>> = {}): ToldEmail {
  return { id: 'e', threadId: 't', mailboxIds: { inbox: true }, keywords, receivedAt: '2026-11-22T10:00:00Z' };
}

const seen: Patch = { keywords: { $seen: true } };
const deedOf = (patch: Patch): ReadonlyMap<string, Patch> => new Map([['e', patch]]);

test('an answer that a deed overtook does not undo it', () => {
  const emails = new Emails();
  emails.take('a', [told()], emails.tick());
  const before = emails.tick();
  const deed = emails.begin('a', deedOf(seen));
  emails.settle(deed, new Set(['e']));
  emails.take('a', [told()], before);
  assert.deepEqual(emails.get(ref)?.keywords, { $seen: true });
  emails.take('a', [told()], emails.tick());
  assert.deepEqual(emails.get(ref)?.keywords, {}, 'a later answer is believed');
});

test('a deed under way shows over whatever the server tells meanwhile', () => {
  const emails = new Emails();
  emails.take('a', [told()], emails.tick());
  const deed = emails.begin('a', deedOf(seen));
  emails.take('a', [told({ $flagged: true })], emails.tick());
  assert.deepEqual(emails.get(ref)?.keywords, { $flagged: true, $seen: true });
  emails.settle(deed, new Set());
  assert.deepEqual(emails.get(ref)?.keywords, { $flagged: true });
});

test('deeds under way add up, in the order of the gestures, however they end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('$seen', '$flagged'), fc.boolean(), fc.boolean()), { maxLength: 8 }),
      (deeds) => {
        const emails = new Emails();
        emails.take('a', [told()], emails.tick());
        const begun = deeds.map(([keyword, isSet]) => emails.begin('a', deedOf({ keywords: { [keyword]: isSet } })));
        const apply = (only: (isDone: boolean) => boolean): string[] => {
          const set = new Set<string>();
          for (const [keyword, isSet, isDone] of deeds) {
            if (!only(isDone)) continue;
            if (isSet) set.add(keyword);
            else set.delete(keyword);
          }
          return [...set].sort();
        };
        assert.deepEqual(
          Object.keys(emails.get(ref)?.keywords ?? {}).sort(),
          apply(() => true),
        );
        for (const [at, deed] of begun.entries()) emails.settle(deed, new Set(deeds[at]?.[2] ? ['e'] : []));
        assert.deepEqual(
          Object.keys(emails.get(ref)?.keywords ?? {}).sort(),
          apply((isDone) => isDone),
        );
      },
    ),
  );
});

test('what is destroyed is gone at once, and back when the server refuses', () => {
  const emails = new Emails();
  emails.take('a', [told()], emails.tick());
  const deed = emails.begin('a', deedOf({ isDestroyed: true }));
  assert.equal(emails.get(ref), undefined);
  emails.settle(deed, new Set());
  assert.equal(emails.get(ref)?.id, 'e');
});

test('a listener hears of its own email alone', () => {
  const emails = new Emails();
  let heard = 0;
  emails.subscribe(ref, () => {
    heard += 1;
  });
  emails.take('a', [{ ...told(), id: 'other' }], emails.tick());
  emails.take('another account', [told()], emails.tick());
  assert.equal(heard, 0);
  emails.take('a', [told()], emails.tick());
  assert.equal(heard, 1);
});

test('words stay when only the standing is told again', () => {
  const emails = new Emails();
  const head = { from: null, to: null, subject: 'Bilan', preview: '', hasAttachment: false, size: 1, blobId: 'b' };
  emails.take('a', [{ ...told(), ...head }], emails.tick());
  emails.take('a', [told({ $seen: true })], emails.tick());
  assert.deepEqual([emails.get(ref)?.head?.subject, emails.get(ref)?.keywords], ['Bilan', { $seen: true }]);
});

const anyPatch: fc.Arbitrary<Patch> = fc.record(
  {
    keywords: fc.dictionary(fc.constantFrom('$seen', '$flagged', 'a/b', 'c~d'), fc.boolean(), {
      noNullPrototype: true,
    }),
    mailboxIds: fc.constantFrom<Patch['mailboxIds'] & {}>({ inbox: true }, { trash: true }, { inbox: true, own: true }),
  },
  { requiredKeys: [] },
);

test('a deed and its inverse leave an email as it was', () => {
  fc.assert(
    fc.property(fc.subarray(['$seen', '$flagged', 'a/b']), anyPatch, (set, patch) => {
      const email = told(Object.fromEntries(set.map((keyword) => [keyword, true as const])));
      const after = patched(email, patch);
      const back = inverse(email, patch);
      assert.ok(after !== undefined && back !== undefined);
      const again = patched(after, back);
      assert.deepEqual(Object.keys(again?.keywords ?? {}).sort(), [...set].sort());
      assert.deepEqual(again?.mailboxIds, email.mailboxIds);
    }),
  );
});

test('keywords are patched one by one, their names escaped (RFC 8620 §5.3)', () => {
  assert.deepEqual(patchObject({ keywords: { 'a/b': true, 'c~d': false }, mailboxIds: { trash: true } }), {
    'keywords/a~1b': true,
    'keywords/c~0d': null,
    mailboxIds: { trash: true },
  });
});
