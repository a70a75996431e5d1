import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { newId, type PersonId, type TenantId } from '../../../base/ids.ts';
import { Slots } from './slots.ts';

const someone = () => ({ tenantId: newId<TenantId>(), personId: newId<PersonId>() });
const answer = (destroyed = false) => ({ raw: Object.assign(new EventEmitter(), { destroyed }) });

test('a person has as many slots as there are and not one more; each is free once its answer is over', () => {
  const slots = new Slots(2);
  const [one, other] = [someone(), someone()];
  const answers = [answer(), answer()];
  assert.deepEqual(
    [...answers, answer()].map((reply) => slots.take(one, reply)),
    [true, true, false],
  );
  assert.equal(slots.take(other, answer()), true);
  answers[0]?.raw.emit('close');
  assert.deepEqual([slots.take(one, answer()), slots.take(one, answer())], [true, false]);
});

test('an answer that nobody waits for takes no slot for ever', () => {
  const slots = new Slots(1);
  const one = someone();
  assert.equal(slots.take(one, answer(true)), true);
  assert.equal(slots.take(one, answer()), true);
});
