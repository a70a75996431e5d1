import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jmapLimits } from '../../../base/end-limits.ts';
import { Arguments } from './arguments.ts';
import { type Json, MethodError } from './method.ts';

function given(value: Json): Arguments {
  return new Arguments({ it: value }, ['it']);
}

function refusedWith(type: string) {
  return (fault: unknown): boolean => fault instanceof MethodError && fault.type === type;
}

describe('arguments', () => {
  test('are whole numbers that JSON carries without loss, negative only where that means something (RFC 8620 §1.3)', () => {
    for (const value of [0, 12, Number.MAX_SAFE_INTEGER]) {
      assert.equal(given(value).optionalInteger('it'), value);
      assert.equal(given(value).optionalUnsigned('it'), value);
    }
    assert.equal(given(-12).optionalInteger('it'), -12);
    assert.throws(() => given(-12).optionalUnsigned('it'), refusedWith('invalidArguments'));
    for (const value of [1.5, Number.MAX_SAFE_INTEGER + 1, '1', true, [1]]) {
      assert.throws(() => given(value).optionalInteger('it'), refusedWith('invalidArguments'));
      assert.throws(() => given(value).optionalUnsigned('it'), refusedWith('invalidArguments'));
    }
  });

  test('are as many ids as the session says, and no more (RFC 8620 §5.1)', () => {
    const ids = Array.from({ length: jmapLimits.objectsInGet }, (_, index) => `i${index}`);
    assert.equal(given(ids).optionalIds('it')?.length, ids.length);
    assert.throws(() => given([...ids, 'more']).optionalIds('it'), refusedWith('requestTooLarge'));
  });

  test('that nobody knows are refused, whatever every object inherits', () => {
    assert.throws(() => new Arguments({ constructor: 1 }, ['it']), refusedWith('invalidArguments'));
    assert.equal(new Arguments({}, ['constructor']).raw('constructor'), undefined);
  });
});
