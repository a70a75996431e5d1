import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, Temporary } from '../../base/errors.ts';
import { asTemporary, isConnectionFault, isVictimOfConcurrency } from './faults.ts';

function coded(code: string): Error {
  return Object.assign(new Error('détail confidentiel'), { code });
}

test('knows the faults of a database that is away', () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '08006', '57P01', '57P02', '57P03']) {
    assert.ok(isConnectionFault(coded(code)), code);
  }
  for (const code of ['ENOENT', 'EAGAIN']) {
    assert.ok(isConnectionFault(Object.assign(coded(code), { syscall: 'connect' })), code);
    assert.equal(isConnectionFault(Object.assign(coded(code), { syscall: 'open' })), false, code);
  }
  assert.ok(isConnectionFault(new Error('Connection terminated unexpectedly')));
  assert.ok(isConnectionFault(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')])));
  for (const fault of [coded('23505'), coded('57014'), new Error('other'), new AggregateError([]), 'text', undefined]) {
    assert.equal(isConnectionFault(fault), false);
  }
});

test('says unavailable, busy or nothing, with a text that carries none of the fault', () => {
  const outcome = (fault: unknown): string | undefined => {
    const mapped = asTemporary(fault);
    if (mapped === fault) return undefined;
    assert.ok(mapped instanceof Temporary);
    assert.ok(!mapped.message.includes('confidentiel'));
    assert.equal(mapped.cause, fault);
    return mapped.code;
  };
  assert.equal(outcome(coded('57P01')), 'database-unavailable');
  for (const code of ['53100', '53300', '57014', '25P03', '55P03', '58030', '40001', '40P01']) {
    assert.equal(outcome(coded(code)), 'database-busy', code);
  }
  for (const code of ['23505', '42501', '22P02']) assert.equal(outcome(coded(code)), undefined, code);
  assert.equal(outcome(new Refusal('any', 'texte')), undefined);
  assert.equal(outcome(new Temporary('any', 'texte')), undefined);
});

test('knows the victim of a conflict, also once it is Temporary', () => {
  assert.ok(isVictimOfConcurrency(coded('40001')));
  assert.ok(isVictimOfConcurrency(asTemporary(coded('40P01'))));
  assert.equal(isVictimOfConcurrency(coded('23505')), false);
});
