import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText } from './bytes.ts';

test('sizes are said with the unit that keeps them short', () => {
  assert.equal(bytesText(480), '480\u00a0o');
  assert.equal(bytesText(113_772), '111\u00a0ko');
  assert.equal(bytesText(3_565_158), '3,4\u00a0Mo');
  assert.equal(bytesText(10_737_418_240), '10\u00a0Go');
});
