import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SparseIds } from './sparse.ts';

/** The whole list, as a server has it. */
type Model = readonly string[];

type Step =
  | { readonly kind: 'window'; readonly position: number; readonly limit: number }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number }
  | { readonly kind: 'move'; readonly from: number; readonly to: number }
  | { readonly kind: 'elsewhere' };

const place = fc.nat(60);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('window' as const), position: place, limit: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('remove' as const), at: place }),
  fc.record({ kind: fc.constant('insert' as const), at: place }),
  fc.record({ kind: fc.constant('move' as const), from: place, to: place }),
  fc.record({ kind: fc.constant('elsewhere' as const) }),
);

/** What the server says of a change (RFC 8620 §5.6): those that left, and where those stand that came or stayed. */
function delta(before: Model, after: Model, touched: readonly string[]) {
  const removed = touched.filter((id) => before.includes(id) || !after.includes(id));
  const added = touched
    .filter((id) => after.includes(id))
    .map((id) => ({ id, index: after.indexOf(id) }))
    .sort((one, other) => one.index - other.index);
  return { removed, added, total: after.length };
}

test('what is known stands where the server has it, whatever came and went (RFC 8620 §5.6)', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.array(step, { maxLength: 40 }), (size, steps) => {
      const model: string[] = Array.from({ length: size }, (_, at) => `m${at}`);
      let fresh = 0;
      const everSeen = new Set(model);
      const ids = new SparseIds();
      ids.place(0, model.slice(0, 5), model.length);
      for (const each of steps) {
        if (each.kind === 'window') {
          ids.place(each.position, model.slice(each.position, each.position + each.limit), model.length);
        } else {
          const before = [...model];
          for (const id of before) everSeen.add(id);
          const touched = change(model, each, () => `n${fresh++}`);
          ids.apply(delta(before, model, touched));
        }
        assert.equal(ids.total, model.length);
        for (let at = 0; at < model.length + 3; at += 1) {
          const id = ids.at(at);
          if (ids.isKnown(at)) assert.equal(id, model[at]);
          if (ids.isKnown(at) && id !== undefined) assert.equal(ids.indexOf(id), at);
        }
        for (const id of everSeen) {
          const at = ids.indexOf(id);
          if (at >= 0) assert.equal(ids.at(at), id, 'what is found is what is shown');
        }
        const prefix = ids.prefixLength();
        assert.ok(Array.from({ length: prefix }, (_, at) => at).every((at) => ids.isKnown(at)));
        assert.equal(ids.isKnown(prefix), false);
      }
    }),
    { numRuns: 400 },
  );
});

/** Changes the list and tells which emails the server would name. */
function change(model: string[], step: Exclude<Step, { kind: 'window' }>, newId: () => string): string[] {
  if (step.kind === 'elsewhere') return [newId()];
  if (step.kind === 'insert') {
    const id = newId();
    model.splice(Math.min(step.at, model.length), 0, id);
    return [id];
  }
  if (step.kind === 'remove') return model.splice(step.at, 1);
  const [moved] = model.splice(step.from, 1);
  if (moved === undefined) return [];
  model.splice(Math.min(step.to, model.length), 0, moved);
  return [moved];
}

test('a change elsewhere leaves all that is known known', () => {
  const ids = new SparseIds();
  ids.place(0, ['a', 'b'], 100);
  ids.place(50, ['x', 'y'], 100);
  ids.apply({ removed: ['of another mailbox'], added: [], total: 100 });
  assert.deepEqual([ids.isKnown(1), ids.isKnown(51)], [true, true]);
});

test('one that left from a place not seen makes all behind the first gap unknown, and still shown', () => {
  const ids = new SparseIds();
  ids.place(0, ['a', 'b'], 100);
  ids.place(50, ['x', 'y'], 100);
  ids.apply({ removed: ['unseen'], added: [], total: 99 });
  assert.deepEqual([ids.isKnown(1), ids.isKnown(50)], [true, false]);
  assert.equal(ids.at(50), 'x');
  ids.place(49, ['x', 'y'], 99);
  assert.equal(ids.at(49), 'x');
});

test('what is forgotten is shown until it came again', () => {
  const ids = new SparseIds();
  ids.place(0, ['a', 'b', 'c'], 3);
  ids.forget();
  assert.deepEqual([ids.isKnown(0), ids.at(0), ids.total], [false, 'a', 3]);
  ids.place(0, ['b', 'c'], 2);
  assert.deepEqual([ids.at(0), ids.at(1), ids.at(2)], ['b', 'c', undefined]);
});

test('the place of an id is found, and -1 for one that is not here', () => {
  const ids = new SparseIds();
  ids.place(98, ['y', 'z'], 100_000);
  assert.deepEqual([ids.indexOf('z'), ids.indexOf('a')], [99, -1]);
});
