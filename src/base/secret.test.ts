import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from './secret.ts';

test('a secret shows itself only when asked to', () => {
  const secret = new Secret('js1jvaP€jsf2c');
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9, showHidden: true }),
    inspect(secret, { customInspect: false, showHidden: true, depth: 9 }),
    Object.keys(secret).join(),
  ].join('\n');
  assert.ok(!shown.includes('js1jva') && !shown.includes('6a73316a'));
  assert.equal(secret.revealText(), 'js1jvaP€jsf2c');
  assert.ok(secret.equals(new Secret(Buffer.from('js1jvaP€jsf2c'))));
  assert.ok(!secret.equals(new Secret('js1jvaP€jsf2d')));
  assert.ok(!secret.equals(new Secret('js1jvaP€jsf2')));
});
