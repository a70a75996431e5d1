import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jmapLimits } from '../../../base/end-limits.ts';
import type { EngineAnswer } from './engine.ts';
import type { JsonObject } from './method.ts';
import { printAnswer } from './print-answer.ts';

test('an answer in pieces is the answer', () => {
  const args = fc.dictionary(fc.string(), fc.jsonValue());
  const responses = fc.array(fc.tuple(fc.string(), args, fc.string()));
  fc.assert(
    fc.property(responses, fc.option(fc.dictionary(fc.string(), fc.string())), (methodResponses, createdIds) => {
      const answer = { methodResponses, ...(createdIds === null ? {} : { createdIds }) } as EngineAnswer; // JSON values, as the arbitraries make them
      const text = [...printAnswer(answer, { sessionState: 'é' })].join('');
      assert.equal(text, JSON.stringify({ ...answer, sessionState: 'é' }));
    }),
  );
});

test('no piece is longer than one object beyond its bound', () => {
  const item: JsonObject = { text: 'é'.repeat(10_000) };
  const list = Array<JsonObject>(200).fill(item);
  const created = Object.fromEntries(list.map((each, index) => [`k${index}`, each]));
  for (const args of [{ list }, { created }]) {
    const pieces = [...printAnswer({ methodResponses: [['Email/get', args, 'c']] }, { sessionState: 's' })];
    assert.ok(pieces.length > 20);
    for (const piece of pieces) assert.ok(piece.length < jmapLimits.answerPieceCharacters + 10_100);
    assert.deepEqual(JSON.parse(pieces.join('')).methodResponses[0][1], args);
  }
});
